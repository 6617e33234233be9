"""Tensors in the safetensors format: 8 bytes that give a length, a JSON header of that length, and the numbers.

The header has for every name its type, its shape and where in the rest its bytes begin and end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

import numpy as np

from wnverify.errors import RecordError, expected
from wnverify.questions.audit.containers import MOST_AXES, MOST_NAMES, MOST_NUMBERS, Check, Parts, collected
from wnverify.questions.plain_json import read_json

LONGEST_HEADER = 2**20
TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
    "U16": "<u2", "U32": "<u4", "U64": "<u8",
}  # fmt: skip
BFLOAT16 = "BF16"


def from_safetensors(file: IO[bytes], check: Check) -> Parts:
    """Every tensor; the order in the file is by type and name, and means nothing.

    Raises:
        RecordError: if it is damaged, too large, or holds anything but real numbers.
    """
    length = int.from_bytes(file.read(8), "little")
    if length > LONGEST_HEADER:
        raise RecordError(expected(f"a header of at most {LONGEST_HEADER:,} bytes", f"{length:,}"))
    text = file.read(length)
    try:
        header = read_json(text)
    except (ValueError, RecursionError) as error:
        raise RecordError(expected("a whole safetensors header", str(error)[:100], "it is damaged")) from error
    if not isinstance(header, dict) or len(header) > MOST_NAMES:
        raise RecordError(expected(f"a header that names at most {MOST_NAMES} tensors", type(header).__name__))
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    check(list(entries))
    found = collected(_tensors(entries, file.read()), ordered=False)
    kinds = {name: "bfloat16" for name, entry in entries.items() if entry["dtype"] == BFLOAT16}
    return Parts(found.arrays, found.words, {**found.stored, **kinds}, ordered=False)


def _tensors(entries: Mapping[str, Any], data: bytes) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    total = 0
    for name, entry in entries.items():
        kind, shape, begin, end = _entry(name, entry)
        total += math.prod(shape)
        if total > MOST_NUMBERS:
            raise RecordError(expected(f"at most {MOST_NUMBERS:,} numbers", f"more, with {name[:60]}"))
        dtype = np.dtype("<u2") if kind == BFLOAT16 else np.dtype(TYPES[kind])
        size = math.prod(shape) * dtype.itemsize
        if end - begin != size or end > len(data):
            got = f"bytes {begin} to {end} of {len(data)}"
            raise RecordError(expected(f"{size:,} bytes of {name[:60]}", got, "it is damaged or truncated"))
        array = np.frombuffer(data, dtype, math.prod(shape), begin).reshape(shape)
        yield name, (array.astype("<u4") << 16).view("<f4") if kind == BFLOAT16 else array


def _entry(name: str, entry: Any) -> tuple[str, tuple[int, ...], int, int]:
    """Type, shape, and where the bytes begin and end."""
    try:
        kind, shape, (begin, end) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (TypeError, KeyError, ValueError) as error:
        raise RecordError(expected(f"type, shape and place of {name[:60]}", repr(entry)[:60])) from error
    counts = (*shape, begin, end)
    if len(shape) > MOST_AXES or not all(type(count) is int and 0 <= count < 2**40 for count in counts):
        raise RecordError(expected(f"sizes of {name[:60]}", f"{str(counts)[:60]}", "it is damaged"))
    if not isinstance(kind, str) or kind not in {*TYPES, BFLOAT16}:
        raise RecordError(expected(f"{name[:60]} of a type among {', '.join(TYPES)}, BF16", repr(kind)[:40]))
    return kind, shape, begin, end
