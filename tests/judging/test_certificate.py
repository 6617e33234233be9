"""Certificates: what balls tell of a ratio, of an equation, and of hypotheses that hold up to rounding only."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from flint import arb

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import WEIGHT_NORM, c0, gradient_norm, hessian_norm, input_norm, omega
from wnverify.judging.certificate import Standing, certify, quotient
from wnverify.judging.judge import Judge


def network(x: list[float]) -> Batch:
    arrays = {"W1": np.array([[[-0.6], [-0.8]]]), "v": np.ones((1, 1)), "x": np.array(x)[:, None]}
    return Batch("weight_norm", {"L": 1, "m": 1, "d": 2}, {"activation": "tanh", "scaling": "fan_out"}, arrays)


def certified(batch: Batch, claim: Claim):
    return certify(Judge(claim, WEIGHT_NORM), batch)


@pytest.mark.parametrize(
    ("small", "large", "expected"),
    [
        (arb(3), arb(2), 1.5),
        (arb(1), arb(0), math.inf),
        (arb(0), arb(0), None),
        (arb(1, 0.5), arb(2), None),
        (arb(0, 1e-30), arb(1), pytest.approx(0.0, abs=1e-29)),
        (arb.nan(), arb(1), None),
        (arb(0, arb.pos_inf()), arb(1), None),
    ],
)
def test_a_ratio_of_balls_is_told_only_where_it_is_known(small, large, expected) -> None:
    assert quotient(small, large) == expected


def test_a_wide_violation_is_told_by_its_lower_end() -> None:
    assert 1.49 < quotient(arb(2, 0.5), arb(1)) <= 1.5


def test_an_equality_that_is_exact_allows_a_narrow_gap() -> None:
    value = float(certified(network([0.6, 0.8]), Claim(gradient_norm, "<=", 1)).main.lhs.lower)
    hair = Claim(gradient_norm, "<=", sympy.Float((1 - 1e-11) * value, 20), given={"zero at zero": (c0, "=", 0)})
    assert certified(network([0.6, 0.8]), hair).refutes


@pytest.mark.parametrize(
    ("off", "standing"), [(0.0, Standing.CLOSE), (5e-11, Standing.CLOSE), (2e-10, Standing.BROKEN)]
)
def test_a_claimed_equation_is_broken_beyond_its_tolerance(off: float, standing: Standing) -> None:
    """The sides differ by a share of 5e-11: more than rounding, and less than the tolerance of the claim, 1e-10."""
    found = certified(network([0.6, 0.7]), Claim(gradient_norm, "=", gradient_norm * (1 + sympy.Float(off))))
    assert found.main.standing is standing or (off == 0.0 and found.main.standing is Standing.CERTAIN)
    assert (found.holds, found.refutes) == (standing is Standing.CLOSE, standing is Standing.BROKEN)


def test_a_strict_claim_is_broken_by_equal_sides() -> None:
    assert certified(network([0.6, 0.7]), Claim(c0, "<", 0)).refutes
    assert certified(network([0.6, 0.7]), Claim(c0, "<=", 0)).holds


def test_what_keeps_a_violation_from_counting_is_named() -> None:
    claim = Claim(hessian_norm, "<=", omega / 1000, given={"inputs in the unit ball": (input_norm, "<=", 1)})
    assert certified(network([0.5, 0.5]), claim).refutes
    outside = certified(network([0.8, 0.8]), claim)
    assert not outside.refutes
    assert outside.obstacle == "the hypothesis 'inputs in the unit ball' is certainly broken"


def test_no_balls_for_relu() -> None:
    batch = network([0.6, 0.7])
    relu = Batch(batch.family, batch.shape, {**batch.settings, "activation": "relu"}, batch.arrays)
    assert certified(relu, Claim(gradient_norm, "<=", 1)) is None
