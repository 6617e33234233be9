"""Packed: curves, counts and arrays of a record, short, and read back strictly."""

from __future__ import annotations

import math
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wnverify.errors import RecordError, expected
from wnverify.evidence import EDGES, Number, number

POINTS = 4
"""Of a curve of effort, that are written."""
DIGITS = 4
"""Of the ends of ranges, of ratios of curves, and of times, as the reports show them."""


# ---- curves and counts


def shortened(points: Iterable[tuple[int, Number]]) -> list[tuple[int, Number]]:
    """Points with their ratios to a few digits."""
    return [(place, short(float(ratio))) for place, ratio in points]


def few(effort: Sequence[tuple[int, Number]]) -> Sequence[tuple[int, Number]]:
    """A curve by its ends and the greatest of its steps."""
    if len(effort) <= POINTS:
        return effort
    rises = {place: _rise(effort[place - 1][1], effort[place][1]) for place in range(1, len(effort) - 1)}
    kept = sorted(sorted(rises, key=lambda place: -rises[place])[: POINTS - 2])
    return [effort[place] for place in (0, *kept, len(effort) - 1)]


def _rise(before: Number, after: Number) -> float:
    """By how much of itself a ratio rose; more than anything where it was nothing."""
    return float(after) / float(before) if 0.0 < float(before) < math.inf else math.inf


def trimmed(counts: Sequence[int]) -> list[int]:
    """The first bin that is not empty, then the counts from it to the last such."""
    full = [place for place, count in enumerate(counts) if count]
    return [full[0], *counts[full[0] : full[-1] + 1]] if full else []


def short(value: float) -> Number:
    """A number to a few digits.

    >>> short(1 / 3)
    0.3333
    """
    return number(float(f"{value:.{DIGITS}g}"))


def untrimmed(counts: Sequence[int]) -> list[int]:
    """The counts of all bins.

    Raises:
        RecordError: if they do not fit the bins.

    >>> sum(untrimmed(trimmed([0, 3, 4] + [0] * (len(EDGES) - 2))))
    7
    """
    first, *rest = counts or [0]
    after = len(EDGES) + 1 - first - len(rest)
    if min(first, after, *rest) < 0:
        raise RecordError(expected(f"counts of {len(EDGES) + 1} bins, none below 0", str(counts)[:60]))
    return [0] * first + rest + [0] * after if rest else []


# ---- arrays


def packed(instance: Mapping[str, Any]) -> dict[str, Any]:
    """An instance whose arrays stand as bytes; one that these would not give back exactly stays as it is."""
    arrays = {name: _bytes(array) for name, array in instance.get("arrays", {}).items()}
    return {**instance, "arrays": arrays} if arrays else dict(instance)


def _bytes(array: Mapping[str, Any]) -> dict[str, Any]:
    packed = {"shape": array.get("shape"), "f8": b64encode(_doubles(array.get("hex", []))).decode()}
    return packed if unpacked(packed) == array else dict(array)


def _doubles(texts: Sequence[str]) -> bytes:
    return struct.pack(f"<{len(texts)}d", *(float.fromhex(text) for text in texts))


def unpacked_whole(instance: Mapping[str, Any]) -> dict[str, Any]:
    """An instance as `packed` was given it.

    Raises:
        RecordError: if an array is damaged.
    """
    try:
        arrays = {name: unpacked(array) for name, array in instance.get("arrays", {}).items()}
    except (ValueError, TypeError, AttributeError, KeyError, struct.error) as error:
        raise RecordError(expected("arrays of an instance in base 64", str(error)[:60])) from error
    return {**instance, "arrays": arrays} if arrays else dict(instance)


def unpacked(array: Mapping[str, Any]) -> dict[str, Any]:
    """An array as `wnverify.batch` knows it."""
    if "f8" not in array:
        return dict(array)
    data = b64decode(array["f8"], validate=True)
    return {"shape": array["shape"], "hex": [value.hex() for (value,) in struct.iter_unpack("<d", data)]}
