from __future__ import annotations

import numpy as np
import pytest
from sympy import log, oo, sqrt

from wnverify.claim import Claim, Relation
from wnverify.errors import TheoremFileError
from wnverify.families.networks.weight_norm import (
    WEIGHT_NORM,
    L,
    beta,
    c0,
    hessian_norm,
    input_norm,
    m,
    omega,
    output_abs,
    rho,
)
from wnverify.family import Situation
from wnverify.judging.judge import Judge, fulfilled, oriented_ratio

ONE = Situation({"L": 1, "m": 2, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})


def batch(situation: Situation = ONE, count: int = 5):
    return WEIGHT_NORM.draw(situation, "gaussian", count, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("relation", "lhs", "rhs", "ratio"),
    [
        ("<=", 1.0, 2.0, 0.5),
        ("<=", 3.0, 2.0, 1.5),
        (">=", 1.0, 2.0, 2.0),
        (">=", 2.0, 1.0, 0.5),
        ("<=", 0.0, 0.0, 0.0),
        ("<=", 1.0, 0.0, np.inf),
        ("<=", 1.0, -1.0, np.inf),
        ("<=", 0.0, -1.0, np.inf),
        ("<=", -2.0, -1.0, 0.5),
        ("<=", -1.0, -2.0, 2.0),
        ("<=", -1.0, 2.0, 0.0),
        ("<=", 1.0, np.inf, 0.0),
        ("<=", np.inf, np.inf, 0.0),
        ("<=", np.inf, 2.0, np.inf),
        (">=", np.inf, np.inf, 0.0),
        ("=", 1.0, 1.0, 0.0),
        ("=", 2.0, 1.0, 0.5e10),
        ("=", 1e-11, 0.0, 0.1),
    ],
)
def test_ratio_exceeds_one_exactly_where_the_relation_fails(relation, lhs, rhs, ratio) -> None:
    claim = Claim(hessian_norm, relation, omega)
    with np.errstate(all="ignore"):
        found = oriented_ratio(claim, np.array([lhs]), np.array([rhs]))
    assert found[0] == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("relation", "below", "rounded", "above"),
    [
        ("<=", True, True, False),
        (">=", False, True, True),
        ("<", True, True, False),
        (">", False, False, True),
        ("=", False, True, False),
    ],
)
def test_a_hypothesis_holds_up_to_rounding_unless_it_is_strict(relation, below, rounded, above) -> None:
    """The left side is below the right one by 1e-11, by 1e-15, above it by 1e-11."""
    hypothesis = Relation(rho, relation, omega)
    lhs, rhs = 5.0 * np.array([1 - 1e-11, 1 - 1e-15, 1 + 1e-11]), np.full(3, 5.0)
    assert fulfilled(hypothesis, lhs, rhs).tolist() == [below, rounded, above]


def test_hypotheses_are_counted_one_by_one() -> None:
    given = {"small input": (input_norm, "<=", 0.5), "smooth": (beta, "<", oo)}
    judgement = Judge(Claim(output_abs, "<=", 1 + rho, given=given), WEIGHT_NORM)(batch(count=200))
    assert judgement.met["smooth"].all()
    assert 0 < judgement.met["small input"].sum() < 200
    assert (judgement.accepted == judgement.met["small input"]).all()


def test_a_bound_that_is_undefined_is_an_error_with_the_point() -> None:
    judge = Judge(Claim(output_abs, "<=", log(-omega)), WEIGHT_NORM)
    with pytest.raises(TheoremFileError, match=r"real number from .*log.*but got nan: it is undefined at omega="):
        judge(batch())


def test_fan_in_rescales_the_claim() -> None:
    claim = Claim(output_abs, "<=", beta + c0 + input_norm)
    fan_in = Situation(ONE.shape, {"activation": "softplus", "scaling": "fan_in"})
    instances = batch(fan_in)
    expected = np.sqrt(2) * 0.25 + np.log(2) / np.sqrt(2) + np.linalg.norm(instances.arrays["x"], axis=0) / np.sqrt(2)
    assert Judge(claim, WEIGHT_NORM)(instances).rhs == pytest.approx(expected)


def test_a_claim_taken_literally_is_rescaled_by_nothing() -> None:
    claim = Claim(output_abs, "<=", beta + c0 + input_norm, probability=1 / (1 + input_norm))
    instances = batch(Situation(ONE.shape, {"activation": "softplus", "scaling": "fan_in"}))
    literal = Judge(claim, WEIGHT_NORM, literal=True)
    length = np.linalg.norm(instances.arrays["x"], axis=0)
    assert literal(instances).rhs == pytest.approx(0.25 + np.log(2) + length)
    assert literal.chance(instances) == pytest.approx(1 / (1 + length))
    assert literal.stated(instances.settings) is claim


@pytest.mark.parametrize(
    ("claim", "may"),
    [
        (Claim(hessian_norm, "<=", omega), True),
        (Claim(hessian_norm, ">=", omega), False),
        (Claim(2 * hessian_norm, "<=", omega), False),
        (Claim(hessian_norm, "<=", omega * hessian_norm**2), False),
        (Claim(hessian_norm, "<=", omega, given={"small": (hessian_norm, "<=", 100)}), False),
    ],
)
def test_a_cheap_lower_estimate_is_taken_only_where_it_makes_a_violation_harder(claim: Claim, may: bool) -> None:
    instances = batch()
    Judge(claim, WEIGHT_NORM)(instances, route="lower")
    assert ("lower hessian_norm" in instances) is may


@pytest.mark.parametrize("name", ["hessian_norm", "gradient_norm", "hidden_gradient_norm", "output_abs"])
@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
def test_slope_is_the_derivative_of_the_log_ratio(name: str, scaling: str) -> None:
    situation = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "sin", "scaling": scaling})
    bound = (1 + rho) * sqrt(L) / (sqrt(m) * omega) + 1
    judge = Judge(Claim(WEIGHT_NORM.quantities[name], "<=", bound), WEIGHT_NORM)
    coordinates = WEIGHT_NORM.coordinates(situation)
    theta = coordinates.encode(batch(situation, 3))
    point = coordinates.decode(theta)
    slope = coordinates.pullback(theta, point, judge.slope(point))
    for index in range(theta.shape[0]):
        step = np.zeros_like(theta)
        step[index] = 1e-6
        above, below = (np.log(judge(coordinates.decode(theta + sign * step)).ratio) for sign in (1, -1))
        assert slope[index] == pytest.approx((above - below) / 2e-6, abs=2e-6 * np.abs(slope).max())


def test_slope_of_a_lower_bound_points_the_other_way() -> None:
    upper, lower = (Judge(Claim(output_abs, sign, omega), WEIGHT_NORM).slope(batch()) for sign in ("<=", ">="))
    assert upper["v"] == pytest.approx(-lower["v"])
