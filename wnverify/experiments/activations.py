"""Activations: does the Hessian stay free of depth for activations other than those of the theorems?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wnverify.experiments.activations_rows import (
    INPUTS,
    LEAK,
    PHI,
    RUNS,
    SHAKEN,
    SMOOTH,
    START,
    TRAINED,
    WIDTH,
    WORST,
    Point,
    Row,
    measure,
)
from wnverify.experiments.kit.experiment import Experiment, Picture, Told, table
from wnverify.experiments.kit.growth import FEWEST, law
from wnverify.experiments.kit.lines import Frame, Line, plotted

ROOM, LEAST, UPWARDS = 1e-9, 1e-4, "√m · ‖∇²f‖₂, or 10⁻⁴"
"""Rounding; what is smaller is drawn here; and how that is said."""
COLOURS = dict(
    zip(
        PHI,
        ("searched", "structured", "hypothesis", "met", "random", "searched", "random", "hypothesis"),
        strict=True,
    )
)
MARKS = dict(zip(PHI, "os^Dvos^", strict=True))


def points(quick: bool) -> list[Point]:
    """All points.

    Args:
        quick: fewer depths and shorter ascents.
    """
    depths, starts, steps = ((1, 2, 4, 6), 6, 20) if quick else ((1, 2, 3, 4, 6, 8), 8, 40)
    return [
        Point(kind, activation, depth, starts, steps)
        for kind in (WORST, START, TRAINED)
        for activation in PHI
        for depth in depths
    ]


# ---- what the numbers say


def tell(rows: Sequence[Row]) -> Told:
    """The findings, the setting and a table for each kind.

    Args:
        rows: all rows.
    """
    tables = [(f"Hessian, √m·‖∇²f‖₂: {kind}", _table(_of(rows, kind))) for kind in (WORST, START, TRAINED)]
    return Told(
        [*_within(rows), *_survival(rows), *_grown(rows), *_laws(rows)],
        _setting(),
        [each for each in tables if each[1]],
    )


def _setting() -> str:
    return (
        f"WeightNorm networks of width m = {WIDTH}, input dimension {INPUTS}, ω = 1, ‖v‖ = 1 + ρ₁ = 1 and ‖x‖ "
        "= 1 at the start. gelu is divided by its largest slope, sigmoid4 is 4σ(z) − 2; leaky relu has slope "
        f"{LEAK:g} below 0, squared relu is max(z, 0)². The worst is the best of ascents from random and "
        f"structured networks, a lower value of the supremum; at initialisation the median of {8 * RUNS} "
        f"networks is shown, along training the largest of {RUNS} runs. The theorems ask for a bounded φ″: of "
        "relu and leaky relu they say nothing, nor of squared relu, whose φ″ jumps. There the Hessian is that "
        f"of the smooth piece on which a network lies, all networks shaken by {SHAKEN:g} so that none lies on "
        "a kink, and the bounds are those at the constants of the pieces (β = 0, and 2). Across a kink the "
        "gradient of relu networks jumps: no bound on this Hessian bounds by how much a gradient changes from "
        "one network to another. softplus has φ(0) = log 2 ≠ 0, for which there is only the explicit bound "
        "here."
    )


def _of(rows: Sequence[Row], kind: str, activation: str = "") -> list[Row]:
    return [row for row in rows if row.kind == kind and activation in ("", row.activation)]


def _within(rows: Sequence[Row]) -> Iterator[str]:
    """Whether a bound is crossed, of theorems, and of pieces."""
    for smooth, words in (
        (True, "smooth activations"),
        (False, "activations with kinks, at the constants of their pieces"),
    ):
        own = [row for row in rows if row.smooth == smooth]
        crossed = [row for row in own if row.hessian > (1 + ROOM) * min(row.explicit, row.free or row.explicit)]
        if crossed and smooth:
            yield f"A BOUND IS CROSSED at {len(crossed)} points, a fault in a theorem or the program: {crossed[0]}."
        elif crossed:
            yield f"With {words}, the bounds are crossed at {len(crossed)} of {len(own)} points: {crossed[0]}."
        elif own:
            yield f"With {words}, no bound is crossed at any of {len(own)} points."


def _survival(rows: Sequence[Row]) -> Iterator[str]:
    """The answer for activations with kinks."""
    found = {name: _points(_of(rows, WORST, name)) for name in PHI if name not in SMOOTH}
    whole = {name: own for name, own in found.items() if len(own) >= FEWEST}
    grown = [name for name, own in whole.items() if law(own).startswith("grows")]
    if whole and not grown:
        yield (
            f"Depth independence survives kinks: the largest Hessian found does not grow from L = 2 on for"
            f" {', '.join(whole)}, on the pieces where there is one."
        )
    elif whole:
        yield f"Depth independence does not survive kinks for {', '.join(grown)}: the largest Hessian found grows."


def _grown(rows: Sequence[Row]) -> Iterator[str]:
    """Smooth activations with which depth enters."""
    found = {name: _points(_of(rows, WORST, name)) for name in SMOOTH}
    grown = [name for name, own in found.items() if len(own) >= FEWEST and law(own).startswith("grows")]
    for centred, words in ((True, "although φ(0) = 0"), (False, "for which φ(0) ≠ 0")):
        own = [name for name in grown if (PHI[name].c0 == 0) == centred]
        if own:
            yield f"Of smooth activations the largest Hessian found grows with depth for {', '.join(own)}, {words}."


def _laws(rows: Sequence[Row]) -> Iterator[str]:
    for name in PHI:
        own = {kind: _points(_of(rows, kind, name)) for kind in (WORST, START, TRAINED)}
        if min(len(each) for each in own.values()) >= FEWEST:
            said = "; ".join(f"{kind}: {law(each)}" for kind, each in own.items())
            yield f"{name}, from L = {own[WORST][1][0]:g} on: {said}."


def _points(rows: Sequence[Row]) -> list[tuple[float, float]]:
    return [(float(row.depth), row.hessian) for row in rows]


def _table(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    depths = list(dict.fromkeys(row.depth for row in rows))
    found = {(row.activation, row.depth): row for row in rows}
    names = list(dict.fromkeys(row.activation for row in rows))
    cells = [(name, *(_cell(found.get((name, depth))) for depth in depths)) for name in names]
    return table(("φ: found (explicit, depth-free bound)", *(f"L = {depth}" for depth in depths)), cells)


def _cell(row: Row | None) -> str:
    if row is None:
        return "–"
    free = "–" if row.free is None else f"{row.free:.3g}"
    return f"{row.hessian:.4g} ({row.explicit:.3g}, {free})"


# ---- plots


def draw(rows: Sequence[Row]) -> list[Picture]:
    """The worst of smooth activations, the worst of those with kinks, and all along training.

    Args:
        rows: all rows.
    """
    smooth, kinked = (_worst_plot(rows, some) for some in (True, False))
    return [smooth, kinked, _other_plot(rows, TRAINED, "training"), _other_plot(rows, START, "start")]


def _worst_plot(rows: Sequence[Row], smooth: bool) -> Picture:
    names = [name for name in PHI if (name in SMOOTH) == smooth]
    lines = [Line(name, _drawn(_of(rows, WORST, name)), COLOURS[name], f"{MARKS[name]}-") for name in names]
    for label, look in (("depth-free bound", ":"), ("explicit bound", "--")):
        for name in names:
            own = _of(rows, WORST, name)
            values = [(float(row.depth), row.free if look == ":" else row.explicit) for row in own]
            lines.append(Line("", values, COLOURS[name], look, thin=True))
        lines.append(Line(label, [(1.0, None)], "claimed", look, thin=True))
    kind = "Smooth activations" if smooth else "Activations with kinks, on their pieces"
    frame = Frame(f"{kind}: worst found, ω = 1", "depth L", UPWARDS, "y", whole=True)
    caption = f"{kind}: the largest Hessian found against depth, and bounds in the same colours"
    return plotted(f"activations-{'smooth' if smooth else 'kinks'}", frame, lines, caption)


def _other_plot(rows: Sequence[Row], kind: str, name: str) -> Picture:
    lines = [Line(phi, _drawn(_of(rows, kind, phi)), COLOURS[phi], look(phi)) for phi in PHI]
    frame = Frame(f"All activations: {kind}, ω = 1 at the start", "depth L", UPWARDS, "y", whole=True)
    return plotted(f"activations-{name}", frame, lines, f"Hessian against depth, {kind}, for all activations")


def _drawn(rows: Sequence[Row]) -> list[tuple[float, float]]:
    return [(depth, max(value, LEAST)) for depth, value in _points(rows)]


def look(name: str) -> str:
    """How the line of an activation is drawn: dashed where it has kinks.

    Args:
        name: of it.
    """
    return MARKS[name] + ("-" if name in SMOOTH else "--")


EXPERIMENT = Experiment(
    "activations",
    "Curvature, depth and activations",
    "Does the curvature of WeightNorm networks stay free of depth for every activation, with kinks too?",
    Point,
    Row,
    points,
    measure,
    tell,
    draw,
)
