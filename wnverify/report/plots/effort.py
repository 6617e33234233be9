"""Effort: how the best ratio rose with the instances that were looked at, check by check."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from wnverify.report.plots.axis import BREAKS, across, decades, ratio_axis, ratio_scale
from wnverify.report.plots.panel import Panel
from wnverify.report.plots.style import CHECKS, clean


def effort(curves: Mapping[str, Sequence[tuple[int, float]]], title: str = "", *, sure: bool = True) -> str:
    """The best ratio so far against the instances so far, as steps.

    Args:
        curves: name of the check -> (instances, ratio), see `wnverify.spread.efforts`.
        title: of the plot.
        sure: whether a ratio above 1 breaks the claim.

    Returns:
        The SVG; empty where there is no ratio above 0.
    """
    finite = [ratio for points in curves.values() for _, ratio in points if 0.0 < ratio < math.inf]
    if not finite:
        return ""
    places = across([max(1, place) for points in curves.values() for place, _ in points], 1.3)
    drawn = Panel(places, ratio_scale(finite), title)
    ratio_axis(drawn, "largest ratio so far", broken=sure and max(finite) > BREAKS)
    drawn.ticks_x(decades(places), "instances")
    for name, points in curves.items():
        colour = CHECKS.get(name, "ink")
        drawn.line(list(_steps(points)), colour)
        drawn.dots([points[-1]], colour)
        drawn.legend(clean(name, 16), colour)
    ends = (f"{name}: {points[-1][1]:.4g} after {points[-1][0]:,} instances" for name, points in curves.items())
    return drawn.svg(f"Search effort: the largest ratio so far, by check. {title}", "; ".join(ends) + ".")


def _steps(points: Sequence[tuple[int, float]]) -> Iterator[tuple[float, float]]:
    """A curve that rises where an instance was found."""
    before = points[0][1]
    for place, ratio in points:
        yield place, before
        yield place, ratio
        before = ratio
