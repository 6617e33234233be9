"""One instance, and both sides of a claim at it."""

from __future__ import annotations

from rich.text import Text

from wnverify.batch import Batch, to_data
from wnverify.judging.certificate import Sides
from wnverify.report.layout import field
from wnverify.report.problems import SMALL, array_text


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
    arrays = to_data(batch)["arrays"]
    if sum(len(array["hex"]) for array in arrays.values()) > SMALL:
        return field("arrays", f"{', '.join(arrays)}: in the saved file", width)
    return [line for name, array in arrays.items() for line in field(name, array_text(array), width)]
