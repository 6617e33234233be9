from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.budget import parse_budget
from wnverify.claim import Claim
from wnverify.engine.relu import gains, kernels
from wnverify.families.relu.kernels import KERNELS, PLANAR, d, gain_share, mode_share
from wnverify.families.relu.kernels_views import (
    arc_mean,
    circle_mean,
    fejer,
    inputs,
    inverse_norm_by_quad,
    inverse_norm_by_sum,
    mean_relu_by_arc,
    mean_relu_by_quad,
)
from wnverify.family import Situation
from wnverify.runs.theorem import carry_out
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

SITUATIONS = KERNELS.situations()
ANGLES = np.array([0.0, 1e-6, 0.3, np.pi / 2, 2.0, np.pi - 1e-6, np.pi])


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_structured_inputs_are_unit_vectors(situation: Situation) -> None:
    kinds = dict(KERNELS.structured(situation))
    assert set(kinds) == {"orthonormal inputs", "antipodal pairs", "fan", "wide fan"}
    for batch in kinds.values():
        assert np.linalg.norm(inputs(batch), axis=1) == pytest.approx(1.0)


def test_the_setting_makes_inputs_orthonormal() -> None:
    """Whether they are random, or in antipodal pairs, of which hardly anything is left across one another."""
    situation = Situation({"n": 3, "d": 5}, {"inputs": "orthonormal"})
    kinds = dict(KERNELS.structured(situation))
    for batch in (KERNELS.draw(situation, "clustered", 3, np.random.default_rng(0)), kinds["antipodal pairs"]):
        assert gains.gram(inputs(batch)) == pytest.approx(np.repeat(np.eye(3)[..., None], 3, axis=2), abs=1e-14)


def test_closed_forms_against_both_quadratures() -> None:
    for power, exact in ((0, (np.pi - ANGLES) / (2 * np.pi)), (1, kernels.j1(ANGLES) / (4 * np.pi))):
        assert arc_mean(ANGLES, power) == pytest.approx(exact, abs=1e-14)
        assert circle_mean(ANGLES, power) == pytest.approx(exact, abs=1e-14)
    assert 8 * arc_mean(ANGLES, 2) == pytest.approx(kernels.j2(ANGLES) / (2 * np.pi), abs=1e-14)


def test_constants_against_their_integrals() -> None:
    for size in (2, 3, 7, 29):
        assert mean_relu_by_arc(size) == pytest.approx(kernels.mean_relu(size), rel=1e-12)
        assert mean_relu_by_quad(size) == pytest.approx(kernels.mean_relu(size), rel=1e-10)
        assert inverse_norm_by_sum(size) == pytest.approx(kernels.inverse_norm(size), rel=1e-12)
        assert inverse_norm_by_quad(size) == pytest.approx(kernels.inverse_norm(size), rel=1e-9)
    assert kernels.inverse_norm(2) == pytest.approx(np.sqrt(np.pi / 2))
    assert kernels.mean_relu(1) == pytest.approx(0.5)


def test_fejer_integrates_polynomials() -> None:
    nodes, weights = fejer(8)
    for power in range(8):
        assert nodes**power @ weights == pytest.approx((1 + (-1) ** power) / (power + 1), abs=1e-14)


def test_antipodal_pairs_are_degenerate() -> None:
    batch = dict(KERNELS.structured(Situation({"n": 6, "d": 2}, {"inputs": "any"})))["antipodal pairs"]
    measure = {
        name: KERNELS.quantities[name].route.measure(batch) for name in ("V_positive", "lambda_0", "min_angle")
    }
    assert (measure["V_positive"] == 5).all()
    assert measure["lambda_0"] == pytest.approx(0.0, abs=1e-15)
    assert (measure["min_angle"] > 0.1).all()


def repeated(n: int, d: int, apart: float) -> Batch:
    """n inputs, of which the last is the first one, or its antipode, turned by a small angle."""
    x = np.random.default_rng(0).standard_normal((n, d, 2))
    x[-1] = np.array([1.0, -1.0]) * x[0] + apart * x[-1]
    return KERNELS.batch(Situation({"n": n, "d": d}, {"inputs": "any"}), {"x": x, "alpha": np.ones(2)})


@pytest.mark.parametrize("apart", [0.0, 1e-15, 1e-13, 1e-11, 1e-9, 1e-5])
@pytest.mark.parametrize(("n", "d"), [(3, 2), (4, 3), (6, 10)])
def test_shares_of_inputs_that_coincide_stay_below_their_bounds(n: int, d: int, apart: float) -> None:
    bounds = {"gain_share": 1 / (d - 1), "tail_share": 1 / (2 * d), "plain_share": d / (d - 1), "mode_share": 1.0}
    batch, rel = repeated(n, d, apart), KERNELS.agreement * (10 if apart == 1e-5 else 1)  # which leaves six digits
    for name, bound in bounds.items():
        route = KERNELS.quantities[name].route
        first, second = route.measure(batch), route.second(batch)
        assert (first <= bound * (1 + 1e-9)).all(), name
        assert first == pytest.approx(second, rel=rel), name


def test_what_is_true_of_degenerate_inputs_too_is_not_refuted() -> None:
    claim = Claim(gain_share, "<=", 1 / (d - 1), given=PLANAR, tolerance=1e-9)
    theorem = Theorem(claim, KERNELS, settings={"inputs": ("any",)})
    found = carry_out("structured", theorem, "no hypothesis on angles", parse_budget("quick"), 0)
    assert found.outcome is Verdict.HELD


@pytest.mark.parametrize("name", ["condition", "condition_H", "condition_V", "condition_G"])
@pytest.mark.parametrize(("apart", "singular"), [(0.0, True), (0.1, False)])
def test_singular_kernels_have_no_finite_condition_number(name: str, apart: float, singular: bool) -> None:
    route, batch = KERNELS.quantities[name].route, repeated(4, 3, apart).one(0)
    assert [bool(np.isinf(measure(batch)[0])) for measure in (route.measure, route.second)] == [singular] * 2


def test_where_the_kernel_vanishes_nothing_is_a_share() -> None:
    batch = KERNELS.draw(Situation({"n": 1, "d": 1}, {"inputs": "any"}), "sphere", 2, np.random.default_rng(0))
    route = gain_share.route
    assert (np.isneginf(route.measure(batch)) & np.isneginf(route.second(batch))).all()


def test_of_one_input_in_the_plane_the_lowest_modes_have_a_known_share() -> None:
    """b² = 1/π² and |x|²/(4d) = 1/8, of G∞ = 1/4."""
    batch = KERNELS.draw(Situation({"n": 1, "d": 2}, {"inputs": "any"}), "sphere", 2, np.random.default_rng(0))
    for measure in (mode_share.route.measure, mode_share.route.second):
        assert measure(batch) == pytest.approx(4 / np.pi**2 + 1 / 2, rel=1e-9)
