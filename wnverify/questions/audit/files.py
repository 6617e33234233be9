"""A file of arrays, told by how it begins and not by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeVar

from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import MAGIC, Check, Parts, check_file, from_json, from_npz
from wnverify.questions.audit.frameworks import from_h5, from_torch, is_torch
from wnverify.questions.audit.safetensors import from_safetensors

HDF5, OLD_PICKLE = b"\x89HDF\r\n\x1a\n", b"\x80"
T = TypeVar("T")


def opened(path: Path, read: Callable[[IO[bytes]], T]) -> T:
    """What a reader makes of a file; its errors name the file.

    Raises:
        RecordError: if it cannot be opened, or the reader refuses it.
    """
    try:
        check_file(path)
        with path.open("rb") as file:
            return read(file)
    except OSError as error:
        raise RecordError(expected("a file that can be read", f"{path} ({error.strerror or error})")) from error
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error


def parts_of(path: Path, check: Check) -> Parts:
    """The arrays of a file in any format that is known here.

    Args:
        path: the file.
        check: refuses names before anything else is read.

    Raises:
        RecordError: if it is damaged, too large, or of another format.
    """
    return opened(path, lambda file: _parts(path, file, check))


def _parts(path: Path, file: IO[bytes], check: Check) -> Parts:
    begin = file.read(16)
    file.seek(0)
    if begin[:2] == b"PK":
        return from_torch(path, check) if is_torch(file) else from_npz(file, check)
    if begin.startswith(HDF5):
        return from_h5(path, check)
    if begin.startswith(MAGIC):
        raise RecordError(expected("a file of named arrays", "one array, .npy", "data go to --data"))
    if begin.startswith(OLD_PICKLE):
        remedy = "save it anew by torch.save, or as .safetensors"
        raise RecordError(expected("a format without pickle", "a pickle, which is never opened", remedy))
    return from_safetensors(file, check) if begin[8:9] == b"{" else from_json(file, check)
