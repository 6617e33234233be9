"""Minimum weight norm: what longer rows do to restricted strong convexity, and what to the rate of descent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from wnverify.experiments.kit.experiment import Experiment, Picture, Told, table
from wnverify.experiments.kit.lines import Frame, Line, plotted
from wnverify.experiments.min_norm_rows import (
    DESCENT,
    GAUGE,
    GOAL,
    LEAST,
    NEAR,
    SAMPLES,
    SHAPE,
    SOURCE,
    Point,
    Row,
    measure,
)

NORMS = tuple(10 ** (power / 4) for power in range(-6, 13))
TRAINED = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
FIXED = 0.5
"""η of the runs at fixed learning rate."""
COLOURS = dict(zip(TRAINED, ("searched", "hypothesis", "random", "structured", "met", "ink"), strict=True))
ROOM = 1e-9


def points(quick: bool) -> list[Point]:
    """All points.

    Args:
        quick: shorter runs.
    """
    gauge = [Point(GAUGE, labels, norm, 0.0, 1) for labels in ("far", "near") for norm in NORMS]
    steps = 1000 if quick else 10000
    return [*gauge, *(Point(DESCENT, "far", norm, step, steps) for step in (0.0, FIXED) for norm in TRAINED)]


# ---- what the numbers say


def tell(rows: Sequence[Row]) -> Told:
    """The findings, the setting and a table.

    Args:
        rows: all rows.
    """
    findings = [*_certificates(rows), *_gauge(rows), *_condition(rows), *_rate(rows), *_descents(rows)]
    return Told(findings, _setting(rows), [("Descent from rows of norm ω(0)", _table(rows))] if _ends(rows) else [])


def _setting(rows: Sequence[Row]) -> str:
    d, *widths = SHAPE
    return (
        f"One network with d = {d}, {len(widths)} layers of width {widths[0]}, tanh, and {SAMPLES} samples on the"
        " unit sphere; the same function at every ω. Far from interpolation the labels are ±1, near it the outputs"
        f" ±{NEAR:g}. α = R/2 − 2H√𝓛 with R = ‖∇𝓛‖²/𝓛 is the parameter of restricted strong convexity at κ = 1 and"
        f" ‖δ‖ → 0, where it is largest; H, G and β_𝓛 = 2G² + 2H√𝓛 are the {SOURCE} bounds. A rate is −log"
        " of the factor by which 𝓛 falls in a step."
        f" Runs end at 𝓛 = {LEAST:g}; ε is {GOAL:g} of the first loss."
    )


def _of(rows: Sequence[Row], kind: str, labels: str = "far") -> list[Row]:
    return [row for row in rows if (row.kind, row.labels) == (kind, labels)]


def _certificates(rows: Sequence[Row]) -> Iterator[str]:
    """Whether 𝓛 ever fell by less than certified."""
    sure = [row for row in rows if row.certified is not None]
    crossed = sum(row.crossed for row in {(r.kind, r.labels, r.start, r.step): r for r in rows}.values())
    if crossed:
        yield f"A BOUND IS CROSSED: {crossed} steps fell by less than certified, a fault in a theorem or the program."
    elif sure:
        share = max(row.certified / row.measured for row in sure if row.certified and row.measured > 0)
        yield (
            "No bound is crossed: 𝓛 falls by the certified rate at least in every step; at best that is"
            f" {share:.2f} of the measured one."
        )


def _gauge(rows: Sequence[Row]) -> Iterator[str]:
    """R_v + R_W/s²."""
    own = _of(rows, GAUGE)
    if len(own) < 2:
        return
    unit = min(own, key=lambda row: abs(row.start - 1.0))
    off = max(abs(row.ratio / (unit.ratio_v + unit.ratio_w * (unit.start / row.start) ** 2) - 1) for row in own)
    yield (
        f"Along the gauge R = ‖∇𝓛‖²/𝓛 is R_v + R_W/ω² to {off:.0e}, relative: from {own[0].ratio:.3g} at"
        f" ω = {own[0].start:.2g} to {own[-1].ratio:.3g} at ω = {own[-1].start:.4g}, of which"
        f" {own[-1].ratio_v:.3g} is the output layer's, which the rows cannot lower."
    )


def _condition(rows: Sequence[Row]) -> Iterator[str]:
    """The first half of the truth: the condition α > 0."""
    far, near = (_of(rows, GAUGE, labels) for labels in ("far", "near"))
    if not far or not near:
        return
    eased = [row for row in far if row.alpha > 0]
    words = f"is met from ω = {eased[0].start:.3g} on" if eased else "is met at no ω that was tried"
    grows = all(two.alpha >= one.alpha for one, two in pairwise(far))
    eases = "eases" if grows else "does not always ease"
    yield (
        f"Far from interpolation (𝓛 = {far[0].loss:.2g}) the condition α > 0 {words}, and α"
        f" {'grows' if grows else 'DOES NOT always grow'} with ω, from {far[0].alpha:.3g} to {far[-1].alpha:.3g}:"
        f" a larger minimum weight norm {eases} the condition{', as the paper says' if grows else ''}."
    )
    falls = near[-1].alpha < near[0].alpha
    yield (
        f"Near interpolation (𝓛 = {near[0].loss:.1g}) α {'falls' if falls else 'does not fall'} with ω, from"
        f" {near[0].alpha:.3g} to {near[-1].alpha:.3g}, and is positive throughout: there the paper's sentence"
        f" {'does not hold' if falls else 'holds'}."
        if all(row.alpha > 0 for row in near)
        else f"Near interpolation α goes from {near[0].alpha:.3g} to {near[-1].alpha:.3g}."
    )


def _rate(rows: Sequence[Row]) -> Iterator[str]:
    """The second half: the rate along the gauge."""
    near = [row for row in _of(rows, GAUGE, "near") if row.certified is not None]
    if near:
        best = max(near, key=lambda row: row.certified or 0.0)
        yield (
            f"The rate is another matter: near interpolation the certified rate of a step 1/β_𝓛 is largest at"
            f" ω = {best.start:.2g} ({best.certified:.3g}) and only {near[-1].certified:.3g} at"
            f" ω = {near[-1].start:.4g}; measured, {best.measured:.3g} and {near[-1].measured:.3g}."
        )


def _ends(rows: Sequence[Row]) -> list[Row]:
    """The last row of each run."""
    return list({(row.start, row.step): row for row in _of(rows, DESCENT)}.values())


def _descents(rows: Sequence[Row]) -> Iterator[str]:
    for step in sorted({row.step for row in _ends(rows)}):
        own = [row for row in _ends(rows) if row.step == step]
        took = [f"{_steps(row)} at ω(0) = {row.start:g}" for row in own]
        large = [row for row in own if row.start >= 1.0]
        slower = all(_time(two) >= _time(one) for one, two in pairwise(large))
        words = f"η = {step:g}" if step else "η = 1/β_𝓛, as certified"
        yield (
            f"Descent with {words} takes {', '.join(took)} steps to ε, the fewest at ω(0) ="
            f" {min(own, key=_time).start:g}: beyond ω(0) = 1 longer rows make it"
            f" {'slower' if slower else 'NOT always slower'}."
        )


def _time(row: Row) -> float:
    return float("inf") if row.reached is None else float(row.reached)


def _steps(row: Row) -> str:
    return f"more than {row.time + 1}" if row.reached is None else str(row.reached)


def _table(rows: Sequence[Row]) -> str:
    head = ("η", "ω(0)", "ω at the end", "steps to ε", "final 𝓛", "R", "α", "certified rate", "measured rate")
    return table(head, [_cells(row) for row in _ends(rows)])


def _cells(row: Row) -> tuple[str, ...]:
    sure = "–" if row.certified is None else f"{row.certified:.3g}"
    numbers = (f"{each:.3g}" for each in (row.loss, row.ratio, row.alpha))
    place = f"{row.step:g}" if row.step else "1/β_𝓛", f"{row.start:g}", f"{row.omega:.4g}"
    return *place, _steps(row), *numbers, sure, f"{row.measured:.3g}"


# ---- plots


def draw(rows: Sequence[Row]) -> list[Picture]:
    """Condition, ratio and rate along the gauge; loss in descent and steps to ε.

    Args:
        rows: all rows.
    """
    return [_condition_plot(rows), _ratio_plot(rows), _rate_plot(rows), *_loss_plots(rows), _steps_plot(rows)]


def _against(rows: Sequence[Row], value: Callable[[Row], float | None]) -> list[tuple[float, float | None]]:
    return [(row.start, value(row)) for row in rows]


def _condition_plot(rows: Sequence[Row]) -> Picture:
    far, near = (_of(rows, GAUGE, labels) for labels in ("far", "near"))
    lines = [
        Line("far: R/2", _against(far, lambda row: row.ratio / 2), "random", "o-"),
        Line("far: 2H√𝓛", _against(far, lambda row: row.ratio / 2 - row.alpha), "random", "--"),
        Line("near: R/2", _against(near, lambda row: row.ratio / 2), "searched", "s-"),
        Line("near: 2H√𝓛", _against(near, lambda row: row.ratio / 2 - row.alpha), "searched", "--"),
    ]
    frame = Frame("The two sides of α = R/2 − 2H√𝓛 > 0", "norm ω of the rows", "both sides", "xy")
    caption = "Restricted strong convexity along the gauge: α > 0 where the solid line is above the dashed one"
    return plotted("min-norm-condition", frame, lines, caption)


def _ratio_plot(rows: Sequence[Row]) -> Picture:
    lines = []
    for labels, colour, mark in (("far", "random", "o"), ("near", "searched", "s")):
        own = _of(rows, GAUGE, labels)
        lines.append(Line(f"R, {labels}", _against(own, lambda row: row.ratio), colour, mark))
        lines.append(Line(f"R_v, {labels}", _against(own, lambda row: row.ratio_v), colour, ":"))
    frame = Frame("R = ‖∇𝓛‖²/𝓛 along the gauge", "norm ω of the rows", "R", "xy")
    return plotted("min-norm-ratio", frame, lines, "Ratio along the gauge: it falls as R_v + R_W/ω², to R_v")


def _rate_plot(rows: Sequence[Row]) -> Picture:
    lines = []
    for labels, colour, mark in (("far", "random", "o"), ("near", "searched", "s")):
        own = _of(rows, GAUGE, labels)
        lines.append(Line(f"measured, {labels}", _against(own, lambda row: row.measured), colour, f"{mark}-"))
        lines.append(Line(f"certified, {labels}", _against(own, lambda row: row.certified), colour, "--"))
    frame = Frame("One step of size 1/β_𝓛", "norm ω of the rows", "−log of the factor of 𝓛", "xy")
    return plotted("min-norm-rate", frame, lines, "Certified and measured rate of one certified step along the gauge")


def _loss_plots(rows: Sequence[Row]) -> Iterator[Picture]:
    for name, step in (("certified", 0.0), ("fixed", FIXED)):
        lines = []
        for start in sorted({row.start for row in _of(rows, DESCENT)}):
            own = [row for row in _of(rows, DESCENT) if (row.start, row.step) == (start, step)]
            along = [(row.time + 1.0, row.loss) for row in own]
            lines.append(Line(f"ω(0) = {start:g}", along, COLOURS.get(start, "ink"), "o-"))
        words = f"η = {step:g}" if step else "η = 1/β_𝓛"
        frame = Frame(f"Descent, {words}", "step t + 1", "loss 𝓛(θ_t)", "xy")
        yield plotted(f"min-norm-{name}", frame, lines, f"Loss of descent with {words} from rows of several norms")


def _steps_plot(rows: Sequence[Row]) -> Picture:
    lines = []
    for step, colour, look in ((0.0, "random", "o-"), (FIXED, "searched", "s--")):
        own = [row for row in _ends(rows) if row.step == step]
        lines.append(
            Line(f"η = {step:g}" if step else "η = 1/β_𝓛", _against(own, lambda row: row.reached), colour, look)
        )
    frame = Frame(f"Steps until 𝓛 ≤ {GOAL:g}·𝓛(θ_0)", "norm ω(0) of the rows at the start", "steps", "xy")
    return plotted("min-norm-steps", frame, lines, "Steps of descent to ε against the norm of the rows at the start")


EXPERIMENT = Experiment(
    "min-norm",
    "Minimum weight norm: condition and rate",
    "Do longer rows make convergence easier to guarantee, and do they make it faster?",
    Point,
    Row,
    points,
    measure,
    tell,
    draw,
)
