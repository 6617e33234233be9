"""Certificates: what balls tell of a ratio, of an equation, and of hypotheses that hold up to rounding only."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from flint import arb

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import (
    WEIGHT_NORM,
    c0,
    gradient_norm,
    hessian_norm,
    input_norm,
    omega,
    output_abs,
    row_alignment,
)
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
    ("off", "standing"),
    [(0, Standing.CLOSE), ("5e-11", Standing.BROKEN), ("1e-30", Standing.BROKEN), ("1e-60", Standing.CLOSE)],
)
def test_a_claimed_equation_is_broken_where_balls_tell_its_sides_apart(off, standing: Standing) -> None:
    """Whatever the tolerance of the claim: it serves floats."""
    right = gradient_norm + gradient_norm * sympy.Rational(off) if off else gradient_norm
    found = certified(network([0.6, 0.7]), Claim(gradient_norm, "=", right))
    assert found.main.standing is standing
    assert (found.holds, found.refutes) == (standing is not Standing.BROKEN, standing is Standing.BROKEN)
    assert found.refutes is (found.main.ratio > 1)


def test_something_is_zero_only_where_balls_say_so() -> None:
    batch = network([0.6, 0.7])
    assert certified(batch, Claim(gradient_norm / 10**30, "=", 0)).refutes
    assert certified(batch, Claim(row_alignment, "=", 0)).holds
    assert not certified(batch, Claim(row_alignment, "<=", 0)).refutes


def test_an_inequality_that_is_attained_neither_holds_nor_breaks() -> None:
    """The row and the input are parallel, and the activation is the identity: |f| = ‖v‖ ‖x‖ but for rounding."""
    arrays = {"W1": [[[0.3], [0.4]]], "v": [[1.0]], "x": [[0.3], [0.4]]}
    settings = {"activation": "identity", "scaling": "fan_out"}
    ready = {name: np.array(value) for name, value in arrays.items()}
    batch = Batch("weight_norm", {"L": 1, "m": 1, "d": 2}, settings, ready)
    found = {relation: certified(batch, Claim(output_abs, relation, input_norm)) for relation in ("<=", "<", ">=")}
    assert [found["<="].attained, found[">="].attained, found["<"].attained] == [True, True, False]
    assert not any(each.refutes or each.holds for each in found.values())


def test_the_standing_of_a_hypothesis_is_relative_to_its_terms() -> None:
    given = {"apart": (input_norm, "=", 1), "difference": (10**9 * (input_norm - 1), "=", 0)}
    found = certified(network([0.6, 0.8]), Claim(gradient_norm, "<=", 1, given=given))
    assert {each.standing for each in found.given.values()} == {Standing.CLOSE}


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
