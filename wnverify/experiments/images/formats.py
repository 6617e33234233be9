"""Files of images: IDX, CIFAR-10 in its binary version, and `.npz`; the first bytes tell which.

IDX: 0 0, a type (8: unsigned bytes), the number of axes, each axis as four bytes with the highest first, the numbers.
CIFAR-10: records of a label and 3 × 1024 pixels, a byte each, and nothing else.
`.npz`: arrays X and y, read by NumPy with `allow_pickle=False`.
"""

from __future__ import annotations

import gzip
import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wnverify.errors import RecordError, expected
from wnverify.experiments.images.pictures import CLASSES, MOST_NUMBERS, Pictures, pictures

GZIP, ZIP, PICKLE = b"\x1f\x8b", b"PK", (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
IDX_START, BYTES, IMAGES, LABELS = b"\0\0", 8, 3, 1
RECORD = 1 + 3 * 32 * 32
MOST_BYTES = MOST_NUMBERS + 2**20
MOST_CLASSES = 1000
"""Of labels in an `.npz`, which say themselves how many there are."""
DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, NotImplementedError, MemoryError, RuntimeError,
)  # fmt: skip
"""What NumPy and the standard library raise over an `.npz` that is damaged, encrypted, or tells of huge arrays."""
Bytes = NDArray[np.uint8]


def read_images(path: Path) -> Pictures:
    """The pictures of a file; of IDX the labels are read from the file beside it.

    Raises:
        RecordError: if it is damaged, short or none of these; the message names the file.
    """
    try:
        return _read(path)
    except OSError as error:
        raise RecordError(expected("a file of images", f"{path} ({error.strerror or error})")) from error
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error


def _read(path: Path) -> Pictures:
    with path.open("rb") as file:
        begin = file.read(2)
    if begin == ZIP:
        return _npz(path)
    data = _bytes(path)
    if data[:2] in PICKLE:
        got = "a pickle, which could run code"
        raise RecordError(expected("CIFAR-10 in its binary version", got, "take cifar-10-binary.tar.gz, unpacked"))
    if data[:2] == IDX_START and _is_idx(data, path):
        return pictures(idx(data, IMAGES), _labels_beside(path), CLASSES, path.name)
    if len(data) % RECORD == 0 and data:
        records = np.frombuffer(data, np.uint8).reshape(-1, RECORD)
        return pictures(records[:, 1:], records[:, 0], CLASSES, path.name)
    wanted = f"IDX, .npz with X and y, or whole records of CIFAR-10 of {RECORD} bytes"
    raise RecordError(expected(wanted, f"{len(data):,} bytes that begin with {data[:4].hex(' ') or 'nothing'}"))


def _is_idx(data: bytes, path: Path) -> bool:
    """A record of CIFAR-10 may begin with 0 0 as well: its file is named `.bin`, and consists of whole records."""
    return path.suffix != ".bin" or len(data) % RECORD != 0


def _bytes(path: Path) -> bytes:
    """A file as it is, or what was compressed by gzip; never more than `MOST_BYTES`."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RecordError(expected("a whole file of gzip", str(error)[:100], "it is damaged or truncated")) from error
    if len(data) > MOST_BYTES:
        raise RecordError(expected(f"at most {MOST_BYTES:,} bytes", "more"))
    return data


# ---- IDX


def idx(data: bytes, axes: int) -> Bytes:
    """The array of an IDX file of bytes.

    Args:
        data: the whole file.
        axes: how many it has to have.

    Raises:
        RecordError: if it is something else, or not whole.

    >>> idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 9]), 1).tolist()
    [7, 9]
    """
    magic = bytes([0, 0, BYTES, axes])
    if data[:4] != magic:
        wanted = f"IDX of bytes with {axes} axes, which begins with {magic.hex(' ')}"
        raise RecordError(expected(wanted, data[:4].hex(" ") or "an empty file"))
    head = data[4 : 4 + 4 * axes]
    shape = tuple(int.from_bytes(head[place : place + 4], "big") for place in range(0, 4 * axes, 4))
    body = len(data) - 4 - 4 * axes
    if body != math.prod(shape):
        sizes = " × ".join(map(str, shape))
        raise RecordError(expected(f"{math.prod(shape):,} bytes for {sizes}", f"{max(body, 0):,}", "it is not whole"))
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _labels_beside(path: Path) -> Bytes:
    """Of train-images-idx3-ubyte.gz those in train-labels-idx1-ubyte.gz, or the same without .gz."""
    name = path.name.replace("images", "labels").replace("idx3", "idx1")
    plain = name.removesuffix(".gz")
    beside = [path.with_name(each) for each in (name, plain, f"{plain}.gz") if each != path.name]
    found = next((each for each in beside if each.is_file()), None)
    if found is None:
        raise RecordError(expected(f"the labels beside it, in {name}", "no such file", "images alone do not do"))
    try:
        return idx(_bytes(found), LABELS)
    except RecordError as error:
        raise RecordError(f"its labels, {found.name}: {error}") from error


# ---- npz


def _npz(path: Path) -> Pictures:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            _check_archive(archive)
            X, y = archive["X"], archive["y"]
    except DAMAGE as error:
        raise RecordError(expected("a whole .npz of numbers", str(error)[:100])) from error
    if y.dtype.kind not in "fiu" or y.ndim != 1 or not y.size or not np.isfinite(y).all():
        raise RecordError(expected("y as labels, one a picture", f"{y.dtype} of shape {y.shape}"))
    classes = int(min(max(y.max() + 1, 2), MOST_CLASSES))
    return pictures(X, y, classes, path.name)


def _check_archive(archive: Any) -> None:
    missing = [name for name in ("X", "y") if name not in archive.files]
    if missing:
        raise RecordError(expected("X and y", f"{', '.join(map(ascii, archive.files))[:80] or 'nothing'}"))
    size = sum(member.file_size for member in archive.zip.infolist())
    if size > 8 * MOST_NUMBERS:
        raise RecordError(expected(f"at most {8 * MOST_NUMBERS:,} bytes once decompressed", f"{size:,}"))
