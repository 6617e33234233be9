"""The plots of a log: what is measured is drawn through, what is certified is dashed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, log10

from wnverify.questions.training.row import Row
from wnverify.report.plots.axis import across, decades
from wnverify.report.plots.panel import BOUND, Panel, Points, Scale
from wnverify.report.plots.style import written

MOST = 400
"""Points of a line; more are not seen."""
TICKS, NARROW = 5, 5.0
"""Steps between ticks, about; the factor between the ends of an axis from which on it is logarithmic."""


@dataclass(frozen=True)
class Curve:
    """One line of a plot.

    Args:
        name: in the legend.
        colour: by its name in `style.LIGHT`.
        of: what is drawn of a row.
        certified: whether it is a bound.
    """

    name: str
    colour: str
    of: Callable[[Row], float | None]
    certified: bool = False


@dataclass(frozen=True)
class Plot:
    """One plot.

    Args:
        name: of its file.
        title: above it, and in words; {width} is that of the network.
        label: of the axis upwards.
        curves: in the order of the legend.
    """

    name: str
    title: str
    label: str
    curves: tuple[Curve, ...]


def _cost(alpha: Callable[[Row], float | None]) -> Callable[[Row], float | None]:
    """What the curvature of the network may take from what the loss gains: α > 0 is certified where that is less."""

    def cost(row: Row) -> float | None:
        left = alpha(row)
        return None if row.gained is None or left is None else row.gained - left

    return cost


PLOTS = (
    Plot("loss", "Loss", "ℒ", (Curve("loss", "random", lambda row: row.loss),)),
    Plot("norms", "The least norm of a row, at width {width}", "ω", (Curve("ω", "random", lambda row: row.omega),)),
    Plot(
        "output", "How far the output weights are from where they began", "norm",
        (
            Curve("‖v − v₀‖", "random", lambda row: row.distance),
            Curve("ρ₁", "claimed", lambda row: row.rho, certified=True),
        ),
    ),
    Plot("ratio", "Gradient against loss", "‖∇ℒ‖²/ℒ", (Curve("‖∇ℒ‖²/ℒ", "random", lambda row: row.ratio),)),
    Plot(
        "convexity", "Curvature of the loss along its gradient", "curvature",
        (
            Curve("measured", "random", lambda row: row.curvature),
            Curve("gained", "third", lambda row: row.gained),
            Curve("cost, explicit", "claimed", _cost(lambda row: row.alpha_explicit), certified=True),
            Curve("by layers", "searched", _cost(lambda row: row.alpha_layers), certified=True),
        ),
    ),
    Plot(
        "smoothness", "Smoothness of the loss", "β",
        (
            Curve("measured", "random", lambda row: row.smoothness),
            Curve("explicit", "claimed", lambda row: row.smoothness_explicit, certified=True),
            Curve("by layers", "searched", lambda row: row.smoothness_layers, certified=True),
        ),
    ),
    Plot(
        "rate", "How fast the loss falls, a step", "−log ℒ′/ℒ",
        (
            Curve("measured", "random", lambda row: row.rate),
            Curve("certified, at least", "claimed", lambda row: row.rate_certified, certified=True),
        ),
    ),
)  # fmt: skip


def drawn(rows: Sequence[Row]) -> dict[str, str]:
    """Every plot as SVG, by its name; those without two points are left out.

    Args:
        rows: in their order.
    """
    return {plot.name: svg for plot in PLOTS if (svg := _drawn(plot, rows))}


def _drawn(plot: Plot, rows: Sequence[Row]) -> str:
    """Only what is above 0 is drawn, and a line is broken where it is not."""
    step = -(-len(rows) // MOST) or 1
    lines = [(curve, _pieces(curve, rows[::step])) for curve in plot.curves]
    kept = [(curve, pieces) for curve, pieces in lines if sum(map(len, pieces)) > 1]
    if not kept:
        return ""
    points = [point for _, pieces in kept for piece in pieces for point in piece]
    calls, heights = [x for x, _ in points], _heights([y for _, y in points])
    title = plot.title.format(width=next((row.width for row in rows if row.width is not None), "unknown"))
    panel = Panel(Scale(min(calls), max(calls)), heights, title)
    panel.ticks_y(decades(heights) if heights.log else _named(heights.low, heights.high), plot.label)
    panel.ticks_x(_named(min(calls), max(calls)), "call")
    for curve, pieces in kept:
        for piece in pieces:
            panel.line(piece, curve.colour, 1.2 if curve.certified else 1.6, BOUND if curve.certified else None)
        panel.legend(curve.name, curve.colour, dashed=curve.certified)
    return panel.svg(title, " ".join(_words(curve, pieces) for curve, pieces in kept))


def _pieces(curve: Curve, rows: Sequence[Row]) -> list[Points]:
    """The points between two gaps, at which there is no value, or none above 0."""
    values = [(float(row.call), curve.of(row)) for row in rows]
    groups = groupby(values, key=lambda point: point[1] is not None and point[1] > 0)
    return [[(x, y) for x, y in group if y is not None] for above, group in groups if above]


def _heights(values: Sequence[float]) -> Scale:
    """A logarithmic scale where values differ much, else one that begins at 0."""
    low, high = min(values), max(values)
    return across(values, 1.5) if high > NARROW * low else Scale(0.0, 1.15 * high)


def _words(curve: Curve, pieces: Sequence[Points]) -> str:
    return f"{curve.name} goes from {pieces[0][0][1]:.3g} to {pieces[-1][-1][1]:.3g}."


def _named(low: float, high: float) -> dict[float, str]:
    """A few round numbers from one end to the other.

    >>> list(_named(0, 199).values()), list(_named(0.0, 0.9).values())
    (['0', '50', '100', '150'], ['0', '0.2', '0.4', '0.6', '0.8'])
    """
    least = max((high - low) / TICKS, 1e-300)
    power = 10.0 ** floor(log10(least))
    unit = next(digit * power for digit in (1.0, 2.0, 5.0, 10.0) if digit * power >= least * (1 - 1e-9))
    places = (unit * place for place in range(ceil(low / unit - 1e-9), ceil(low / unit - 1e-9) + TICKS + 1))
    return {place: written(float(f"{place:.6g}")) for place in places if place <= high * (1 + 1e-9)}
