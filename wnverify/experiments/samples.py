"""Samples: how fast the gap between test and training loss falls with n, beside the 1/√n of the bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from wnverify.experiments.gap_rows import Point, Row, explicit, measure, odd
from wnverify.experiments.images.load import load_images
from wnverify.experiments.images.names import DIGITS
from wnverify.experiments.images.pictures import digest
from wnverify.experiments.kit.experiment import Experiment, Picture, Told, table
from wnverify.experiments.kit.lines import Frame, Line, plotted
from wnverify.experiments.kit.spread import Interval, exponent_of, mean_of

SAMPLES, QUICK = tuple(2**power for power in range(3, 11)), (16, 32, 64, 128, 256, 512)
WIDTH, RADIUS, STEPS, RATE, NEAR = 32, 4.0, 600, -0.5, 0.01
"""m; 1 + ρ₁; the most steps of descent; the exponent of the bounds, and what is as good as that."""
NAMES = {
    "gap": "gap of trained networks",
    "worst": "worst gap found, which has the deviation of the test in it,",
    "rademacher": "complexity found",
}
"""What is fitted, in words."""


def points(quick: bool) -> list[Point]:
    """All points, on handwritten digits.

    Args:
        quick: fewer sizes and draws.
    """
    return pictured(quick, DIGITS)


def pictured(quick: bool, data: str) -> list[Point]:
    """All points, the large samples last.

    Args:
        quick: fewer samples and draws.
        data: name or path of the pictures.
    """
    known, most = digest(load_images(data)), FEW if quick else MOST
    sizes, draws = (QUICK, 8) if quick else (SAMPLES, 24)
    return [Point(data, known, most, RADIUS, 0.0, WIDTH, n, draw, STEPS) for n in sizes for draw in range(draws)]


# ---- what the numbers say


def tell(rows: Sequence[Row]) -> Told:
    """The findings, the setting and a table.

    Args:
        rows: all rows.
    """
    last = [row for row in rows if row.samples == max(row.samples for row in rows)]
    found = [*within(rows), *_exponents(rows), *_sizes(rows), *vacuous(last[0].samples, last[0].radius), *slack(last)]
    here = (
        f" Here m = {rows[0].width}, 1 + ρ₁ = {rows[0].radius:g}, all runs go to the end, and there are"
        f" {len({row.draw for row in rows})} draws, whose smaller samples are parts of the larger ones. An exponent"
        " is that of the law C n^a nearest to the means, weighted by their standard errors; its interval is"
        " Student's with the bootstrap's standard error."
    )
    return Told(found, setting(rows) + here, [("By the number of samples", _table(rows))])


def samples(row: Row) -> float:
    """Where a row stands."""
    return float(row.samples)


def exponent(rows: Sequence[Row], name: str) -> Interval:
    """The exponent with which something goes with n.

    Args:
        rows: two n or more.
        name: of a field.
    """
    return exponent_of(sorted({samples(row) for row in rows}), by_draw(rows, samples, lambda row: getattr(row, name)))


def _exponents(rows: Sequence[Row]) -> Iterator[str]:
    """The exponents beside −1/2."""
    if len({row.samples for row in rows}) < 2:
        return
    powers = {name: exponent(rows, name) for name in NAMES}
    for name, words in NAMES.items():
        yield f"The {words} falls like n^{powers[name]}: {_beside(powers[name])}."
    gap = powers["gap"]
    if gap.high < RATE:
        yield (
            "So trained networks do better than the paper's 1/√n, which is the rate of its bound and an upper one:"
            f" the bound becomes looser the more samples there are, by n^{RATE - gap.value:.2f}."
        )
    elif gap.holds(RATE):
        yield "So the gap of trained networks falls as the bound does: this supports the paper's rate."
    else:
        yield "So the gap of trained networks falls MORE SLOWLY than 1/√n, which no such bound allows for ever."


def _beside(power: Interval) -> str:
    if power.holds(RATE):
        return "−1/2 is inside the interval"
    if abs(power.value - RATE) < NEAR:
        return "as good as −1/2"
    return f"−1/2 is outside of the interval, and it falls {'faster' if power.high < RATE else 'more slowly'}"


def _sizes(rows: Sequence[Row]) -> Iterator[str]:
    """How many times larger than the gap the bound is, at the least and at the largest n."""
    parts = []
    for n in sorted({row.samples for row in rows})[:: max(1, len({row.samples for row in rows}) - 1)]:
        own = [row for row in rows if row.samples == n]
        gap = mean_of([row.gap for row in own])
        words = f"at n = {n} the mean gap is {gap}"
        if gap.low > 0:
            words += f", and the paper's bound {own[0].explicit / gap.value:,.0f} times that"
        else:
            words += f", not to be told from 0, and the paper's bound {own[0].explicit:.3g}"
        worst = mean_of([row.worst for row in own]).value
        parts.append(f"{words} ({own[0].explicit / worst:.2g} times the worst gap found)")
    yield f"{parts[0][0].upper()}{'; '.join(parts)[1:]}."


def _table(rows: Sequence[Row]) -> str:
    head = ("n", "steps", "training loss", "test loss", "gap", "worst gap found", "complexity ≥",
            "bound on it, odd φ", "bound, odd φ", "paper's bound")  # fmt: skip
    parts = [[row for row in rows if row.samples == n] for n in sorted({row.samples for row in rows})]
    return table(head, [_cells(part) for part in parts])


def _cells(rows: Sequence[Row]) -> tuple[str, ...]:
    names = ("steps", "training", "test", "worst", "rademacher", "odd", "explicit")
    steps, training, test, *found = (mean_of([float(getattr(row, name)) for row in rows]).value for name in names)
    gap, most = mean_of([row.gap for row in rows]), odd(rows[0].samples, rows[0].radius)
    losses = f"{training:.3g}", f"{test:.3g}", str(gap)
    ends = (f"{number:.3g}" for number in (*found[:2], most, *found[2:]))
    return str(rows[0].samples), f"{steps:.0f}", *losses, *ends


# ---- plots


def draw(rows: Sequence[Row]) -> list[Picture]:
    """The gap with its law and the bounds, and the complexity.

    Args:
        rows: all rows.
    """
    lines = [
        *marked("trained networks", each(rows, samples, lambda row: row.gap), "random", "o"),
        *_law(rows, "gap", "random"),
        *marked("worst network found", each(rows, samples, lambda row: row.worst), "searched", "s"),
        *_law(rows, "worst", "searched"),
        *bounds_drawn(rows, samples),
    ]
    frame = Frame("Gap and samples", "training samples n", "test minus training loss", "xy")
    caption = "Test minus training loss against n, the laws that fit, and bounds, which fall as n^(−1/2)"
    return [plotted("samples-gap", frame, lines, caption), _complexity(rows)]


def _law(rows: Sequence[Row], name: str, colour: str) -> list[Line]:
    """The power law through the means: through the one that is known best."""
    sizes = sorted({samples(row) for row in rows})
    if len(sizes) < 2:
        return []
    found, power = each(rows, samples, lambda row: getattr(row, name)), exponent(rows, name).value
    at, best = max(found, key=lambda one: one[1].value / max(one[1].high - one[1].low, 1e-300))
    along = [(n, best.value * (n / at) ** power) for n in sizes]
    return [Line(f"C·n^{power:.2f}".replace("-", "−"), along, colour, "-", True)]


def _complexity(rows: Sequence[Row]) -> Picture:
    sizes, radius = sorted({row.samples for row in rows}), rows[0].radius
    lines = [
        *marked("networks found", each(rows, samples, lambda row: row.rademacher), "random", "o"),
        *_law(rows, "rademacher", "random"),
        Line("bound for odd φ", [(n, odd(n, radius)) for n in sizes], "ink", "-", True),
        Line("the paper's bound", [(n, explicit(n, radius)) for n in sizes], "ink", "--"),
    ]
    frame = Frame("Rademacher complexity and samples", "training samples n", "empirical complexity", "xy")
    caption = f"Rademacher complexity against n with ‖v‖ ≤ {radius:g}: lower values, and bounds"
    return plotted("samples-rademacher", frame, lines, caption)


EXPERIMENT = Experiment(
    "samples",
    "Samples and generalization",
    "Does the gap between test and training loss fall with the number of samples as 1/√n, as the bounds do?",
    Point,
    Row,
    points,
    measure,
    tell,
    draw,
    pictured=pictured,
)
