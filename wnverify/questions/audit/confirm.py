"""Confirming: what floats leave open at one input, a violation or a hair's breadth, is decided in balls.

Nothing is called broken by floats alone. Where the family offers balls, their precision is raised until the sides
separate; elsewhere an independent route must find the same violation. What neither decides is said to be undecided.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.judging.certificate import Certificate, Sides, Standing, certify
from wnverify.judging.comparison import oriented_ratio
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import opinion

if TYPE_CHECKING:
    from wnverify.balls.ball import Ball

BITS = (128, 512, 2048)
NUMBERS_IN_BALLS = 300_000
"""Weights times inputs of an instance up to which it is put into balls."""
NUMBERS_BY_AUTOGRAD = 1000
"""Weights up to which the independent route writes a Hessian down."""
SAME = 1e-25
"""Sides that no precision separates are equal if they are known this closely, relative."""
CLOSE = 1e-5
"""A violation by less than this, relative, is told with its size."""
WIDE = 1e-9
"""A ball of larger relative radius has no middle worth telling."""


@dataclass(frozen=True)
class Confirmed:
    """A claim at one input, decided as far as it can be.

    Args:
        status: "holds", "BROKEN" or "undecided".
        measured: left side.
        bound: right side.
        ratio: more than 1 breaks the claim; NaN where it is not known.
        remark: what to know; why it is undecided.
    """

    status: str
    measured: float
    bound: float
    ratio: float
    remark: str = ""


@dataclass(frozen=True)
class Place:
    """One input with what floats say of a claim there.

    Args:
        one: the instance.
        values: every symbol of the claim as measured.
        lhs: left side.
        rhs: right side.
        ratio: more than 1 is a violation.
    """

    one: Batch
    values: Mapping[str, float]
    lhs: float
    rhs: float
    ratio: float


def confirm(judge: Judge, place: Place) -> Confirmed:
    """Decide a claim at one input: in balls, or by an independent route where there are none."""
    balls = _balls(judge, place.one)
    if balls is not None and _is_narrow(balls):
        return _by_balls(judge, place, balls)
    finite = math.isfinite(place.lhs) and math.isfinite(place.rhs)
    return _by_floats(judge, place if finite else _evaluated_again(judge, place))


def _balls(judge: Judge, one: Batch) -> Certificate | None:
    """The certificate, at the least precision that decides; None where there is none."""
    from flint import ctx  # loads only where something is to be confirmed

    if _parameters(one) * one.shape.get("n", 1) > NUMBERS_IN_BALLS:
        return None
    found = None
    for bits in BITS:
        with ctx.workprec(bits):
            found = certify(judge, one)
        if found is None or found.main.standing in (Standing.CERTAIN, Standing.BROKEN):
            break
    return found


def _parameters(one: Batch) -> int:
    return sum(array.size for name, array in one.arrays.items() if name.startswith("W") or name == "v")


def _is_narrow(balls: Certificate) -> bool:
    """Whether the balls tell something: they decide, or know both sides closely."""
    sides = balls.main
    if sides.standing is not Standing.OPEN:
        return True
    lhs, rhs = sides.lhs.to_arb(), sides.rhs.to_arb()
    return bool(lhs.rad() + rhs.rad() <= SAME * (abs(lhs).upper() + abs(rhs).upper()))


def _by_balls(judge: Judge, place: Place, balls: Certificate) -> Confirmed:
    sides = balls.main
    measured, bound = _middle(sides.lhs, place.lhs), _middle(sides.rhs, place.rhs)
    ratio = sides.ratio if sides.ratio is not None else _ratio(judge, measured, bound)
    if sides.standing is Standing.BROKEN:
        if balls.refutes:
            return Confirmed("BROKEN", measured, bound, ratio, _closely(sides))
        return Confirmed("undecided", measured, bound, ratio, f"broken by balls, but in balls {balls.obstacle}")
    if balls.holds:
        return _representable(balls, Confirmed("holds", measured, bound, ratio))
    if judge.claim.main.is_strict:
        return Confirmed("undecided", measured, bound, 1.0, "no rounding tells the two sides apart, and < is strict")
    return _representable(balls, Confirmed("holds", measured, bound, 1.0, "both sides are equal up to 1e-25"))


def _closely(sides: Sides) -> str:
    """By how much a claim is broken, where the ratio in floats hardly shows it."""
    lhs, rhs = sides.lhs.to_arb(), sides.rhs.to_arb()
    gap = abs(lhs - rhs) / abs(lhs).max(abs(rhs))
    return f"by {gap.mid().str(3, radius=False)}, relative; certified in balls" if gap < CLOSE else ""


def _middle(side: Ball, in_floats: float) -> float:
    """The middle of a ball; of a wide one what floats have measured, if they have."""
    ball = side.to_arb()
    wide = ball.rad() > WIDE * abs(ball.mid())
    return in_floats if wide and math.isfinite(in_floats) else float(ball.mid())


def _ratio(judge: Judge, lhs: float, rhs: float) -> float:
    return float(oriented_ratio(judge.claim, np.array([lhs]), np.array([rhs]))[0])


def _representable(balls: Certificate, found: Confirmed) -> Confirmed:
    """What holds in balls is not said to hold in numbers that double precision cannot write down."""
    numbers = (found.measured, found.bound, found.ratio)
    if all(map(math.isfinite, numbers)):
        return found
    share = f"the ratio is {found.ratio:.4g}" if math.isfinite(found.ratio) else "it holds"
    sides = (("left", balls.main.lhs, found.measured), ("right", balls.main.rhs, found.bound))
    sizes = [
        f"the {side} side, {ball.to_arb().mid().str(3, radius=False)}, overflows"
        for side, ball, value in sides
        if not math.isfinite(value)
    ]
    told = " and ".join(sizes) or "the ratio cannot be written down"
    return Confirmed("undecided", *numbers, f"{told}: nothing was compared but balls, where {share}")


# ---- without balls


def _evaluated_again(judge: Judge, place: Place) -> Place:
    """The sides at the measured values once more, without an overflow on the way."""
    from wnverify.balls.expression import enclose

    symbols = judge.claim.free_symbols
    if not all(math.isfinite(place.values[symbol.name]) for symbol in symbols):
        return place
    values = {symbol: place.values[symbol.name] for symbol in symbols}
    lhs, rhs = enclose(judge.claim.lhs, values), enclose(judge.claim.rhs, values)
    measured, bound = float(lhs.mid()), float(rhs.mid())
    return Place(place.one, place.values, measured, bound, _ratio(judge, measured, bound))


def _by_floats(judge: Judge, place: Place) -> Confirmed:
    """By the independent route; a violation that it does not find far beyond rounding stays undecided."""
    numbers = (place.lhs, place.rhs, place.ratio)
    for side, value in (("left", place.lhs), ("right", place.rhs)):
        if not math.isfinite(value):
            return Confirmed("undecided", *numbers, f"the {side} side is {value:g}, so that nothing was compared")
    if place.ratio <= 1 and not (place.ratio == 1 and judge.claim.main.is_strict):
        return Confirmed("holds", *numbers)
    if not _is_cheap(judge, place.one):
        return Confirmed("undecided", *numbers, "broken in floats, but too large to be confirmed by another route")
    found = opinion(judge, place.one)
    if found.refutes:
        return Confirmed("BROKEN", *numbers, f"confirmed by the {found.route}")
    why = found.obstacle or f"the {found.route} has the ratio {found.ratio:.12g}"
    return Confirmed("undecided", *numbers, f"no further than rounding: {why}")


def _is_cheap(judge: Judge, one: Batch) -> bool:
    routes = [judge.family.quantities[symbol.name].route for symbol in judge.claim.free_symbols]
    square = any(route is not None and route.square for route in routes)
    return _parameters(one) <= NUMBERS_BY_AUTOGRAD or not square


# ---- which inputs are to be confirmed

NEAR = 1e-9
"""Floats decide where the ratio is this far below 1."""
MOST = 16
"""Inputs that are confirmed for one claim, the worst first."""


def suspects(relation: str, lhs: FloatArray, rhs: FloatArray, ratio: FloatArray) -> NDArray[np.intp]:
    """Positions at which floats do not decide: near a violation, beyond it, or no numbers; the worst first.

    Of an equation also the one with the largest defect, however small: it is less than the tolerance, not 0.
    """
    known = np.isfinite(lhs) & np.isfinite(rhs) & ~np.isnan(ratio)
    order = np.argsort(np.where(known, -ratio, -np.inf), kind="stable")
    open_ = ~known | (ratio > (1.0 if relation == "=" else 1.0 - NEAR))
    if relation == "=":
        open_[order[:1]] = True
    return np.asarray(order[open_[order]])
