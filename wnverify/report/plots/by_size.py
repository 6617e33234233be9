"""By size: the best ratio that was found at each value of each size."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import cycle

from wnverify.evidence import Number
from wnverify.report.plots.axis import BREAKS, across, ratio_axis, ratio_scale, sizes
from wnverify.report.plots.panel import Panel
from wnverify.report.plots.style import CORNERS, SERIES, clean


def ratio_by_size(found: Mapping[str, Sequence[tuple[int, Number]]], title: str = "", *, sure: bool = True) -> str:
    """The best ratio that was found at each value of each size, one line a size.

    Args:
        found: name -> values, rising, with a ratio each.
        title: of the plot.
        sure: whether a ratio above 1 breaks the claim, which with a probability it may do now and then.

    Returns:
        The SVG; empty where there is no ratio above 0.
    """
    lines = {name: kept for name, points in found.items() if (kept := _above_zero(points))}
    finite = [ratio for points in lines.values() for _, ratio in points if ratio < math.inf]
    if not finite:
        return ""
    values = {size for points in lines.values() for size, _ in points}
    drawn = Panel(across(values), ratio_scale(finite), title)
    ratio_axis(drawn, "largest ratio found", broken=sure and max(finite) > BREAKS)
    drawn.ticks_x(sizes(values), "size")
    for (name, points), colour, corners in zip(lines.items(), cycle(SERIES), cycle(CORNERS), strict=False):
        drawn.line(points, colour)
        drawn.dots(points, colour, corners)
        drawn.legend(clean(name, 16), colour, corners=corners)
    told = "; ".join(f"{name}: {_told(points)}" for name, points in lines.items())
    return drawn.svg(f"Largest ratio found against each size. {title}", f"{told}.")


def _above_zero(points: Sequence[tuple[int, Number]]) -> list[tuple[float, float]]:
    return [(float(size), float(ratio)) for size, ratio in points if size > 0 and float(ratio) > 0.0]


def _told(points: Sequence[tuple[float, float]]) -> str:
    return ", ".join(f"{ratio:.4g} at {size:g}" for size, ratio in points)
