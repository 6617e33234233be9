"""Ladder: the places along one quantity at which a claim may break although no sampler would draw them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

import numpy as np
import sympy

from wnverify.arrays import FloatArray, distinct
from wnverify.claim import Relation
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.separate import separated, without_factors
from wnverify.quantities import Quantity
from wnverify.symbolic.landmarks import landmarks, nodes
from wnverify.symbolic.proof.domain import Domain
from wnverify.symbolic.proof.rewrite import in_terms_of

DECADES: FloatArray = np.power(10.0, np.arange(-12, 13))
BESIDE = (1.0, 1.0 - 1e-2, 1.0 + 1e-2, 1.0 - 1e-4, 1.0 + 1e-4)
"""Around a landmark, relative."""
MOST_LANDMARKS = 6


def ladder(
    judge: Judge, situation: Situation, quantity: Quantity, beside: Mapping[str, float], decades: FloatArray = DECADES
) -> FloatArray:
    """Where to look along one quantity: 24 decades of its domain, its ends, and around the formula's landmarks.

    Args:
        judge: the claim.
        situation: its sizes and settings.
        quantity: along which to look.
        beside: where the other quantities are that can be moved, for parts of the formula that depend on several.
        decades: positive numbers of every size, of both signs and on both sides of each end of the domain.
    """
    fixed = {name: value for name, value in beside.items() if name != quantity.name and np.isfinite(value)}
    marks = np.array(_landmarks(judge, situation, quantity, fixed))
    ends = [float(end) for end in (quantity.low, quantity.high) if end.is_finite]
    near = [end + sign * step for end in ends if end for step in decades[decades < 1] for sign in (1, -1)]
    values = np.concatenate([decades, -decades, *(marks * factor for factor in BESIDE), ends, near])
    low, high = float(quantity.low), float(quantity.high)
    inside = (values > low if quantity.strict else values >= low) & (values <= high)
    return distinct(values[inside])


def _landmarks(
    judge: Judge, situation: Situation, quantity: Quantity, fixed: Mapping[str, float]
) -> tuple[float, ...]:
    """Where a sum in the claim that depends on this quantity alone, once the others are known, vanishes or turns."""
    claim = judge.stated(situation.settings)
    known: dict[sympy.Symbol, sympy.Number] = {}
    for symbol in claim.free_symbols:
        if symbol.name in situation.shape:
            known[symbol] = sympy.Integer(situation.shape[symbol.name])
        elif symbol.name in fixed:
            known[symbol] = sympy.Rational(fixed[symbol.name])
    return _roots((claim.main, *claim.given.values()), quantity, frozenset(known.items()))


@lru_cache(maxsize=256)
def _roots(
    relations: tuple[Relation, ...], quantity: Quantity, known: frozenset[tuple[sympy.Symbol, sympy.Number]]
) -> tuple[float, ...]:
    pairs = [(short.lhs, short.rhs) for short in map(separated, map(without_factors, relations))]
    sides = [in_terms_of(side, dict(known)) for pair in pairs for side in pair]
    alone = dict.fromkeys(part for side in sides for part in _alone(side, quantity))
    domain = Domain(quantity.low, quantity.high, strict=quantity.strict)
    found = islice(landmarks(nodes(alone, quantity), quantity, domain, {}), MOST_LANDMARKS)
    return tuple(float(root) for root in found)


def _alone(expression: sympy.Basic, quantity: Quantity) -> Iterator[sympy.Basic]:
    """The largest parts of an expression that depend on one quantity and on nothing else."""
    symbols = expression.free_symbols
    if symbols == {quantity}:
        yield expression
    elif quantity in symbols:
        yield from (part for each in expression.args for part in _alone(each, quantity))
        together = [each for each in expression.args if each.free_symbols <= {quantity}]
        if expression.is_Add and any(quantity in each.free_symbols for each in together):
            yield sympy.Add(*together)
