"""Histogram: how the ratios of random and of searched instances lie."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from wnverify.evidence import EDGES
from wnverify.report.plots.panel import BOUND, Panel, Scale
from wnverify.report.plots.style import written

ONE = EDGES.index(1.0 + 1e-6)
"""Position of the edge above which a ratio breaks the claim."""
SHOWN = {0.0: "0", 1e-6: "10⁻⁶", 1e-4: "10⁻⁴", 0.01: "0.01", 0.1: "0.1", 10**-0.5: "0.3", 0.7: "0.7", 0.9: "0.9",
         0.99: "0.99", 1.1: "1.1", 10.0: "10"}  # fmt: skip
"""Ratios that the axis of a histogram may name."""
FEWEST = 10
"""Bins that are shown, at least; about so many names would fit on the axis."""
LEAST, FILL = 0.6, 0.55
"""Where the axis of counts begins, below 1; how solid the bars of random instances are."""


def ratio_histogram(random: Sequence[int], searched: Sequence[int], title: str = "", *, sure: bool = True) -> str:
    """How many instances on which the claim says something have which ratio; random ones and searched ones.

    Args:
        random: counts of the bins, see `CheckEvidence.random`; perhaps none.
        searched: the same of all others.
        title: of the plot.
        sure: whether a ratio above 1 breaks the claim, which with a probability it may do now and then.

    Returns:
        The SVG; empty where nothing was counted.
    """
    parts = {name: list(counts) for name, counts in (("random", random), ("searched", searched)) if any(counts)}
    if not parts:
        return ""
    full = [place for counts in parts.values() for place, count in enumerate(counts) if count]
    high = max(max(full), ONE + 1) + 1
    low = max(min(min(full) - 1, high - FEWEST), 0)
    most = max(max(counts) for counts in parts.values())
    drawn = Panel(Scale(low, high), Scale(LEAST, 1.6 * most, log=True), title)
    drawn.ticks_y(_counts(most), "instances")
    if sure and max(full) > ONE:
        drawn.box((ONE + 1, LEAST), (high, drawn.y.high), "violation", 0.12)
    for name, counts in parts.items():
        outline = list(_outline(counts[low:high], low))
        if name == "random":
            drawn.area(outline, name, FILL)
        else:
            drawn.line(outline, name, 1.4)
        drawn.legend(f"{name} ({sum(counts):,})", name, fill=FILL if name == "random" else 0.0)
    drawn.line([(ONE + 1, LEAST), (ONE + 1, drawn.y.high)], "claimed", 1.0, BOUND)
    drawn.legend("bound", "claimed", dashed=True)
    drawn.ticks_x(_names(low, high), "ratio of the sides")
    return drawn.svg(f"Histogram of the ratio of both sides. {title}", _description(parts))


def _outline(counts: Sequence[int], first: int) -> Iterator[tuple[float, float]]:
    """The upper ends of bars of one width: the axis is finer near 1, as the bins are."""
    yield first, LEAST
    for place, count in enumerate(counts, first):
        yield place, count or LEAST
        yield place + 1, count or LEAST
    yield first + len(counts), LEAST


def _counts(most: int) -> dict[float, str]:
    """Powers of ten upwards."""
    powers = range(0, math.floor(math.log10(most)) + 1, 1 if most < 1e5 else 2)
    return {10.0**power: written(10.0**power) for power in powers}


def _names(low: int, high: int) -> dict[float, str]:
    """The edges that have names, none too near another; 1 is always there."""
    places = {ONE + 1.0: "1"}
    for value, name in sorted(SHOWN.items(), key=lambda pair: -pair[0]):
        place = 0.0 if value == 0.0 else _place(value)
        if low <= place <= high and all(abs(place - other) * FEWEST >= 1.3 * (high - low) for other in places):
            places[place] = name
    return dict(sorted(places.items()))


def _place(value: float) -> float:
    return float(min(range(len(EDGES)), key=lambda index: abs(EDGES[index] - value)) + 1)


def _description(parts: Mapping[str, Sequence[int]]) -> str:
    told = []
    for name, counts in parts.items():
        top = max(place for place, count in enumerate(counts) if count)
        end = f"below {written(EDGES[top])}" if top < len(EDGES) else f"at least {written(EDGES[-1])}"
        told.append(f"{sum(counts):,} {name} instances, the largest ratio {'up to 1' if top == ONE else end}")
    return "; ".join(told) + "."
