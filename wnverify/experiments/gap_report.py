"""What the experiments on width and on samples say in the same words: bounds, their sizes, and what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.experiments.gap_rows import (
    ACTIVATION,
    DELTA,
    DEPTH,
    FAILURE,
    SIGNS,
    STARTS,
    Row,
    by_complexity,
    explicit,
    lipschitz,
    odd,
    span,
)
from wnverify.experiments.kit.lines import Line
from wnverify.experiments.kit.spread import Interval, mean_of

Value = Callable[[Row], float]
MOST, FEW = 5000, 1000
"""Pictures, at most; and where it is to be quick."""
LOWEST = 0.2
"""Of a mean: where the interval goes below that, it is drawn no further."""


def each(rows: Sequence[Row], place: Value, value: Value) -> list[tuple[float, Interval]]:
    """A value at every place, over all draws.

    Args:
        rows: all rows.
        place: where a row stands.
        value: what is asked of it.
    """
    places = sorted({place(row) for row in rows})
    return [(at, mean_of([value(row) for row in rows if place(row) == at])) for at in places]


def by_draw(rows: Sequence[Row], place: Value, value: Value) -> FloatArray:
    """A value of every draw, at every place, (J, K).

    Args:
        rows: all rows, each draw at each place.
        place: where a row stands.
        value: what is asked of it.
    """
    ordered = sorted(rows, key=lambda row: (row.draw, place(row)))
    return np.array([value(row) for row in ordered]).reshape(len({row.draw for row in rows}), -1)


# ---- sentences


def within(rows: Sequence[Row]) -> Iterator[str]:
    """Whether a bound is crossed: by a trained network, by the worst that is found, by a Rademacher complexity."""
    crossed = [row for row in rows if _crossed(row)]
    if crossed:
        yield f"A BOUND IS CROSSED at {len(crossed)} of {len(rows)} networks: {crossed[0]}."
    else:
        gap, worst = (max(value(row) / row.odd for row in rows) for value in (_gap, _worst))
        yield (
            f"No bound is crossed: of {len(rows)} trained networks none has a gap of more than {gap:.2g} of the"
            f" smaller bound, and of the worst that were found beside them none of more than {worst:.2g}."
        )


def _crossed(row: Row) -> bool:
    """The worst may suit the test pictures as it suits the others: so the bound counts for both samples."""
    test = by_complexity(odd(row.rest, row.radius), row.rest, row.radius)
    return row.gap > row.odd or row.worst > row.odd + test or row.rademacher > odd(row.samples, row.radius)


def vacuous(samples: int, radius: float) -> Iterator[str]:
    """What the sizes of the bounds say by themselves.

    Args:
        samples: n.
        radius: 1 + ρ₁.
    """
    most = span(radius)
    for name, of in (("The paper's bound, explicit,", explicit), ("The bound for odd activations", odd)):
        bound, at_one = (by_complexity(of(n, radius), n, radius) for n in (samples, 1))
        silent = bound > most
        yield (
            f"{name} is {bound:.3g} at n = {samples} with ‖v‖ ≤ {radius:g}, {'ABOVE' if silent else 'below'} M ="
            f" {most:g}, the largest value of the loss{': it says nothing there' if silent else ''}. It is below M"
            f" from n = {_reached(at_one, most):,} on, and below 1, the loss of the predictor 0, from"
            f" n = {_reached(at_one, 1.0):,} on."
        )


def _reached(at_one: float, level: float) -> int:
    """The first n at which a bound that is b/√n is below a level."""
    return ceil((at_one / level) ** 2)


def slack(rows: Sequence[Row]) -> Iterator[str]:
    """Where the bounds lose: in the complexity, or in what is made of it.

    Args:
        rows: of one n and one ball.
    """
    n, radius = rows[0].samples, rows[0].radius
    low, gap, worst = (mean_of([value(row) for row in rows]).value for value in (_complexity, _gap, _worst))
    best = by_complexity(low, n, radius)
    yield (
        f"The complexity is not where the bounds lose most: at n = {n} it is at least {low:.3g}, the bounds on it are"
        f" {odd(n, radius) / low:.2g} (odd φ) and {explicit(n, radius) / low:.2g} (explicit) times that. With"
        f" {low:.3g} in their place the bound on the gap would still be {best:.3g}, {best / worst:.2g} times the"
        f" worst gap found{f' and {best / gap:,.0f} times that of trained networks' if gap > 0 else ''}: the rest is"
        f" κ = {lipschitz(radius):g}, the Lipschitz constant of the square loss on the whole range of outputs, and"
        f" M = {span(radius):g}."
    )


def _complexity(row: Row) -> float:
    return row.rademacher


def _gap(row: Row) -> float:
    return row.gap


def _worst(row: Row) -> float:
    return row.worst


def setting(rows: Sequence[Row]) -> str:
    """How it was computed, in the words that both experiments share.

    Args:
        rows: all rows.
    """
    lost = sum(not row.done for row in rows)
    return (
        f"Networks of {DEPTH} hidden layers with {ACTIVATION}, trained by descent on the square loss, the output"
        " layer kept in its ball ‖v‖ ≤ 1 + ρ₁; rows and v have norm 1 at the start. To the end means until ten steps"
        f" lower the loss by no more than a thousandth;"
        f" {f'{lost} of {len(rows)} runs were' if lost else 'no run was'} stopped before. The pictures are"
        f" {rows[0].source}, {rows[0].samples + rows[0].rest:,} in the unit ball; the target is +1 for even labels"
        " and −1 for odd ones. Each draw is a sample, without replacement, and a start; all other pictures are the"
        " test. Intervals of means are Student's over the draws, at 95 %. The loss is κ-Lipschitz in the output with"
        f" κ = 2(2 + ρ₁), and at most M = (2 + ρ₁)²; the bounds are those of"
        f" `theorems/banerjee2024/generalization.py` and, for odd activations, of"
        f" `theorems/depth_free/generalization_odd.py`, 2κR + 3M√(log(2/δ)/(2n)) with δ = {DELTA:g} and R the bound"
        f" on the Rademacher complexity. They hold for all networks of the class at once, and so for the worst: a"
        f" lower value of its gap is the best of {STARTS} ascents over networks with equal neurons, for the test"
        f" pictures at hand, whose own deviation is part of it. Such networks also give a lower value of the"
        f" empirical Rademacher complexity, a confidence limit (failure {FAILURE:g}) from {SIGNS} sign vectors."
    )


# ---- lines


def marked(label: str, found: Sequence[tuple[float, Interval]], colour: str, look: str) -> list[Line]:
    """Means as marks with their intervals.

    Args:
        label: of the legend.
        found: places and values.
        colour: by its name.
        look: as matplotlib writes it.
    """
    bars = [Line("", [(at, max(v.low, LOWEST * v.value)), (at, v.high)], colour, "-", True) for at, v in found]
    return [*bars, Line(label, [(at, v.value) for at, v in found], colour, look)]


def bounds_drawn(rows: Sequence[Row], place: Value) -> list[Line]:
    """The bounds on the gap, and what the measured complexity would make of them.

    Args:
        rows: all rows.
        place: where a row stands.
    """
    measured = each(rows, place, lambda row: by_complexity(row.rademacher, row.samples, row.radius))
    sure, paper = each(rows, place, lambda row: row.odd), each(rows, place, lambda row: row.explicit)
    return [
        Line("bound with R as found", [(at, v.value) for at, v in measured], "structured", ":"),
        Line("bound for odd φ", [(at, v.value) for at, v in sure], "ink", "-", True),
        Line("the paper's bound", [(at, v.value) for at, v in paper], "ink", "--"),
    ]
