"""Width: the gap between test and training loss of networks of any width, beside bounds that are free of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from wnverify.experiments.gap_report import (
    FEW,
    MOST,
    bounds_drawn,
    by_draw,
    each,
    marked,
    setting,
    slack,
    vacuous,
    within,
)
from wnverify.experiments.gap_rows import Point, Row, by_complexity, explicit, measure, odd
from wnverify.experiments.images.load import load_images
from wnverify.experiments.images.names import DIGITS
from wnverify.experiments.images.pictures import digest
from wnverify.experiments.kit.experiment import Experiment, Picture, Told, table
from wnverify.experiments.kit.lines import Frame, Line, plotted
from wnverify.experiments.kit.spread import Interval, exponent_of, mean_of, slope_of

WIDTHS, QUICK = tuple(2**power for power in range(2, 11)), (4, 16, 64, 256)
SAMPLES, STEPS, SMALL = 100, 600, 0.05
"""n; the most steps of descent; what share of the gap is a small change of it."""
BALL, FREE = (4.0, 0.0), (32.0, 0.3)
"""1 + ρ₁ and the training loss to reach: to the end in a ball that holds v, and to a goal in one that does not."""


def points(quick: bool) -> list[Point]:
    """All points, on handwritten digits.

    Args:
        quick: fewer sizes and draws.
    """
    return pictured(quick, DIGITS)


def pictured(quick: bool, data: str) -> list[Point]:
    """All points, the wide ones last.

    Args:
        quick: fewer widths and draws.
        data: name or path of the pictures.
    """
    known, most = digest(load_images(data)), FEW if quick else MOST
    draws = 4 if quick else 6
    return [
        Point(data, known, most, *kind, width, SAMPLES, draw, STEPS)
        for width in (QUICK if quick else WIDTHS)
        for kind in (BALL, FREE)
        for draw in range(draws)
    ]


# ---- what the numbers say


def tell(rows: Sequence[Row]) -> Told:
    """The findings, the setting and a table for each kind.

    Args:
        rows: all rows.
    """
    found, tables = [*within(rows)], []
    for kind in _kinds(rows):
        own = _of(rows, kind)
        found += [*_gaps_told(own), *_linear(own), *_outputs(own), *_worst(own)]
        tables.append((_words(kind), _table(own)))
    for kind in _kinds(rows):
        found += [*vacuous(rows[0].samples, kind[0]), *_times(_of(rows, kind))]
    found += slack(_of(rows, _kinds(rows)[0]))
    here = (
        f" Here n = {rows[0].samples}, and there are {len({row.draw for row in rows})} draws, whose samples are the"
        " same for every width. The exponent's interval is Student's with the bootstrap's"
        " standard error."
    )
    return Told(found, setting(rows) + here, tables)


def _kinds(rows: Sequence[Row]) -> list[tuple[float, float]]:
    return sorted({(row.radius, row.goal) for row in rows})


def _of(rows: Sequence[Row], kind: tuple[float, float]) -> list[Row]:
    return [row for row in rows if (row.radius, row.goal) == kind]


def _words(kind: tuple[float, float]) -> str:
    radius, goal = kind
    return f"Trained {f'to a loss of {goal:g}' if goal else 'to the end'} with ‖v‖ ≤ {radius:g}"


def width(row: Row) -> float:
    """Where a row stands."""
    return float(row.width)


def doubled(rows: Sequence[Row]) -> Interval:
    """By how much the gap changes where the width is doubled, in the mean over all widths.

    Args:
        rows: of one kind, two widths or more.
    """
    across = [float(np.log2(at)) for at in sorted({row.width for row in rows})]
    return slope_of(across, by_draw(rows, width, lambda row: row.gap))


def _ends(rows: Sequence[Row]) -> tuple[int, int]:
    return min(row.width for row in rows), max(row.width for row in rows)


def _mean(rows: Sequence[Row], name: str, at: int) -> float:
    return mean_of([float(getattr(row, name)) for row in rows if row.width == at]).value


def _gaps_told(rows: Sequence[Row]) -> Iterator[str]:
    """How the gap goes with the width."""
    first, last = _ends(rows)
    if first == last:
        return
    narrow, *_, wide = (found for _, found in each(rows, width, lambda row: row.gap))
    change, whole = doubled(rows), mean_of([row.gap for row in rows]).value
    yield (
        f"{_words(_kinds(rows)[0])}, networks have a gap of {narrow} at m = {first} and {wide} at m = {last};"
        f" doubling the width changes it by {change}. {_verdict(change, whole, float(np.log2(last / first)))}"
    )


def _verdict(change: Interval, whole: float, doublings: float) -> str:
    """Whether that is what the paper says."""
    total = abs(change.value) * doublings / max(abs(whole), 1e-300)
    way = "more" if change.value > 0 else "less"
    if change.holds(0.0):
        return "No trend is to be seen: this supports the paper's sentence that the width does not matter."
    if total < SMALL:
        return (
            f"That makes {100 * total:.2g} % {way} over all widths, a trend that is there but small: this supports"
            " the paper's sentence that the width does not matter."
        )
    return (
        f"That makes {100 * total:.2g} % {way} over all widths: the gap does depend on the width, though the bound"
        " does not; this does NOT support the paper's sentence."
    )


def _linear(rows: Sequence[Row]) -> Iterator[str]:
    """How far the networks are from linear predictors."""
    first, last = _ends(rows)
    narrow, wide = (_mean(rows, "bent", at) for at in (first, last))
    words = f"All but {narrow:.1g} (m = {first}) and {wide:.1g} (m = {last}) of the variance of their outputs is"
    words += " that of a linear function of the picture"
    apart, whole = max(abs(row.gap - row.linear) for row in rows), mean_of([row.gap for row in rows]).value
    if not rows[0].goal and apart < SMALL * abs(whole):
        words += f"; no gap differs by more than {apart:.2g} from that of the best linear predictor in the ball"
    yield (
        f"{words}: pre-activations are at most 1/√m in the paper's scaling, where tanh hardly bends. So this says"
        " little of what width does to networks that are not linear."
    )


def _outputs(rows: Sequence[Row]) -> Iterator[str]:
    """How long the output layer has become."""
    first, last = _ends(rows)
    if not rows[0].goal or first == last:
        return
    norms = [_mean(rows, "output", at) for at in (first, last)]
    power = exponent_of(sorted({width(row) for row in rows}), by_draw(rows, width, lambda row: row.output))
    n = rows[0].samples
    bounds = [by_complexity(explicit(n, norm), n, norm) for norm in norms]
    free = "it does not grow with the width"
    bound = "it is free of the width at a given ρ₁, but the ρ₁ that descent reaches is NOT"
    yield (
        f"To come to the same loss, the output layer reaches ‖v‖ = {norms[0]:.3g} at m = {first} and {norms[1]:.3g}"
        f" at m = {last}, like m^{power}. At these norms the paper's bound is {bounds[0]:.3g} and {bounds[1]:.3g}:"
        f" {free if power.high <= 0 else bound}."
    )


def _worst(rows: Sequence[Row]) -> Iterator[str]:
    first, last = _ends(rows)
    small, large = (_mean(rows, "worst", at) for at in (first, last))
    yield (
        f"With ‖v‖ ≤ {rows[0].radius:g} the worst network found has a gap of {small:.3g} at m = {first} and"
        f" {large:.3g} at m = {last}, the worst linear predictor one of {_mean(rows, 'widest', last):.3g}: it is this"
        f" gap, of the whole class, that a uniform bound has to exceed. It changes by {100 * (large / small - 1):.2g}"
        " % over all widths."
    )


def _times(rows: Sequence[Row]) -> Iterator[str]:
    """How many times larger than the gap the bounds are."""
    gap, worst = mean_of([row.gap for row in rows]).value, max(row.worst for row in rows)
    if gap > 0:
        one, two = rows[0].explicit, rows[0].odd
        yield (
            f"With ‖v‖ ≤ {rows[0].radius:g} the paper's bound is {one / gap:,.0f} times the mean gap of trained"
            f" networks, and the one for odd activations {two / gap:,.0f} times; they are {one / worst:.2g} and"
            f" {two / worst:.2g} times the worst gap found."
        )


def _table(rows: Sequence[Row]) -> str:
    head = ("m", "steps", "‖v‖", "training loss", "gap", "worst gap found", "not linear", "complexity ≥",
            "bound, odd φ", "paper's bound")  # fmt: skip
    return table(head, [_cells(rows, m) for m in sorted({row.width for row in rows})])


def _cells(rows: Sequence[Row], at: int) -> tuple[str, ...]:
    names = ("output", "training", "worst", "bent", "rademacher", "odd", "explicit")
    output, training, worst, bent, *bounds = (f"{_mean(rows, name, at):.3g}" for name in names)
    gap = mean_of([row.gap for row in rows if row.width == at])
    return str(at), f"{_mean(rows, 'steps', at):.0f}", output, training, str(gap), worst, bent, *bounds


# ---- plots


def draw(rows: Sequence[Row]) -> list[Picture]:
    """The gap with the bounds, for each kind, the norm of the output layer, and the complexity.

    Args:
        rows: all rows.
    """
    gaps = [_gaps(_of(rows, kind)) for kind in _kinds(rows)]
    return [*gaps, *(_complexity(_of(rows, kind)) for kind in _kinds(rows)[:1])]


def _gaps(rows: Sequence[Row]) -> Picture:
    limit = [(at, v.value) for at, v in each(rows, width, lambda row: row.widest)]
    lines = [
        *marked("trained networks", each(rows, width, lambda row: row.gap), "random", "o-"),
        *marked("worst network found", each(rows, width, lambda row: row.worst), "searched", "s-"),
        Line("worst linear predictor", limit, "searched", ":"),
        *bounds_drawn(rows, width),
    ]
    words, goal = _words(_kinds(rows)[0]), rows[0].goal
    if goal:
        reached = each(rows, width, lambda row: by_complexity(odd(row.samples, row.output), row.samples, row.output))
        lines.append(Line("bound at ‖v‖ reached, odd φ", [(at, v.value) for at, v in reached], "hypothesis", "^--"))
    frame = Frame(words, "width m", "test minus training loss", "xy")
    caption = f"Test minus training loss against the width, and bounds on it: {words[0].lower()}{words[1:]}"
    return plotted("width-goal" if goal else "width-gap", frame, lines, caption)


def _complexity(rows: Sequence[Row]) -> Picture:
    n, radius, widths = rows[0].samples, rows[0].radius, sorted({width(row) for row in rows})
    lines = [
        *marked("networks found", each(rows, width, lambda row: row.rademacher), "random", "o-"),
        Line("bound for odd φ", [(at, odd(n, radius)) for at in widths], "ink", "-"),
        Line("the paper's bound", [(at, explicit(n, radius)) for at in widths], "ink", "--"),
    ]
    frame = Frame("Rademacher complexity and width", "width m", "empirical complexity", "xy")
    caption = f"Rademacher complexity against the width with ‖v‖ ≤ {radius:g}: lower values, and bounds"
    return plotted("width-rademacher", frame, lines, caption)


EXPERIMENT = Experiment(
    "width",
    "Width and generalization",
    "Does the gap between test and training loss stay as networks get wider, as bounds without the width say?",
    Point,
    Row,
    points,
    measure,
    tell,
    draw,
    pictured=pictured,
)
