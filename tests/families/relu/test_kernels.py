from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gamma

from tests.families.domains import check_domain
from wnverify.batch import Batch
from wnverify.engine.relu import gains as engine
from wnverify.errors import RecordError
from wnverify.families.relu.kernels import KERNELS
from wnverify.families.relu.kernels_fields import (
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

SITUATIONS = KERNELS.situations()
SOME = [situation for situation in SITUATIONS if situation.shape["d"] > 1]
RELATIVE = {"condition", "condition_H", "condition_V", "condition_G", "inverse_norm"}
ANGLES = np.array([0.0, 1e-6, 0.3, np.pi / 2, 2.0, np.pi - 1e-6, np.pi])


@pytest.mark.parametrize("situation", SOME, ids=str)
def test_both_routes_agree_and_draws_lie_in_the_domain(situation: Situation) -> None:
    for regime in KERNELS.regimes:
        batch = KERNELS.draw(situation, regime, 3, np.random.default_rng(0))
        check_domain(KERNELS, batch)
        for name, quantity in KERNELS.quantities.items():
            first = quantity.route.measure(batch)
            assert first.shape == (3,), name
            if quantity.route.second is not None:
                scale = np.maximum(np.abs(first), 1.0) if name not in RELATIVE else np.abs(first)
                assert (np.abs(first - quantity.route.second(batch)) <= 1e-6 * scale).all(), name


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_structured_inputs_are_unit_vectors(situation: Situation) -> None:
    kinds = dict(KERNELS.structured(situation))
    assert set(kinds) == {"orthonormal inputs", "antipodal pairs", "fan", "wide fan"}
    for batch in kinds.values():
        check_domain(KERNELS, batch)
        assert np.linalg.norm(inputs(batch), axis=1) == pytest.approx(1.0)


def test_the_setting_makes_inputs_orthonormal() -> None:
    batch = KERNELS.draw(
        Situation({"n": 3, "d": 5}, {"inputs": "orthonormal"}), "clustered", 4, np.random.default_rng(0)
    )
    assert engine.gram(inputs(batch)) == pytest.approx(np.repeat(np.eye(3)[..., None], 4, axis=2), abs=1e-12)


def test_closed_forms_against_both_quadratures() -> None:
    for power, exact in ((0, (np.pi - ANGLES) / (2 * np.pi)), (1, engine.j1(ANGLES) / (4 * np.pi))):
        assert arc_mean(ANGLES, power) == pytest.approx(exact, abs=1e-14)
        assert circle_mean(ANGLES, power) == pytest.approx(exact, abs=1e-14)
    assert 8 * arc_mean(ANGLES, 2) == pytest.approx(engine.j2(ANGLES) / (2 * np.pi), abs=1e-14)


def test_kernels_against_random_neurons() -> None:
    """Means and variances of V(0), G(0) for one neuron, within five standard errors."""
    rng, d, count = np.random.default_rng(3), 4, 200_000
    x = engine.unit(rng.standard_normal((2, d)), 1)
    u = engine.unit(rng.standard_normal((d, count)))
    a, b = np.maximum(x @ u, 0.0)
    c, theta = float(x[0] @ x[1]), engine.angles(x[..., None])[0, 1]
    on = (a > 0) & (b > 0)
    for sample, mean, variance in (
        (a * b, engine.kernel_G(theta, d), engine.variance_G(theta, d)),
        (np.where(on, c - a * b, 0.0), engine.kernel_V(theta, d), engine.variance_V(theta, d)),
        (np.where(on, c, 0.0), engine.kernel_H(theta), None),
    ):
        assert abs(sample.mean() - mean[0]) <= 5 * sample.std() / np.sqrt(count)
        if variance is not None:
            assert sample.var() == pytest.approx(variance[0], rel=0.03)


def test_angles_keep_their_digits() -> None:
    tiny = 1e-9
    x = np.array([[1.0, 0.0], [np.cos(tiny), np.sin(tiny)], [-1.0, 0.0]])[..., None]
    theta = engine.angles(x)[..., 0]
    assert theta[0, 1] == pytest.approx(tiny, rel=1e-7)
    assert theta[0, 2] == pytest.approx(np.pi)
    assert np.diag(theta) == pytest.approx(0.0)


def test_constants_against_their_integrals() -> None:
    for d in (2, 3, 7, 29):
        assert mean_relu_by_arc(d) == pytest.approx(engine.mean_relu(d), rel=1e-12)
        assert mean_relu_by_quad(d) == pytest.approx(engine.mean_relu(d), rel=1e-10)
        assert inverse_norm_by_sum(d) == pytest.approx(engine.inverse_norm(d), rel=1e-12)
        assert inverse_norm_by_quad(d) == pytest.approx(engine.inverse_norm(d), rel=1e-9)
    assert engine.inverse_norm(2) == pytest.approx(np.sqrt(np.pi / 2))
    assert engine.mean_relu(1) == pytest.approx(0.5)
    assert engine.small_ball(3, np.array([1.0])) == pytest.approx(1 / (2**1.5 * gamma(2.5)))


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


def test_damaged_inputs_are_refused() -> None:
    batch = KERNELS.draw(SITUATIONS[0], "sphere", 1, np.random.default_rng(0))
    for arrays in ({"x": 0.0 * batch.arrays["x"]}, {"alpha": -batch.arrays["alpha"]}, {"x": batch.arrays["x"][:1]}):
        with pytest.raises(RecordError):
            KERNELS.check(Batch(batch.family, batch.shape, batch.settings, {**batch.arrays, **arrays}))
