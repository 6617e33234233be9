"""Separation: what both sides share is taken away, so that a difference is searched like the inequality it is."""

import numpy as np
import pytest
import sympy
from sympy import Integer, Rational, log, sqrt

from wnverify.claim import Claim, Relation
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    gradient_norm,
    hidden_gradient_norm,
    m,
    omega,
    output_abs,
    rho,
)
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.separate import separated, without_factors

TANH = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})
WIDTH = hidden_gradient_norm * sqrt(m) * omega


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ((WIDTH - 2 * (1 + rho), "<=", Integer(0)), (WIDTH, "<=", 2 + 2 * rho)),
        ((Integer(0), ">=", WIDTH - 2 * rho), (2 * rho, ">=", WIDTH)),
        ((output_abs + 1000, "<=", Rational(1001)), (output_abs, "<=", Integer(1))),
        ((output_abs + rho, "<", rho + omega), (output_abs, "<", omega)),
        ((gradient_norm - hidden_gradient_norm, ">=", Integer(0)), (gradient_norm, ">=", hidden_gradient_norm)),
    ],
)
def test_what_both_sides_share_is_taken_away(written, read):
    found = separated(Relation(*written))
    assert (sympy.expand(found.lhs - read[0]), found.relation, sympy.expand(found.rhs - read[2])) == (0, read[1], 0)


@pytest.mark.parametrize(
    "kept",
    [
        (output_abs, "<=", 1 + rho),
        (gradient_norm**2, ">=", hidden_gradient_norm**2 + output_abs**2),
        (WIDTH - rho, "=", Integer(0)),
        (log(output_abs), "<=", Integer(0)),
        (-output_abs, "<=", Integer(0)),
        (output_abs * (omega - 1), "<=", Integer(0)),
    ],
)
def test_other_relations_stay_as_they_are(kept):
    assert separated(Relation(*kept)) == Relation(*kept)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ((output_abs * sympy.exp(9 * rho), "<=", 2 * rho * sympy.exp(9 * rho)), (output_abs, "<=", 2 * rho)),
        ((omega * rho, ">", omega * m), (rho, ">", m)),
        ((rho * output_abs, "<=", rho * m), None),
        ((output_abs * log(omega), "<=", m * log(omega)), None),
        ((omega * rho, "=", omega * m), None),
    ],
    ids=["exponential", "positive", "may be 0", "any sign", "equation"],
)
def test_positive_factors_of_both_sides_are_taken_away(written, read):
    assert without_factors(Relation(*written)) == Relation(*(read or written))


def test_a_factor_that_overflows_hides_neither_violation_nor_slope():
    batch = WEIGHT_NORM.draw(TANH, "gaussian", 7, np.random.default_rng(0))
    factor = sympy.exp(10**4 * (1 + rho))
    plain = Judge(Claim(hidden_gradient_norm, "<=", 1 / (10 * omega), given=LIPSCHITZ), WEIGHT_NORM)
    times = Judge(Claim(factor * hidden_gradient_norm, "<=", factor / (10 * omega), given=LIPSCHITZ), WEIGHT_NORM)
    assert (plain(batch).ratio > 1).any()
    assert times(batch).ratio == pytest.approx(plain(batch).ratio, rel=1e-12)
    first, second = plain.slope(batch), times.slope(batch)
    assert all(first[name] == pytest.approx(second[name], rel=1e-6, abs=1e-9) for name in first)


def test_the_ratio_and_the_slope_of_a_difference_are_those_of_the_inequality():
    batch = WEIGHT_NORM.draw(TANH, "gaussian", 7, np.random.default_rng(0))
    plain = Judge(Claim(WIDTH, "<=", 1 + rho, given=LIPSCHITZ), WEIGHT_NORM)
    difference = Judge(Claim(WIDTH - rho - 1, "<=", Integer(0), given=LIPSCHITZ), WEIGHT_NORM)
    assert difference(batch).ratio == pytest.approx(plain(batch).ratio, rel=1e-12)
    assert (difference(batch).lhs < 0).any(), "the sides are told as they were written"
    first, second = plain.slope(batch), difference.slope(batch)
    assert all(first[name] == pytest.approx(second[name], rel=1e-6, abs=1e-9) for name in first)


def test_progress_is_seen_before_a_side_turns_positive():
    judge = Judge(Claim(log(hidden_gradient_norm / 10**6), "<=", log(omega + 2), given=LIPSCHITZ), WEIGHT_NORM)
    batch = WEIGHT_NORM.draw(TANH, "gaussian", 9, np.random.default_rng(1))
    found = judge(batch)
    assert (found.ratio == 0).all(), "nothing is broken, and no ratio says how far from it"
    assert len(set(found.promise)) == 9
    slope = judge.slope(batch)
    moved = batch.with_arrays({name: array + 1e-4 * slope.get(name, 0) for name, array in batch.arrays.items()})
    assert (judge(moved).promise > found.promise).all(), "and the slope leads up"
