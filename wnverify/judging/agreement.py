"""Agreement of the two routes: both sides of a claim by the closed form and by the independent route."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.family import Situation
from wnverify.judging.certificate import certify
from wnverify.judging.comparison import scale_of
from wnverify.judging.judge import Judge, Judgement
from wnverify.judging.shaken import FEW_SHAKES, changed
from wnverify.quantities import Source

ROUNDING = 1e-13
"""Of the largest quantity that was measured: what one route may leave where another has an exact 0."""
MOVED = 8
"""Sides of which 1/8 changes with the last digits of the instance, a share of 1e-13 of it, are rounding."""
SHAKES, MANY_SHAKES = 16, 40
"""Small random changes of an instance, to see how far its sides move; what is left by rounding may often stay."""


@dataclass(frozen=True)
class Disagreement:
    """The largest difference between the two routes on some instances.

    Args:
        size: difference of a side, relative to the larger side of the claim there.
        situation: where it occurred, in words.
        first: the side by the closed form.
        second: the side by the independent route.
        compared: how many admissible instances were compared.
    """

    size: float
    situation: str
    first: float
    second: float
    compared: int


def largest_disagreement(judge: Judge, batch: Batch, situation: Situation) -> Disagreement:
    """Compare both sides by both routes; where a side is 0 by the claim itself, the scale is 1.

    A difference small against the bound cannot change a verdict, so the larger side is the scale. Where both sides
    are what is left of much larger numbers, it is how far the sides move with the instance: a route is right if it
    gives what an instance next to this one has.
    """
    first, second = judge(batch), judge(batch, route="second")
    chosen = np.flatnonzero(first.accepted)
    if not chosen.size:
        return Disagreement(0.0, str(situation), 0.0, 0.0, 0)
    sizes = _sizes(first, second)[:, chosen]
    apart = _apart(first, second)[:, chosen]
    for index in np.flatnonzero((sizes > judge.family.agreement).any(axis=0)):
        explained = _explained(judge, batch.one(int(chosen[index])), apart[:, index])
        sizes[:, index] = np.minimum(sizes[:, index], explained)
    side, top = np.unravel_index(int(np.argmax(np.where(np.isnan(sizes), np.inf, sizes))), sizes.shape)
    values = ((first.lhs, second.lhs), (first.rhs, second.rhs))[int(side)]
    one, other = (float(array[chosen[top]]) for array in values)
    return Disagreement(float(sizes[side, top]), str(situation), one, other, chosen.size)


def _apart(first: Judgement, second: Judgement) -> FloatArray:
    """|first − second| of both sides, (2, B); the same infinity is no difference."""
    sides = [(first.lhs, second.lhs), (first.rhs, second.rhs)]
    with np.errstate(invalid="ignore"):
        return np.array([np.where(one == other, 0.0, np.abs(one - other)) for one, other in sides])


def _sizes(first: Judgement, second: Judgement) -> FloatArray:
    with np.errstate(invalid="ignore", over="ignore"):
        apart, scale = _apart(first, second), scale_of(first.lhs, first.rhs)
        return np.where(apart == 0.0, 0.0, apart / scale)


def _explained(judge: Judge, one: Batch, apart: FloatArray) -> FloatArray:
    """The difference of each side at one instance, relative to what explains it better than the larger side does."""
    if judge.claim.relation != "=" and hollow(judge, one, MANY_SHAKES)[0]:
        return np.zeros(2)
    found = np.minimum(_conditioned(judge, one, apart), _rounding(judge, one, apart))
    return found if (found <= judge.family.agreement).all() else np.minimum(found, _beside_balls(judge, one, apart))


def _rounding(judge: Judge, one: Batch, apart: FloatArray) -> FloatArray:
    """0 for a side that is exactly 0 by one route and by the other what rounding leaves of the largest quantity."""
    first, second = judge(one), judge(one, "second")
    largest = _largest(judge, first)
    sides = np.array([[first.lhs[0], second.lhs[0]], [first.rhs[0], second.rhs[0]]])
    return np.where((sides == 0.0).any(axis=1) & (apart <= ROUNDING * largest), 0.0, np.inf)


def _largest(judge: Judge, found: Judgement) -> float:
    """The largest size of a measured quantity."""
    quantities = judge.family.quantities
    measured = [value for name, value in found.values.items() if quantities[name].source is Source.MEASURED]
    values = np.abs(np.concatenate([np.zeros(1), *measured]))
    return float(values[np.isfinite(values)].max(initial=0.0))


def hollow(judge: Judge, batch: Batch, shakes: int = FEW_SHAKES) -> BoolArray:
    """Where both sides are no more than what rounding has left of larger numbers that cancelled, (B,).

    Nobody knows these numbers; but where they cancel, changes of the last digits of every entry of the instance make
    sides of another size, and where they do not, these move by a share of themselves that is as small.
    """
    shaken = changed(judge.family, batch, ROUNDING, shakes, ways=(True,))
    if shaken is None:
        return np.zeros(batch.size, dtype=bool)
    here, there = judge(batch), judge(shaken)
    with np.errstate(invalid="ignore"):
        apart = [
            np.abs(after.reshape(shakes, batch.size) - before).max(axis=0)
            for before, after in ((here.small, there.small), (here.large, there.large))
        ]
        return np.asarray(np.maximum(np.abs(here.small), np.abs(here.large)) <= MOVED * np.maximum(*apart))


def _beside_balls(judge: Judge, one: Batch, apart: FloatArray) -> FloatArray:
    """Where the closed form has what balls have, the difference relative to the largest number in the claim."""
    found, here = certify(judge, one), judge(one)
    if found is None:
        return np.full(2, np.inf)
    scale = float(scale_of(here.lhs, here.rhs)[0])
    pairs = ((float(here.lhs[0]), found.main.lhs), (float(here.rhs[0]), found.main.rhs))
    missed = np.array([max(ball.lower - value, value - ball.upper, 0.0) for value, ball in pairs])
    largest = max(1.0, *(max(abs(ball.lower), abs(ball.upper)) for ball in found.quantities.values()))
    return np.where(missed <= judge.family.agreement * scale, apart / largest, np.inf)


def _conditioned(judge: Judge, one: Batch, apart: FloatArray) -> FloatArray:
    """The difference of each side over how far that side moves, as a share, when the entries move by a share of 1."""
    by = judge.family.agreement
    shaken = changed(judge.family, one, by, SHAKES)
    if shaken is None:
        return np.full(2, np.inf)
    here, there = judge(one), judge(shaken)
    pairs = ((here.lhs, there.lhs), (here.rhs, there.rhs))
    with np.errstate(invalid="ignore", divide="ignore"):
        reach = np.array([np.abs(after - before).max() for before, after in pairs])
        return np.where(apart == 0.0, 0.0, apart / reach * by)
