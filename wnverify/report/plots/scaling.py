"""Scaling: how the left side grows with a size, beside how the bound does."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wnverify.report.plots.axis import across, decades, sizes
from wnverify.report.plots.panel import BOUND, Panel, Scale
from wnverify.report.plots.style import clean
from wnverify.spread import Scaling

LARGEST = 600.0
"""Of logarithms that are drawn."""


def scaling(found: Scaling, title: str = "") -> str:
    """The left side where the search drove it nearest to the bound, with the fitted power, and the bound.

    Args:
        found: sizes and powers, see `wnverify.spread.scalings`.
        title: of the plot.

    Returns:
        The SVG; empty where there is no size.
    """
    points = [(float(size), side) for size, side in found.points if 0.0 < side < math.inf]
    if not points:
        return ""
    places = across(size for size, _ in points)
    bound = _line(places, points[0][0], 1.0, found.claimed)
    centre, height = (math.exp(math.fsum(math.log(p[axis]) for p in points) / len(points)) for axis in (0, 1))
    fitted = _line(places, centre, height, found.fitted)
    heights = across([side for _, side in (*bound, *fitted, *points)], 1.5)
    drawn = Panel(places, Scale(heights.low, heights.high, log=True), title)
    drawn.ticks_y(decades(heights), "left side, relative")
    drawn.ticks_x(sizes(size for size, _ in points), clean(found.symbol, 20))
    if found.low is not None and found.high is not None:
        ends = [_fine(places, centre, height, each) for each in (found.low, found.high)]
        drawn.area([*ends[0], *reversed(ends[1])], "fitted", 0.2)
    drawn.line(bound, "claimed", 1.2, BOUND)
    drawn.line(fitted, "fitted", 1.2)
    drawn.dots(points, "fitted")
    drawn.legend(f"bound, power {power(found.claimed)}", "claimed", dashed=True)
    drawn.legend(f"found, {interval(found)}", "fitted", corners=0)
    told = f"The power of the bound is {power(found.claimed)}, that of what was found {interval(found)}."
    return drawn.svg(f"How the left side grows with {found.symbol}. {title}", told)


def _line(places: Scale, centre: float, height: float, slope: float) -> list[tuple[float, float]]:
    """A power law from one end to the other."""
    return [(end, _power_law(end / centre, height, slope)) for end in (places.low, places.high)]


def _power_law(share: float, height: float, slope: float) -> float:
    """What is beyond the range of floats stays at its end."""
    return math.exp(min(max(math.log(height) + slope * math.log(share), -LARGEST), LARGEST))


def _fine(places: Scale, centre: float, height: float, slope: float) -> Sequence[tuple[float, float]]:
    """The same at many places: what leaves the plot is cut, not bent."""
    steps = [places.low * (places.high / places.low) ** (step / 24) for step in range(25)]
    return [(size, _power_law(size / centre, height, slope)) for size in steps]


def power(value: float) -> str:
    """A power to two digits after the point.

    >>> power(-0.5), power(2.0), power(-1e-9)
    ('−0.5', '2', '0')
    """
    return f"{round(value, 2) + 0.0:g}".replace("-", "−")


def interval(found: Scaling) -> str:
    """The fitted power with its interval, where it has one."""
    if found.low is None or found.high is None:
        return f"{power(found.fitted)} (two sizes)"
    return f"{power(found.fitted)} ({power(found.low)} to {power(found.high)})"
