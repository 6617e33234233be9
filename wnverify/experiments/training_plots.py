"""The plots of the experiment on training: what is measured is drawn through, what is certified is dashed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wnverify.experiments.kit.experiment import Picture
from wnverify.experiments.kit.lines import Frame, Line, plotted
from wnverify.experiments.training_rows import CERTIFIED, FULL, RECIPES, Row

COLOURS = dict(zip(RECIPES, ("searched", "random", "structured", "hypothesis", "met"), strict=True))
WIDE = ("met", "structured", "random", "searched", "hypothesis")
"""The colours of the widths, from the least."""
ACROSS, WIDELY = "step t + 1", 100.0
"""The axis of all plots; a factor between values above which an axis upwards is logarithmic."""
Value = Callable[[Row], float | None]


def draw(rows: Sequence[Row]) -> list[Picture]:
    """All plots.

    Args:
        rows: all rows.
    """
    return [
        _kinds(rows, "loss", ("Loss", "𝓛(θ_t)"), lambda row: row.loss, lambda row: row.loss_certified),
        _kinds(rows, "omega", ("Least norm of a row", "ω"), lambda row: row.omega, lambda row: row.omega_certified),
        _widths(rows),
        _output(rows),
        _kinds(rows, "ratio", ("Gradient against loss", "R = ‖∇𝓛‖²/𝓛"), lambda row: row.ratio,
               lambda row: row.ratio_certified),
        _convexity(rows),
        _smoothness(rows),
        _rates(rows),
    ]  # fmt: skip


def _of(rows: Sequence[Row], kind: str, width: int = 0) -> list[Row]:
    """One run, of the width of the first one if none is said."""
    return [row for row in rows if (row.kind, row.width) == (kind, width or rows[0].width)]


def _along(rows: Sequence[Row], value: Value) -> list[tuple[float, float | None]]:
    return [(row.time + 1.0, value(row)) for row in rows]


def _bounds(rows: Sequence[Row], value: Value, look: str = "--") -> list[Line]:
    """A bound in the colours of all ways of training."""
    return [Line("", _along(_of(rows, kind), value), COLOURS[kind], look, thin=True) for kind in RECIPES]


def _entry(label: str, look: str = "--") -> Line:
    """An entry of the legend for lines of several colours."""
    return Line(label, [(1.0, None)], "claimed", look, thin=True)


def _measured(rows: Sequence[Row], value: Value) -> list[Line]:
    return [Line(kind, _along(_of(rows, kind), value), COLOURS[kind], "-") for kind in RECIPES]


def _kinds(rows: Sequence[Row], name: str, words: tuple[str, str], value: Value, bound: Value) -> Picture:
    """All ways of training at one width."""
    title, label = words
    lines = [*_measured(rows, value), *_bounds(rows, bound), _entry("certified")]
    values = [found for line in lines for _, found in line.points if found]
    logs = "xy" if max(values) > WIDELY * min(values) else "x"
    frame = Frame(f"{title}, m = {rows[0].width}", ACROSS, label, logs)
    return plotted(f"training-{name}", frame, lines, f"{title} along training, measured and certified")


def _widths(rows: Sequence[Row]) -> Picture:
    lines = []
    for width, colour in zip(sorted({row.width for row in rows}), WIDE, strict=False):
        own = _of(rows, FULL, width)
        lines.append(Line(f"m = {width}", _along(own, lambda row: row.omega), colour, "-"))
        lines.append(Line("", _along(own, lambda row: row.omega_certified), colour, "--", thin=True))
    frame = Frame(f"Least norm of a row, {FULL}", ACROSS, "ω", "xy")
    caption = "The least norm of a row along training at several widths, and what it is at least"
    return plotted("training-width", frame, [*lines, _entry("certified, at least")], caption)


def _output(rows: Sequence[Row]) -> Picture:
    lines = _measured(rows, lambda row: row.distance)
    lines += _bounds(rows, lambda row: row.distance_certified)
    lines += _bounds(rows, lambda row: row.rho, ":")
    lines += [_entry("certified, at most"), _entry("ρ₁ of the bounds", ":")]
    frame = Frame(f"Way of the output weights, m = {rows[0].width}", ACROSS, "‖v − v₀‖", "xy")
    return plotted("training-output", frame, lines, "How far the output weights go, what that is at most, and ρ₁")


def _convexity(rows: Sequence[Row]) -> Picture:
    own = _of(rows, FULL)
    lines = [
        Line("⟨g, ∇²𝓛 g⟩ > 0, measured", _along(own, lambda row: row.curvature), "random", "o"),
        Line("R/2", _along(own, lambda row: row.ratio / 2), "random", "-"),
        Line("2H√𝓛, explicit", _along(own, lambda row: row.cost), "searched", "--", thin=True),
        Line("2H√𝓛, depth-free", _along(own, lambda row: row.cost_free), "structured", "--", thin=True),
    ]
    frame = Frame(f"The two sides of α = R/2 − 2H√𝓛 > 0, {FULL}", ACROSS, "curvature", "xy")
    caption = "Restricted strong convexity along training: α > 0 is certified where R/2 is above a dashed line"
    return plotted("training-convexity", frame, lines, caption)


def _smoothness(rows: Sequence[Row]) -> Picture:
    own = _of(rows, FULL)
    lines = [
        Line("‖∇²𝓛‖₂, measured", _along(own, lambda row: row.smoothness), "random", "o-"),
        Line("β_𝓛, explicit", _along(own, lambda row: row.smoothness_certified), "searched", "--", thin=True),
        Line("β_𝓛, depth-free", _along(own, lambda row: row.smoothness_free), "structured", "--", thin=True),
        Line("β_𝓛, by layers", _along(own, lambda row: row.smoothness_layers), "hypothesis", "--", thin=True),
        Line("2/η", _along(own, lambda row: 2 / row.step), "claimed", ":", thin=True),
    ]
    frame = Frame(f"Smoothness of the loss, {FULL}, m = {rows[0].width}", ACROSS, "β", "xy")
    return plotted("training-smoothness", frame, lines, "‖∇²𝓛‖₂ by Lanczos along training, and bounds on it")


def _rates(rows: Sequence[Row]) -> Picture:
    lines = []
    for kind in (CERTIFIED, FULL):
        own, colour = _of(rows, kind), COLOURS[kind]
        lines.append(Line(f"1/β_𝓛, along {kind}", _along(own, lambda row: row.short_rate), colour, "-"))
        lines.append(Line("", _along(own, lambda row: row.short_certified), colour, "--", thin=True))
    taken = _along(_of(rows, FULL), lambda row: row.rate)
    lines += [_entry("certified, at least"), Line(f"step taken, {FULL}", taken, "structured", "^")]
    frame = Frame(f"How fast the loss falls, m = {rows[0].width}", ACROSS, "−log 𝓛(θ′)/𝓛(θ)", "xy")
    return plotted("training-rate", frame, lines, "Rates of a step 1/β_𝓛, measured and certified, and of long steps")
