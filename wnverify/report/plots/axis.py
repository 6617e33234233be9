"""Axis: ticks of sizes, of ratios and of counts, few enough to be read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from wnverify.report.plots.panel import BOUND, Panel, Scale
from wnverify.report.plots.style import written

APART, MOST = 1.5, 5
"""Factor between two sizes that are both named, at least; decades that are named, about."""
NARROW = 0.2
"""Where all ratios are larger than this, and smaller than its inverse, the axis is linear, from 0."""
BREAKS = 1.0 + 1e-6
"""Ratios above this break a sure claim."""


def across(values: Iterable[float], room: float = 1.2) -> Scale:
    """A logarithmic scale that holds some positive values."""
    held = list(values)
    return Scale(min(held) / room, max(held) * room, log=True)


def sizes(values: Iterable[float]) -> dict[float, str]:
    """Names of sizes that are there, the smallest first, none too near another on a logarithmic axis.

    >>> list(sizes([1, 2, 3, 4, 60]).values())
    ['1', '2', '3', '60']
    """
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value >= APART * kept[-1]:
            kept.append(float(value))
    return {value: written(value) for value in kept}


def decades(scale: Scale) -> dict[float, str]:
    """Names of powers of ten on a logarithmic scale; of 1, 2 and 5 of them too where these are few.

    >>> list(decades(Scale(0.5, 30, log=True)).values())
    ['0.5', '1', '2', '5', '10', '20']
    """
    first, last = math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high))
    step = max(1, -(-(last - first) // MOST))
    told = [10.0**power for power in range(first, last + 1) if power % step == 0]
    if scale.high < 100 * scale.low:
        told = [digit * value for value in told for digit in (1.0, 2.0, 5.0)]
    return {value: written(value) for value in told if scale.low <= value <= scale.high}


def ratio_scale(found: Sequence[float]) -> Scale:
    """The scale upwards for finite ratios above 0; the bound is on it, and infinity stands at its upper end."""
    low, high = min(found), max(found)
    if low > NARROW and high < 1 / NARROW:
        return Scale(0.0, max(1.15, 1.1 * high))
    return Scale(low / 2, max(3.0, 3 * high), log=True)


def ratio_axis(drawn: Panel, label: str, *, broken: bool) -> None:
    """Ticks of ratios, and a line at 1; what lies above breaks the claim, where that is broken."""
    drawn.ticks_y(decades(drawn.y) if drawn.y.log else _quarters(drawn.y.high), label)
    if broken:
        drawn.box((drawn.x.low, 1.0), (drawn.x.high, drawn.y.high), "violation", 0.12)
    drawn.line([(drawn.x.low, 1.0), (drawn.x.high, 1.0)], "claimed", 1.0, BOUND)


def _quarters(high: float) -> dict[float, str]:
    """Names of a linear scale from 0 to a few units."""
    step = 0.25 if high < 1.3 else 0.5 if high < 3 else 1.0
    return {step * place: written(step * place) for place in range(int(high / step) + 1)}
