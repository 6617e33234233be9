"""The gauge by hand, along drawn rows, and where the scaling is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.balls.ball import at_least
from wnverify.balls.network import PRECISION
from wnverify.batch import Batch
from wnverify.bounds.banerjee2024 import predictor
from wnverify.errors import RecordError
from wnverify.families.networks import regression_ratios
from wnverify.families.networks.regression import REGRESSION, loss
from wnverify.families.networks.regression_draws import with_targets
from wnverify.families.networks.regression_gauge import GAUGE
from wnverify.families.networks.weight_norm import L, beta, c0, m, omega, rho
from wnverify.family import Situation

NORMS = (0.25, 1.0, 4.0, 16.0)


def one(scale: float, **changes: np.ndarray) -> Batch:
    """f = v⟨w, x⟩/‖w‖ with w = (3, 4), x = e_1, v = 2 and y = 0: f = 1.2, ∂_v f = .6, ∂_w f = (.256, −.192)."""
    where = Situation({"L": 1, "m": 1, "d": 2, "n": 1}, {"activation": "identity", "scaling": "fan_out"})
    arrays = {
        "W1": np.array([[[3.0], [4.0]]]),
        "v": np.array([[2.0]]),
        "X": np.array([[[1.0]], [[0.0]]]),
        "y": np.array([[0.0]]),
        "scale": np.array([scale]),
    }
    return GAUGE.batch(where, {**arrays, **changes})


def measured(batch: Batch, name: str, route: str = "measure") -> np.ndarray:
    return getattr(GAUGE.quantities[name].route, route)(batch)


@pytest.mark.parametrize("route", ["measure", "second"])
@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_the_ratios_are_those_found_by_hand(route: str, scale: float) -> None:
    batch = one(scale)
    assert measured(batch, "ratio_v", route) == pytest.approx([4 * 0.6**2], rel=1e-12)
    assert measured(batch, "ratio_W", route) == pytest.approx([4 * 0.32**2], rel=1e-12)
    assert measured(batch, "ratio_scaled", route) == pytest.approx([4 * (0.6**2 + 0.32**2 / scale**2)], rel=1e-12)


def test_the_two_shares_make_the_whole_ratio() -> None:
    where = Situation({"L": 2, "m": 3, "d": 2, "n": 3}, {"activation": "softplus", "scaling": "fan_in"})
    batch = GAUGE.draw(where, "gaussian", 30, np.random.default_rng(0))
    whole = measured(batch, "loss_gradient_norm") ** 2 / measured(batch, "loss")
    assert measured(batch, "ratio_v") + measured(batch, "ratio_W") == pytest.approx(whole, rel=1e-9)
    assert measured(batch, "ratio_v").shape == (30,)


def test_balls_scale_the_rows_exactly() -> None:
    found = GAUGE.enclosures(one(1 / 3), ["ratio_v", "ratio_W", "ratio_scaled", "scale"])
    assert found
    with at_least(PRECISION):
        defect = found["ratio_scaled"] - found["ratio_v"] - found["ratio_W"] / found["scale"] ** 2
        assert abs(defect) < 1e-30


def test_a_scale_that_forgets_a_layer_breaks_the_identity() -> None:
    where = Situation({"L": 2, "m": 3, "d": 2, "n": 2}, {"activation": "tanh", "scaling": "fan_out"})
    batch = GAUGE.draw(where, "gaussian", 50, np.random.default_rng(1))

    def forgetful(given: Batch) -> Batch:
        rows = {"W1": given.arrays["scale"] * given.arrays["W1"]}
        rest = {name: given.arrays[name] for name in ("W2", "v", "X", "y")}
        return Batch("regression", given.shape, given.settings, {**rows, **rest})

    right = measured(batch, "ratio_v") + measured(batch, "ratio_W") / batch.arrays["scale"] ** 2
    wrong = regression_ratios.ratio("Wv", forgetful)(batch)
    assert measured(batch, "ratio_scaled") == pytest.approx(right, rel=1e-9)
    assert np.mean(np.abs(wrong / right - 1) > 1e-3) > 0.8


@pytest.mark.parametrize("route", ["measure", "second"])
def test_without_a_loss_or_out_of_range_there_is_no_ratio(route: str) -> None:
    exact = one(1.0, y=np.array([[2.0]]), W1=np.array([[[3.0], [0.0]]]))
    far = one(1.0, W1=1e200 * np.array([[[3.0], [4.0]]]))
    assert measured(exact, "loss") == 0
    assert np.isnan(measured(exact, "ratio_v", route)).all()
    assert np.isnan(measured(far, "ratio_W", route)).all()


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_a_scale_that_is_not_positive_is_refused(scale: float) -> None:
    with pytest.raises(RecordError, match="positive numbers in the array scale"):
        GAUGE.check(one(scale))


# ---- α and the rate as ω grows by a scale of all rows, κ = 1 and ‖δ‖ → 0


def along(seed: int, residual: float) -> tuple[np.ndarray, np.ndarray]:
    """α and R/(2β_𝓛) of one network of unit rows times the norms."""
    where = Situation({"L": 2, "m": 4, "d": 3, "n": 2}, {"activation": "tanh", "scaling": "fan_out"})
    rng = np.random.default_rng(seed)
    W = [rng.standard_normal((4, inputs, 1)) for inputs in (3, 4)]
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in W]
    v, X = rng.standard_normal((4, 1)), rng.standard_normal((3, 2, 1))
    rows = {f"W{layer + 1}": part * np.array(NORMS) for layer, part in enumerate(unit)}
    fixed = {"v": v / np.linalg.norm(v), "X": X / np.linalg.norm(X, axis=0)}
    rest = {name: np.repeat(array, len(NORMS), axis=-1) for name, array in fixed.items()}
    batch = REGRESSION.batch(where, with_targets(where, {**rows, **rest}, residual * np.ones((2, len(NORMS)))))
    R = measured(batch, "ratio_v") + measured(batch, "ratio_W")
    numbers = {L: 2, m: 4, c0: 0, rho: 0, beta: float(measured(batch, "beta")[0]), loss: residual**2}
    bounds = predictor()
    H = np.array([float(bounds.hessian.subs({**numbers, omega: norm})) for norm in NORMS])
    smooth = np.array([float(bounds.smoothness(loss).subs({**numbers, omega: norm})) for norm in NORMS])
    return R / 2 - 2 * H * residual, R / (2 * smooth)


@pytest.mark.parametrize("seed", range(4))
def test_longer_rows_lower_alpha_near_interpolation_and_raise_it_far_from_there(seed: int) -> None:
    near, far = along(seed, 1e-4)[0], along(seed, 0.3)[0]
    assert (np.diff(near) < 0).all()
    assert (near > 0).all()
    assert (np.diff(far) > 0).all()
    assert far[0] < -5


def test_the_certified_rate_may_fall_or_rise() -> None:
    assert (np.diff(along(1, 1e-4)[1]) < 0).all()
    assert (np.diff(along(3, 1e-4)[1]) > 0).all()
