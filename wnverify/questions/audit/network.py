"""A user's own network, read from `.npz` or JSON: safely, and with a bound on memory.

Keys: `W1` … `WL` (m_l × m_{l−1}, m_0 = d), `v` (m_L), `X` (n × d), optionally `y` (n), and the strings `activation`
and `scaling` (`fan_out` if it is absent). Nothing is unpickled, and no array is made before its size is known.
"""

from __future__ import annotations

import ast
import io
import math
import numbers
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import IO, Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.contractions import lengths
from wnverify.errors import RecordError, expected
from wnverify.questions.plain_json import read_json
from wnverify.typed.syntax import suggestion

LARGEST_FILE = 256 * 2**20
LARGEST_JSON = 16 * 2**20
MOST_NUMBERS = 8_000_000
MOST_PARAMETERS = 2_000_000
MOST_MEMBERS, MOST_LAYERS, LONGEST_HEADER, LONGEST_WORD = 256, 200, 4096, 64
LARGEST_INTEGER = 2**53
"""Up to here double precision holds every integer."""
SCALINGS = ("fan_out", "fan_in")
WORDS = ("activation", "scaling")
_LAYER = re.compile(r"W([1-9][0-9]{0,3})")
_HEADER_LENGTH = {(1, 0): 2, (2, 0): 4, (3, 0): 4}
_END_SIGN, _END, _LONGEST_END = b"PK\x05\x06", 22, 2**16 + 22
LONGEST_DIRECTORY = 2**17
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MAGIC = b"\x93NUMPY"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, ArithmeticError,
    LookupError,
)  # fmt: skip
"""Whatever the standard library raises over a damaged zip file."""


@dataclass(frozen=True, eq=False)
class SavedNetwork:
    """One network with its data.

    Args:
        W: the hidden layers, (m_l, m_{l−1}) each.
        v: output weights (m_L,).
        X: inputs (n, d).
        y: targets (n,), or None.
        activation: its name.
        scaling: fan_out or fan_in.
    """

    W: tuple[FloatArray, ...]
    v: FloatArray
    X: FloatArray
    y: FloatArray | None
    activation: str
    scaling: str

    @property
    def widths(self) -> tuple[int, ...]:
        """(m_1, …, m_L)."""
        return tuple(rows.shape[0] for rows in self.W)

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(rows.size for rows in self.W) + self.v.size


def read_network(source: Path | str | Mapping[str, Any]) -> SavedNetwork:
    """Read a network from a file, or take it from a mapping of arrays.

    Raises:
        RecordError: if it is damaged, too large, or not a network; the message names the array.
    """
    if isinstance(source, Mapping):
        parts = {str(name): _of_python(str(name), value) for name, value in source.items()}
        return _network(parts)
    path = _path(source)
    try:
        _check_file(path.stat())
        with path.open("rb") as file:
            begin = file.read(4)
            file.seek(0)
            parts = _from_npz(file) if begin[:2] == b"PK" else _from_json(file)
        return _network(parts)
    except OSError as error:
        raise RecordError(expected("a network that can be read", f"{path} ({error.strerror or error})")) from error
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error


Part = FloatArray | str


def _path(source: Any) -> Path:
    if not isinstance(source, (str, PathLike)) or "\0" in str(source):
        raise RecordError(expected("a file or a mapping of arrays", repr(source)[:60]))
    return Path(source)


def _check_file(found: os.stat_result) -> None:
    """Refuse what has no size to be told before it is read; a pipe would be waited for."""
    if stat.S_ISDIR(found.st_mode):
        raise RecordError(expected("a file", "a folder"))
    if not stat.S_ISREG(found.st_mode):
        raise RecordError(expected("a file", "a pipe, a socket or a device", "copy it to a file first"))
    if found.st_size > LARGEST_FILE:
        raise RecordError(expected(f"a file of at most {LARGEST_FILE:,} bytes", f"{found.st_size:,}"))


def _allowed(name: str) -> str:
    if _LAYER.fullmatch(name) or name in ("v", "X", "y", *WORDS):
        return name
    hint = suggestion(name, ["W1", "v", "X", "y", *WORDS])
    hint = hint if hint.startswith("did") else "other keys are refused"
    raise RecordError(expected("only W1, W2, …, v, X, y, activation and scaling", repr(name[:60]), hint))


# ---- npz: a zip of .npy members; sizes are read from its directory before anything is decompressed


def _from_npz(file: IO[bytes]) -> dict[str, Part]:
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members)
            return {_member_name(member): _member(archive, member) for member in members}
    except _DAMAGE as error:
        raise RecordError(
            expected("a whole .npz file", f"{str(error)[:100]}", "it is damaged or truncated")
        ) from error


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a zip file whose directory is long, before `zipfile` reads all of it.

    The record at the end names the directory's size at byte 12; zip64 has another, which no small file needs.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    file.seek(0)
    plain = len(tail) - _END if tail[-_END:].startswith(_END_SIGN) and tail[-2:] == b"\0\0" else -1
    start = plain if plain >= 0 else tail.rfind(_END_SIGN)
    record = tail[start : start + _END]
    if start < 0 or len(record) < _END:
        raise RecordError(expected("a whole .npz file", "one without its end", "it is truncated"))
    directory = int.from_bytes(record[12:16], "little")
    if directory > LONGEST_DIRECTORY or tail[max(0, start - 20) :].startswith(b"PK\x06\x07"):
        raise RecordError(expected(f"a zip directory of at most {LONGEST_DIRECTORY:,} bytes", f"{directory:,}"))


def _check_members(members: Sequence[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise RecordError(expected(f"at most {MOST_MEMBERS} arrays", f"{len(members)}"))
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise RecordError(expected("every array once", "one that occurs twice"))
    total = sum(member.file_size for member in members)
    if total > 8 * MOST_NUMBERS + LONGEST_HEADER * len(members):
        raise RecordError(expected(f"at most {MOST_NUMBERS:,} numbers", f"{total:,} bytes once decompressed"))
    if any(member.flag_bits & 0x1 for member in members):
        raise RecordError(expected("a file without password", "an encrypted one"))


def _member_name(member: zipfile.ZipInfo) -> str:
    return _allowed(member.filename.removesuffix(".npy"))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Part:
    """One array; never more bytes than the directory declares, and the checksum of the zip is checked at the end."""
    with archive.open(member) as stream:
        data = stream.read(member.file_size + 1)
    if len(data) != member.file_size:
        raise RecordError(expected(f"{member.file_size:,} bytes of {member.filename}", f"{len(data):,}"))
    return _npy(member.filename.removesuffix(".npy"), data)


def _npy(name: str, data: bytes) -> Part:
    """An array in NumPy's own format, from a header that is literal text and a buffer; objects are refused."""
    stream = io.BytesIO(data)
    version = (data[6], data[7]) if len(data) > 8 and data[:6] == _MAGIC else None
    if version not in _HEADER_LENGTH:
        raise RecordError(expected(f"{name} in NumPy's .npy format", "something else"))
    stream.seek(8)
    length = int.from_bytes(stream.read(_HEADER_LENGTH[version]), "little")
    if length > LONGEST_HEADER:
        raise RecordError(expected(f"a short header of {name}", f"{length} bytes"))
    dtype, order, shape = _header(name, stream.read(length))
    rest = data[stream.tell() :]
    count = math.prod(shape)
    if dtype.itemsize == 0 or count * dtype.itemsize != len(rest) or count > MOST_NUMBERS:
        raise RecordError(expected(f"{count:,} numbers in {name}", f"{len(rest):,} bytes"))
    array = np.frombuffer(rest, dtype).reshape(shape, order=order)
    return _word(name, str(array[()])) if dtype.kind == "U" else _numbers(name, array)


def _header(name: str, text: bytes) -> tuple[np.dtype[Any], Any, tuple[int, ...]]:
    try:
        found = ast.literal_eval(text.decode("latin-1").strip())
        descr, fortran, shape = found["descr"], found["fortran_order"], found["shape"]
        dtype = np.dtype(descr) if isinstance(descr, str) and len(descr) < LONGEST_WORD else None
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError) as error:
        raise RecordError(expected(f"a header of {name}", "a damaged one")) from error
    fine = isinstance(shape, tuple) and len(shape) <= 2 and all(type(size) is int and size >= 0 for size in shape)
    wanted = "U" if name in WORDS else "fiu"
    if dtype is None or dtype.kind not in wanted or type(fortran) is not bool or not fine:
        what = "a string" if name in WORDS else "numbers in one or two dimensions"
        raise RecordError(expected(f"{name} to hold {what}", f"dtype {str(descr)[:40]!r}, shape {str(shape)[:40]}"))
    if name in WORDS and (shape != () or dtype.itemsize > 4 * LONGEST_WORD):
        raise RecordError(expected(f"one string as {name}", f"shape {shape}"))
    return dtype, "F" if fortran else "C", shape


# ---- JSON and Python values


def _from_json(file: IO[bytes]) -> dict[str, Part]:
    data = file.read(LARGEST_JSON + 1)
    if len(data) > LARGEST_JSON:
        raise RecordError(expected(f"a JSON file of at most {LARGEST_JSON:,} bytes", "a larger one", "use .npz"))
    try:
        plain = read_json(data.removeprefix(_BYTE_ORDER_MARK), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        got = "an integer of thousands of digits" if "integer string" in str(error) else str(error)[:100]
        raise RecordError(
            expected("an .npz file or whole JSON", got, "it is damaged, truncated or neither")
        ) from error
    if not isinstance(plain, dict):
        raise RecordError(expected("an object with W1, …, v, X", type(plain).__name__))
    return {name: _of_python(name, value) for name, value in plain.items()}


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text}, which is no finite number")


def _of_python(name: str, value: Any) -> Part:
    _allowed(name)
    if name in WORDS:
        if not isinstance(value, str):
            raise RecordError(expected(f"one string as {name}", type(value).__name__))
        return _word(name, value)
    if isinstance(value, list | tuple):
        return _of_lists(name, value)
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise RecordError(expected(f"a rectangular array of numbers as {name}", "something else")) from error
    if np.ma.is_masked(value):
        raise RecordError(expected(f"numbers as {name}", "masked entries", "fill them first"))
    if array.dtype.kind not in "fiu" or array.size > MOST_NUMBERS:
        raise RecordError(expected(f"numbers as {name}", f"dtype {array.dtype}, {array.size:,} entries"))
    return _numbers(name, array)


def _of_lists(name: str, value: Sequence[Any]) -> FloatArray:
    """Rows of numbers; ragged or deep lists are refused before NumPy guesses what they mean."""
    nested = len(value) > 0 and all(isinstance(row, list | tuple) for row in value)
    rows = value if nested else [value]
    if len({len(row) for row in rows}) > 1:
        raise RecordError(expected(f"rows of one length in {name}", "rows of several lengths"))
    found = np.array([[_entry(name, entry) for entry in row] for row in rows], dtype=np.float64)
    return _numbers(name, found if nested else found[0])


def _entry(name: str, entry: Any) -> float:
    """One number as a float; an integer that would be another number then is refused."""
    if isinstance(entry, bool) or not isinstance(entry, numbers.Real):
        raise RecordError(expected(f"numbers in {name}", f"{repr(entry)[:40]} of type {type(entry).__name__}"))
    try:
        found = float(entry)
    except OverflowError:
        found = math.inf
    if isinstance(entry, numbers.Integral) and found != entry:
        raise RecordError(_too_long(name, f"an integer of {int(entry).bit_length()} bits"))
    return found


def _too_long(name: str, got: str) -> str:
    return expected(f"integers in {name} that double precision holds", got, "write them as floats")


def _word(name: str, text: str) -> str:
    if len(text) > LONGEST_WORD or not text.isprintable():
        raise RecordError(expected(f"a short word as {name}", repr(text[:40])))
    return text


def _numbers(name: str, array: np.ndarray[Any, Any]) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.array(array, dtype=np.float64, order="C")
    if array.dtype.kind in "iu":
        large = np.argwhere((array > LARGEST_INTEGER) | (array < -LARGEST_INTEGER))
        for where in map(tuple, large.tolist()):
            if int(array[where]) != int(found[where]):
                raise RecordError(_too_long(name, f"{array[where]} at index {where}"))
    if not np.isfinite(found).all():
        where = tuple(int(index) for index in np.argwhere(~np.isfinite(found))[0])
        raise RecordError(expected(f"finite numbers in {name}", f"{found[where]} at index {where}"))
    return found


# ---- a network


def _network(parts: Mapping[str, Part]) -> SavedNetwork:
    missing = [name for name in ("W1", "v", "X", "activation") if name not in parts]
    if missing:
        raise RecordError(expected("W1, …, v, X and activation", f"no {', '.join(missing)}"))
    activation, scaling = str(parts["activation"]), str(parts.get("scaling", SCALINGS[0]))
    _check_words(activation, scaling)
    arrays = {name: part for name, part in parts.items() if isinstance(part, np.ndarray)}
    depth = sum(1 for name in arrays if _LAYER.fullmatch(name))
    if depth > MOST_LAYERS or any(f"W{layer + 1}" not in arrays for layer in range(depth)):
        raise RecordError(
            expected(f"W1, W2, … without a gap, at most {MOST_LAYERS}", ", ".join(sorted(arrays))[:100])
        )
    W = tuple(arrays[f"W{layer + 1}"] for layer in range(depth))
    found = SavedNetwork(W, arrays["v"], arrays["X"], arrays.get("y"), activation, scaling)
    _check_shapes(found)
    _check_rows(found)
    return found


def _check_words(activation: str, scaling: str) -> None:
    for name, word, known in (("activation", activation, tuple(ACTIVATIONS)), ("scaling", scaling, SCALINGS)):
        if word not in known:
            hint = suggestion(word, known)
            remedy = hint if hint.startswith("did") else ""
            raise RecordError(expected(f"{name} among {', '.join(known)}", repr(word[:40]), remedy))


def _check_shapes(net: SavedNetwork) -> None:
    if net.X.ndim != 2 or net.X.size == 0:
        raise RecordError(expected("X of shape (n, d) with n, d ≥ 1", f"shape {net.X.shape}"))
    below = net.X.shape[1]
    for layer, rows in enumerate(net.W, start=1):
        if rows.ndim != 2 or rows.shape[1] != below or rows.shape[0] < 1:
            before = "the columns of X" if layer == 1 else f"the rows of W{layer - 1}"
            raise RecordError(expected(f"W{layer} of shape (m, {below}), as {before}", f"shape {rows.shape}"))
        below = rows.shape[0]
    if net.v.shape != (below,):
        raise RecordError(expected(f"v of shape ({below},), as the rows of W{len(net.W)}", f"shape {net.v.shape}"))
    if net.y is not None and net.y.shape != (net.X.shape[0],):
        raise RecordError(expected(f"y of shape ({net.X.shape[0]},), as the rows of X", f"shape {net.y.shape}"))
    if net.parameters > MOST_PARAMETERS:
        raise RecordError(expected(f"at most {MOST_PARAMETERS:,} weights", f"{net.parameters:,}"))


def _check_rows(net: SavedNetwork) -> None:
    for layer, rows in enumerate(net.W, start=1):
        with np.errstate(over="ignore", under="ignore"):
            norms = lengths(np.linalg.norm(rows, axis=1), rows, axis=1)
        bad = np.flatnonzero(~((norms > 0) & np.isfinite(norms)))
        if bad.size:
            got = f"norm {norms[bad[0]]:g} in row {bad[0]} of W{layer}"
            raise RecordError(expected("weight rows with a direction and a norm in double precision", got))
