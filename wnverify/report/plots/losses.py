"""Losses: what each step of a proof loses as a size grows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import cycle

from wnverify.evidence import Number
from wnverify.report.plots.axis import across, sizes
from wnverify.report.plots.panel import Panel, Scale
from wnverify.report.plots.style import CORNERS, SERIES, clean, written

MOST = 4
"""Steps that are drawn: those that lose most in the end."""
LITTLE = 0.05
"""What loses less everywhere is not drawn."""


def losses(found: Mapping[str, Sequence[tuple[int, Number]]], size: str) -> str:
    """What each step of a proof loses against the values of a size, one line a step.

    Args:
        found: name of the step -> values of the size, rising, with a loss each.
        size: its name.

    Returns:
        The SVG; empty where no step loses anything.
    """
    lines = {name: [(float(at), float(loss)) for at, loss in points] for name, points in found.items()}
    lines = {name: points for name, points in lines.items() if max(loss for _, loss in points) > LITTLE}
    kept = dict(sorted(lines.items(), key=lambda line: -line[1][-1][1])[:MOST])
    values = {at for points in kept.values() for at, _ in points}
    if len(values) < 2:
        return ""
    high = max(loss for points in kept.values() for _, loss in points)
    drawn = Panel(across(values), Scale(0.0, 1.1 * high))
    step = 10 ** math.floor(math.log10(high))
    step = step if high >= 2 * step else step / 4
    drawn.ticks_y({step * k: written(step * k) for k in range(int(high / step) + 1)}, "loss, as a logarithm")
    drawn.ticks_x(sizes(values), size)
    for (name, points), colour, corners in zip(kept.items(), cycle(SERIES), cycle(CORNERS), strict=False):
        drawn.line(points, colour)
        drawn.dots(points, colour, corners)
        drawn.legend(clean(name, 16), colour, corners=corners)
    told = "; ".join(f"{name}: {', '.join(f'{y:.3g} at {x:g}' for x, y in points)}" for name, points in kept.items())
    return drawn.svg(f"What each step of the proof loses against {size}.", f"{told}.")
