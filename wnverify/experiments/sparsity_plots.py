"""The plots of the experiment on sparsity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from wnverify.experiments.kit.experiment import Picture
from wnverify.experiments.kit.lines import Frame, Line, plotted
from wnverify.experiments.kit.measured import Measured, medians, of
from wnverify.experiments.sparsity_nodes import (
    COUNT,
    CUBIC,
    DEGREES,
    EWN,
    KINDS,
    LOSER,
    PATH,
    PLAIN,
    RATE,
    SEPARABLE,
    SWN,
    TWO,
    XOR,
)
from wnverify.experiments.sparsity_recovery import ERROR, EXCESS, LOSS, METHODS, RHO, SHOWN, TIME
from wnverify.experiments.sparsity_report import claimed, fitted

COLOURS: Mapping[str, str] = dict(zip(METHODS, ("ink", "searched", "random", "structured"), strict=True))
MARKS: Mapping[str, str] = dict(zip(METHODS, "Dos^", strict=True))
FLOWS: Mapping[str, str] = {EWN: "random", SWN: "searched", PLAIN: "ink"}
LOOKS: Mapping[str, str] = {EWN: "o-", SWN: "s-", PLAIN: "D"}
NAMES: Mapping[str, str] = {TWO: "two", SEPARABLE: "lin-sep", XOR: "xor", CUBIC: "cubic"}
"""What the names of plots end with."""
LEAST = 1e-12
"""Below it everything is rounding."""
START = "start r₀²/Q"


def draw(rows: Sequence[Measured]) -> list[Picture]:
    """Recovery, then nodes.

    Args:
        rows: all rows.
    """
    shown = [start for start in SHOWN if of(rows, LOSS, scale=start)]
    recovery = [*_recovery(rows), *(_loss(rows, start) for start in shown)] if of(rows, ERROR) else []
    names = [name for name in DEGREES if of(rows, RATE, problem=name)]
    nodes = [_rate(rows, name) for name in names] + [_count(rows, name) for name in names if name != TWO]
    return [*recovery, *nodes, *([_trajectory(rows)] if TWO in names else [])]


def _curves(rows: Sequence[Measured], kind: str) -> Iterator[Line]:
    for method in METHODS:
        own = of(rows, kind, method=method)
        points = [(x, None if value is None else max(value, LEAST)) for x, value in medians(own)]
        yield Line(method, points, COLOURS[method], MARKS[method] + "-")


def _recovery(rows: Sequence[Measured]) -> Iterator[Picture]:
    frame = Frame("Recovery of a sparse vector", START, "‖x∞ − x*‖/‖x*‖, median", "xy")
    caption = "Recovery error against the size of the start, with weight normalization at several η and without"
    yield plotted("sparsity-error", frame, list(_curves(rows, ERROR)), caption)
    bounds = [
        Line(f"bound, {method}", medians(of(rows, EXCESS, method=method), "high"), COLOURS[method], ":", thin=True)
        for method in METHODS
    ]
    frame = Frame("ℓ₁ norm beyond the least", START, "‖x∞‖₁ − Q, median", "xy")
    caption = "How far the ℓ₁ norm of the limit is from the least one, with certified bounds"
    yield plotted("sparsity-excess", frame, [*_curves(rows, EXCESS), *bounds], caption)
    lines = [Line(name, medians(of(rows, RHO, method=name)), COLOURS[name], MARKS[name] + "-") for name in METHODS]
    frame = Frame("Effective initialisation ρx₀", START, "log ρ, median", "x")
    yield plotted("sparsity-rho", frame, lines, "Effective initialisation: the limit is that of plain flow from ρx₀")
    frame = Frame("Time to a small loss", START, "time to ε, median", "xy")
    yield plotted("sparsity-time", frame, list(_curves(rows, TIME)), "Time to ε against the size of the start")


def _loss(rows: Sequence[Measured], start: float) -> Picture:
    """Loss along a run from one start, of the first draw."""
    lines = []
    for method in METHODS:
        own = of(rows, LOSS, method=method, scale=start, draw=0)
        lines.append(Line(method, [(row.x, row.value) for row in own if (row.value or 0) > LEAST], COLOURS[method]))
        bounds = [(row.x, row.high) for row in own if (row.value or 0) > LEAST and row.high is not None]
        lines.append(Line(f"bound, {method}", bounds, COLOURS[method], ":", thin=True))
    frame = Frame(f"Loss from r₀² = {start:g} Q", "time t", "l(t)/l(0)", "xy")
    name = f"sparsity-loss-{'small' if start < 0.1 else 'large'}"
    return plotted(name, frame, lines, f"Loss along a run from r₀² = {start:g} Q, with certified bounds")


def _rate(rows: Sequence[Measured], problem: str) -> Picture:
    """t𝓛 against log t: a line of slope −p; the first draw, the claimed slopes through its end."""
    lines = []
    for method in KINDS:
        own = [row for row in of(rows, RATE, problem=problem, method=method, draw=0) if row.x > 1]
        if not own:
            continue
        found = fitted(rows, problem, method)
        points = [(row.x, row.value) for row in own]
        sparse = points[::3] if method == PLAIN else points  # so that it hides nothing of SWN, which goes with it
        lines.append(Line(f"{method}: {found or 'too short'}", sparse, FLOWS[method], LOOKS[method]))
        lines.append(_claim(problem, method, own))
        bounds = [(row.x, row.high) for row in own if row.high is not None]
        lines.append(Line(f"bound, {method}", bounds, FLOWS[method], ":", thin=True))
    frame = Frame(f"Loss rates, {problem}", "log t", "t𝓛", "xy")
    caption = f"Loss rates on {problem}: fitted exponents of log t, the claimed ones as dashed lines, and bounds"
    return plotted(f"sparsity-rate-{NAMES[problem]}", frame, lines, caption)


def _claim(problem: str, method: str, own: Sequence[Measured]) -> Line:
    power, end = 0.0 - claimed(problem, method), own[-1]
    points = [(x, (end.value or 0.0) * (x / end.x) ** power) for x in (end.x / 1000, end.x)]
    return Line(f"claimed: {power:.3g}".replace("-", "−"), points, FLOWS[method], "--", thin=True)


def _count(rows: Sequence[Measured], problem: str) -> Picture:
    lines = []
    for method in KINDS:
        for number in sorted({row.draw for row in of(rows, COUNT, problem=problem)}):
            own = of(rows, COUNT, problem=problem, method=method, draw=number)
            lines.append(Line("" if number else method, [(row.x, row.value) for row in own], FLOWS[method]))
    frame = Frame(f"Nodes that are left, {problem}", "log(1/𝓛)", "(Σ‖w‖²)²/Σ‖w‖⁴", "x")
    caption = f"How many nodes share the squared norm on {problem}, one line a start"
    return plotted(f"sparsity-nodes-{NAMES[problem]}", frame, lines, caption)


def _trajectory(rows: Sequence[Measured]) -> Picture:
    """w_2 against w_1, with the limits of the weaker weight."""
    lines = []
    for method in (EWN, PLAIN):
        for number in sorted({row.draw for row in of(rows, PATH)}):
            own = of(rows, PATH, method=method, draw=number)
            lines.append(Line("" if number else method, [(row.x, row.value) for row in own], FLOWS[method], "o-"))
    longest = max(row.x for row in of(rows, PATH))
    first = True
    for number in sorted({row.draw for row in of(rows, LOSER)}):
        own, path = of(rows, LOSER, draw=number), of(rows, PATH, method=EWN, draw=number)
        most = own[0].high or 0.0
        flat = path[-1].x > (path[-1].value or 0.0)
        points = [(1.0, most), (longest, most)] if flat else [(most, 1.0), (most, longest)]
        lines.append(Line("limit of the weaker under EWN" if first else "", points, "muted", "--", thin=True))
        first = False
    frame = Frame("Two weights from three starts", "w₁", "w₂", "xy")
    return plotted("sparsity-two", frame, lines, "Two weights: under EWN the stronger wins, without it none does")
