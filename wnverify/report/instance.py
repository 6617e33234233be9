"""One instance, and both sides of a claim at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from wnverify.batch import Batch, to_data
from wnverify.report.layout import field

if TYPE_CHECKING:
    from wnverify.judging.certificate import Sides  # sympy: not for a report that shows no enclosure

SMALL = 40
"""Arrays with at most this many numbers in all are printed; larger ones are only described."""


def sides_words(sides: Sides | None, lhs: float, rhs: float) -> str:
    """Both sides in words; with balls, the certified end of each that decides."""
    if sides is None:
        return f"left {lhs:.15g}, right {rhs:.15g} (float64, two independent routes)"
    if sides.lhs.lower > sides.rhs.upper:
        return f"left ≥ {sides.lhs.lower!r} > {sides.rhs.upper!r} ≥ right"
    if sides.rhs.lower > sides.lhs.upper:
        return f"left ≤ {sides.lhs.upper!r} < {sides.rhs.lower!r} ≤ right"
    return f"left in [{sides.lhs.lower!r}, {sides.lhs.upper!r}], right in [{sides.rhs.lower!r}, {sides.rhs.upper!r}]"


def instance_lines(batch: Batch, width: int) -> list[Text]:
    """The arrays of one instance, if they are small."""
    return array_lines(to_data(batch)["arrays"], "in the saved file", width)


def array_lines(arrays: Mapping[str, Any], large: str, width: int) -> list[Text]:
    """Arrays as `to_data` writes them; where they hold many numbers, only their names and what `large` says."""
    if sum(len(array["hex"]) for array in arrays.values()) > SMALL:
        return field("arrays", f"{', '.join(arrays)}: {large}", width)
    return [line for name, array in arrays.items() for line in field(name, array_text(array), width)]


def array_text(array: Mapping[str, Any]) -> str:
    """Nested brackets, to six digits.

    >>> array_text({"shape": [2, 1], "hex": ["0x1.0p-1", "-0x1.8p+0"]})
    '[[0.5], [-1.5]]'
    """
    return _nested([f"{float.fromhex(text):.6g}" for text in array["hex"]], list(array["shape"]))


def _nested(values: Sequence[str], shape: Sequence[int]) -> str:
    if not shape:
        return values[0]
    step = len(values) // shape[0]
    inner = [_nested(values[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]
    return f"[{', '.join(inner)}]"
