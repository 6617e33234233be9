from __future__ import annotations

import numpy as np
import pytest
import sympy
from sympy import Abs, Add, log, oo, sqrt

from wnverify.batch import Batch
from wnverify.claim import Claim, Relation
from wnverify.errors import TheoremFileError
from wnverify.families.networks.weight_norm import (
    WEIGHT_NORM,
    L,
    beta,
    c0,
    d,
    hessian_norm,
    input_gradient_norm,
    input_norm,
    m,
    omega,
    output_abs,
    rho,
    row_alignment,
)
from wnverify.family import Situation
from wnverify.judging.comparison import fulfilled, oriented_ratio
from wnverify.judging.judge import Judge, Judgement

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
        ("<=", np.inf, np.inf, np.nan),
        ("<=", np.inf, 2.0, np.inf),
        (">=", np.inf, np.inf, np.nan),
        (">=", 1.0, np.inf, np.inf),
        (">=", np.inf, 1.0, 0.0),
    ],
)
def test_ratio_exceeds_one_exactly_where_the_relation_fails(relation, lhs, rhs, ratio) -> None:
    claim = Claim(hessian_norm, relation, omega)
    with np.errstate(all="ignore"):
        found = oriented_ratio(claim, np.array([lhs]), np.array([rhs]))
    assert found[0] == pytest.approx(ratio, nan_ok=True)


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
    nothing = log(Add(2, -2, evaluate=False), evaluate=False)
    with pytest.raises(TheoremFileError, match="but got -inf: it is undefined, whatever the instance"):
        Judge(Claim(output_abs, "<=", nothing), WEIGHT_NORM)(batch())


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


# ---- relative to terms


def at(claim: Claim, **arrays: object) -> Judgement:
    """The judgement of one network with W1 (m, d), v (m,), x (d,)."""
    ready = {name: np.asarray(value, dtype=float)[..., None] for name, value in arrays.items()}
    shape = {"L": 1, "m": len(ready["v"]), "d": len(ready["x"])}
    return Judge(claim, WEIGHT_NORM)(Batch("weight_norm", shape, ONE.settings, ready))


UNIT = {"W1": [[0.6, 0.8]], "v": [1.0], "x": [0.6, 0.8]}


def test_rounding_of_the_terms_is_no_infinite_violation() -> None:
    """‖x‖ = 1 − 1e-16: beside the terms 1 and ‖x‖ the gap is nothing."""
    short = {**UNIT, "x": [0.6, 0.8 * (1 - 3e-16)]}
    assert at(Claim(1 - input_norm, "<=", 0), **short).ratio == pytest.approx(1.0, abs=1e-15)
    clearly = {**UNIT, "x": [0.6, 0.7]}
    assert at(Claim(1 - input_norm, "<=", 0), **clearly).ratio > 1.05


@pytest.mark.parametrize("relation", ["=", "<=", ">="])
def test_a_hypothesis_written_as_a_difference_holds_as_it_does_written_apart(relation: str) -> None:
    given = {"apart": (input_norm, relation, 1), "difference": (input_norm - 1, relation, 0)}
    for off in (-1e-3, -1e-16, 0.0, 2e-16, 1e-3):
        x = [0.6 * (1 + off), 0.8 * (1 + off)]
        met = at(Claim(output_abs, "<=", 1, given=given), **{**UNIT, "x": x}).met
        assert met["apart"] == met["difference"]


@pytest.mark.parametrize(
    ("lhs", "rhs", "ratio"),
    [
        (omega, sympy.Integer(2), 0.5e10),
        (omega / 10**20, sympy.Integer(0), 1e10),
        (omega**2 / 10**20, sympy.Integer(0), 0.5e10),
        (10**20 * omega - 10**20 * omega**2 * (1 + sympy.Float(1e-13)), sympy.Integer(0), 3.3e-4),
        (omega + 10**6, 10**6 + 2 * omega, 1e4),
        (omega, omega, 0.0),
    ],
)
def test_the_defect_of_an_equation_is_relative_to_its_terms(lhs, rhs, ratio) -> None:
    """ω = 1; where something is to be 0, a single term c·q is measured as if q were 1."""
    assert at(Claim(lhs, "=", rhs), **UNIT).ratio[0] == pytest.approx(ratio, rel=0.3)


# ---- beyond the range of floats

HUGE, TINY = sympy.exp(1000 / omega), sympy.exp(-1000 / omega)
"""e^{±1000} at ω = 1: floats say ∞ and 0."""


@pytest.mark.parametrize("factor", [HUGE, TINY])
@pytest.mark.parametrize(("right", "ratio"), [(1, 0.75), (sympy.Rational(1, 2), 1.5)])
@pytest.mark.parametrize("flipped", [False, True])
def test_a_common_factor_beyond_the_range_changes_no_ratio(factor, right, ratio, flipped) -> None:
    sides = (sympy.Rational(3, 4) * omega * factor, right * factor)
    claim = Claim(sides[1], ">=", sides[0]) if flipped else Claim(sides[0], "<=", sides[1])
    found = at(claim, **UNIT)
    assert found.ratio == pytest.approx(ratio)
    assert found.accepted.all()
    assert not found.trivial.any()
    assert not found.unevaluated.any()


def test_an_identity_beyond_the_range_is_judged() -> None:
    for factor in (HUGE, TINY):
        assert at(Claim(2 * omega * factor, "=", 2 * factor), **UNIT).ratio == 0.0
        assert at(Claim(2 * omega * factor, "=", 3 * factor), **UNIT).ratio > 1e9
        assert at(Claim(omega * factor, "=", 0), **UNIT).ratio > 1e9


def test_a_lower_bound_that_overflows_is_a_violation_and_an_upper_one_says_nothing() -> None:
    below, above = (at(Claim(output_abs, relation, sympy.exp(1000 * m)), **UNIT) for relation in (">=", "<="))
    assert (below.ratio, below.trivial) == (np.inf, False)
    assert above.ratio < 1e-300


def test_what_no_number_holds_is_not_evaluated() -> None:
    tower = sympy.exp(sympy.exp(1000 / omega))
    found = at(Claim(output_abs * tower, ">=", tower + 1), **UNIT)
    assert (found.admissible.all(), found.accepted.any(), found.unevaluated.all()) == (True, False, True)


def test_the_end_of_a_domain_is_no_error_of_the_claim() -> None:
    """√(1 − ‖x‖²) at ‖x‖ = 1 + 1e-16, which the hypothesis ‖x‖ ≤ 1 allows up to rounding."""
    given = {"inputs": (input_norm, "<=", 1)}
    beyond = {**UNIT, "x": [0.6, 0.8 * (1 + 4e-16)]}
    found = at(Claim(output_abs, "<=", 1 + sqrt(1 - input_norm**2), given=given), **beyond)
    assert (found.accepted.any(), found.unevaluated.all()) == (False, True)


@pytest.mark.parametrize(
    ("bound", "got"), [(log(1 - m), "-inf"), (sqrt(-m), "nan"), (sqrt(rho - 1), "nan"), (log(-omega), "nan")]
)
def test_a_side_that_is_no_real_number_is_an_error_with_the_point(bound, got) -> None:
    with pytest.raises(TheoremFileError, match=f"real number from .* but got {got}: it is undefined at"):
        at(Claim(output_abs, "<=", bound + 0 * m, given={"any": (m, ">", 0), "w": (omega, ">", 0)}), **UNIT)


@pytest.mark.parametrize("factor", [1, 1 + Abs(m - 7)])
def test_a_zero_that_rounding_made_is_no_infinite_violation_on_either_side(factor) -> None:
    """Neurons alike whose outputs cancel: |f| and ‖∇_x f‖ are 0 up to rounding, or exactly, and which is chance."""
    four = Situation({"L": 3, "m": 4, "d": 2}, {"activation": "identity", "scaling": "fan_out"})
    bound = factor * input_gradient_norm * input_norm
    for _, found in WEIGHT_NORM.extremes(four):
        one, other = (
            Judge(Claim(*sides), WEIGHT_NORM)(found)
            for sides in [(output_abs, "<=", bound), (bound, ">=", output_abs)]
        )
        assert (one.ratio == other.ratio).all()
        assert not np.isinf(one.ratio).any()


def test_a_hypothesis_that_excludes_a_zero_is_not_met_by_it() -> None:
    """x − (d/2)x is 0 for d = 2, and no x > 0 is so small that it would be at least x/10⁶."""
    above = (input_norm - d * input_norm / 2, ">=", input_norm / 10**6)
    judge, found = Judge(Claim(output_abs, "<=", 1 + rho, given={"above rounding": above}), WEIGHT_NORM), batch()
    tiny = found.with_arrays({**found.arrays, "x": 1e-13 * found.arrays["x"]})
    assert not judge(tiny).admissible.any()


def test_a_zero_beside_rounding_is_not_taken_for_an_underflow() -> None:
    """|⟨W, ∂f/∂W⟩| = 1e-17 or so against atan(0): relative to nothing, and not to 1e-17."""
    claim = Claim(row_alignment, "=", sympy.atan(c0 * omega))
    drawn = batch(count=50)
    assert Judge(claim, WEIGHT_NORM)(drawn).lhs.max() > 0
    assert Judge(claim, WEIGHT_NORM)(drawn).ratio.max() < 1e-3
