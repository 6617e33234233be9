"""Arrays by name from `.npz`, JSON or Python: safely, and with a bound on memory.

Nothing is unpickled, and no array is made before its size is known. What comes out is double precision, and which
type it was stored in.
"""

from __future__ import annotations

import ast
import io
import math
import numbers
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from json import JSONDecodeError
from os import PathLike
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.errors import RecordError, expected
from wnverify.questions.plain_json import read_json

LARGEST_FILE = 256 * 2**20
LARGEST_JSON = 16 * 2**20
MOST_NUMBERS = 8_000_000
MOST_MEMBERS, LONGEST_HEADER, LONGEST_WORD, MOST_AXES = 256, 4096, 64, 8
MOST_NAMES = 4096
LARGEST_INTEGER = 2**53
"""Up to here double precision holds every integer."""
WORDS = ("activation", "scaling")
"""Keys that hold a word."""
_HEADER_LENGTH = {(1, 0): 2, (2, 0): 4, (3, 0): 4}
_END_SIGN, _END, _LONGEST_END = b"PK\x05\x06", 22, 2**16 + 22
LONGEST_DIRECTORY = 2**17
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAGIC = b"\x93NUMPY"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, ArithmeticError,
    LookupError,
)  # fmt: skip
"""Whatever the standard library raises over a damaged zip file."""
Raw: TypeAlias = "np.ndarray[Any, Any] | str"
Check: TypeAlias = Callable[[Sequence[str]], None]
"""Refuses names, before anything else is read."""


@dataclass(frozen=True, eq=False)
class Parts:
    """What a file holds.

    Args:
        arrays: by name, in the order of the file.
        words: activation and scaling, if they are said.
        stored: the type in which each array was stored.
        ordered: whether the order of the file means anything; some formats sort the names.
    """

    arrays: Mapping[str, FloatArray]
    words: Mapping[str, str] = field(default_factory=dict)
    stored: Mapping[str, str] = field(default_factory=dict)
    ordered: bool = True


def collected(pairs: Iterable[tuple[str, Raw]], *, ordered: bool = True) -> Parts:
    """Arrays in double precision, each checked to hold finite numbers.

    Raises:
        RecordError: if one does not; the message names it.
    """
    arrays, words, stored = dict[str, FloatArray](), dict[str, str](), dict[str, str]()
    for name, raw in pairs:
        if isinstance(raw, str):
            words[name] = _word(name, raw)
        else:
            arrays[name], stored[name] = as_numbers(name, raw), raw.dtype.name
    return Parts(arrays, words, stored, ordered)


def path_of(source: Any) -> Path:
    """A path, if it is one.

    Raises:
        RecordError: if it is neither text nor a path.
    """
    if not isinstance(source, (str, PathLike)) or "\0" in str(source):
        raise RecordError(expected("a file or a mapping of arrays", repr(source)[:60]))
    return Path(source)


def check_file(path: Path) -> None:
    """Refuse what has no size to be told before it is read; a pipe would be waited for.

    Raises:
        RecordError: if it is no regular file, or a large one.
    """
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise RecordError(expected("a file", "a folder"))
    if not stat.S_ISREG(found.st_mode):
        raise RecordError(expected("a file", "a pipe, a socket or a device", "copy it to a file first"))
    if found.st_size > LARGEST_FILE:
        raise RecordError(expected(f"a file of at most {LARGEST_FILE:,} bytes", f"{found.st_size:,}"))


# ---- npz: a zip of .npy members; sizes are read from its directory before anything is decompressed


def from_npz(file: IO[bytes], check: Check) -> Parts:
    """Arrays of a zip of `.npy` members.

    Raises:
        RecordError: if it is damaged, too large, or holds anything else.
    """
    check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            check_members(members)
            check([_name(member) for member in members])
            return collected((_name(member), _member(archive, member)) for member in members)
    except (*_DAMAGE, OSError) as error:  # a damaged directory points before the file
        raise RecordError(
            expected("a whole zip file, .npz or .pt", f"{str(error)[:100]}", "it is damaged or truncated")
        ) from error


def check_directory(file: IO[bytes]) -> None:
    """Refuse a zip file whose directory is long, before `zipfile` reads all of it.

    The record at the end names the directory's size at byte 12; where a zip64 record stands before it, as PyTorch
    writes one, that names it at byte 40.

    Raises:
        RecordError: if it is long, or has no end.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    file.seek(0)
    plain = len(tail) - _END if tail[-_END:].startswith(_END_SIGN) and tail[-2:] == b"\0\0" else -1
    start = plain if plain >= 0 else tail.rfind(_END_SIGN)
    record = tail[start : start + _END]
    if start < 0 or len(record) < _END:
        raise RecordError(expected("a whole zip file, .npz or .pt", "one without its end", "it is truncated"))
    directory = int.from_bytes(record[12:16], "little")
    if tail[max(0, start - 20) :].startswith(b"PK\x06\x07"):
        larger = tail[max(0, start - 76) : start - 20]
        whole = larger.startswith(b"PK\x06\x06") and len(larger) == 56
        directory = int.from_bytes(larger[40:48], "little") if whole else 2**64
    if directory > LONGEST_DIRECTORY:
        raise RecordError(expected(f"a zip directory of at most {LONGEST_DIRECTORY:,} bytes", f"{directory:,}"))


def check_members(members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse what would be too large once it is decompressed.

    Raises:
        RecordError: if it is, or encrypted, or names a member twice.
    """
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


def check_sums(file: IO[bytes]) -> None:
    """Refuse a zip file of which a part is not what was written, by the checksums that it has; large ones too.

    Raises:
        RecordError: if it is not; the message names the part.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            check_members(archive.infolist())
            bad = archive.testzip()
    except (*_DAMAGE, OSError) as error:
        why = " ".join(str(error).split())[:100]
        raise RecordError(expected("a whole zip file, .npz or .pt", why, "it is damaged or truncated")) from error
    if bad is not None:
        got = f"other bytes in {bad[:60]!a} than its checksum tells"
        raise RecordError(expected("a whole zip file, .npz or .pt", got, "it is damaged, or was saved without them"))


def _name(member: zipfile.ZipInfo) -> str:
    return member.filename.removesuffix(".npy")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Raw:
    """One array; never more bytes than the directory declares, and the checksum of the zip is checked at the end."""
    with archive.open(member) as stream:
        data = stream.read(member.file_size + 1)
    if len(data) != member.file_size:
        raise RecordError(expected(f"{member.file_size:,} bytes of {member.filename}", f"{len(data):,}"))
    return npy(_name(member), data)


def npy(name: str, data: bytes) -> Raw:
    """An array in NumPy's own format, from a header that is literal text and a buffer; objects are refused.

    Raises:
        RecordError: if it is damaged or holds anything else.
    """
    stream = io.BytesIO(data)
    version = (data[6], data[7]) if len(data) > 8 and data[:6] == MAGIC else None
    if version not in _HEADER_LENGTH:
        raise RecordError(expected(f"{name} in NumPy's .npy format", "something else"))
    stream.seek(8)
    length = int.from_bytes(stream.read(_HEADER_LENGTH[version]), "little")
    if length > LONGEST_HEADER:
        raise RecordError(expected(f"a short header of {name}", f"{length} bytes"))
    dtype, order, shape = _header(name, stream.read(length))
    rest = data[stream.tell() :]
    count = math.prod(shape)
    if count > MOST_NUMBERS:
        raise RecordError(expected(f"at most {MOST_NUMBERS:,} numbers in {name}", f"{count:,}"))
    if dtype.itemsize == 0 or count * dtype.itemsize != len(rest):
        raise RecordError(expected(f"{count:,} numbers in {name}", f"{len(rest):,} bytes"))
    array = np.frombuffer(rest, dtype).reshape(shape, order=order)
    return str(array[()]) if dtype.kind == "U" else array


def _header(name: str, text: bytes) -> tuple[np.dtype[Any], Any, tuple[int, ...]]:
    try:
        found = ast.literal_eval(text.decode("latin-1").strip())
        descr, fortran, shape = found["descr"], found["fortran_order"], found["shape"]
        dtype = np.dtype(descr) if isinstance(descr, str) and len(descr) < LONGEST_WORD else None
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError) as error:
        raise RecordError(expected(f"a header of {name}", "a damaged one")) from error
    fine = (
        isinstance(shape, tuple)
        and len(shape) <= MOST_AXES
        and all(type(size) is int and size >= 0 for size in shape)
    )
    wanted = "U" if name in WORDS else "fiu"
    if dtype is None or dtype.kind not in wanted or type(fortran) is not bool or not fine:
        what = "a string" if name in WORDS else "real numbers"
        raise RecordError(expected(f"{name} to hold {what}", f"dtype {str(descr)[:40]!r}, shape {str(shape)[:40]}"))
    if name in WORDS and (shape != () or dtype.itemsize > 4 * LONGEST_WORD):
        raise RecordError(expected(f"one string as {name}", f"shape {shape}"))
    return dtype, "F" if fortran else "C", shape


# ---- JSON and Python values


def from_json(file: IO[bytes], check: Check) -> Parts:
    """Arrays of a JSON object.

    Raises:
        RecordError: if it is damaged, too large, or holds anything else.
    """
    data = file.read(LARGEST_JSON + 1)
    if len(data) > LARGEST_JSON:
        raise RecordError(expected(f"a JSON file of at most {LARGEST_JSON:,} bytes", "a larger one", "use .npz"))
    try:
        plain = read_json(data.removeprefix(_BYTE_ORDER_MARK), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        remedy = "it is damaged, truncated or none of these"
        wanted = "a file of safetensors, PyTorch, HDF5 or NumPy (.npz), or whole JSON"
        raise RecordError(expected(wanted, _no_json(error), remedy)) from error
    if not isinstance(plain, dict):
        raise RecordError(expected("an object with W1, …, v, X", type(plain).__name__))
    return from_mapping(plain, check)


def _no_json(error: Exception) -> str:
    """What stands instead of JSON, and where."""
    if isinstance(error, UnicodeDecodeError):
        return f"bytes that are no text from number {error.start + 1} on"
    if isinstance(error, JSONDecodeError):
        if not error.doc.strip():
            return "an empty file"
        return f"something else from line {error.lineno}, column {error.colno} on"
    return "an integer of thousands of digits" if "integer string" in str(error) else str(error)[:100]


def from_mapping(source: Mapping[Any, Any], check: Check, *, ordered: bool = True) -> Parts:
    """Arrays of Python values: NumPy's, lists, and whatever turns itself into an array.

    Raises:
        RecordError: if one holds anything but real numbers.
    """
    if len(source) > MOST_NAMES:
        raise RecordError(expected(f"at most {MOST_NAMES} arrays", f"{len(source)}"))
    check([str(name) for name in source])
    return collected(((str(name), _of_python(str(name), value)) for name, value in source.items()), ordered=ordered)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text}, which is no finite number")


def _of_python(name: str, value: Any) -> Raw:
    if name in WORDS:
        if not isinstance(value, str):
            raise RecordError(expected(f"one string as {name}", type(value).__name__))
        return value
    if isinstance(value, list | tuple):
        return _of_lists(name, value)
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise RecordError(expected(f"a rectangular array of numbers as {name}", "something else")) from error
    if array.dtype.name == "bfloat16":  # of JAX; NumPy itself has no such type
        array = array.astype(np.float32)
    if np.ma.is_masked(value):
        raise RecordError(expected(f"numbers as {name}", "masked entries", "fill them first"))
    if array.dtype.kind not in "fiu" or array.size > MOST_NUMBERS:
        raise RecordError(expected(f"numbers as {name}", f"dtype {array.dtype}, {array.size:,} entries"))
    return array


def _of_lists(name: str, value: Sequence[Any]) -> FloatArray:
    """Rows of numbers; ragged or deep lists are refused before NumPy guesses what they mean."""
    nested = len(value) > 0 and all(isinstance(row, list | tuple) for row in value)
    rows = value if nested else [value]
    if len({len(row) for row in rows}) > 1:
        raise RecordError(expected(f"rows of one length in {name}", "rows of several lengths"))
    found = np.array([[_entry(name, entry) for entry in row] for row in rows], dtype=np.float64)
    return np.asarray(found if nested else found[0])


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


def as_numbers(name: str, array: np.ndarray[Any, Any]) -> FloatArray:
    """Double precision, exactly, or an error.

    Raises:
        RecordError: if a number is not finite, or an integer not held.
    """
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
