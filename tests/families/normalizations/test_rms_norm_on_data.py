from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.rms_norm import EPSILON
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA, correlated
from wnverify.family import Situation


def place(n: int, phi: str, norm: str, epsilon: str) -> Situation:
    settings = {"activation": phi, "norm": norm, "epsilon": epsilon, "loss": "square"}
    return Situation({"L": 1, "m": 3, "n": n}, settings)


def measured(batch: Batch, name: str) -> float:
    return float(RMS_NORM_ON_DATA.quantities[name].route.measure(batch)[0])


def radii(W: np.ndarray, batch: Batch) -> np.ndarray:
    """‖Hz_j‖² + mε, root, from the definitions."""
    z = batch.arrays["X"][..., 0] @ W.T
    if batch.settings["norm"] == "LayerNorm":
        z = z - z.mean(axis=1, keepdims=True)
    return np.sqrt(np.sum(z * z, axis=1) + 3 * EPSILON[batch.settings["epsilon"]])


@pytest.mark.parametrize("phi", ["identity", "tanh"])
@pytest.mark.parametrize("norm", ["RMSNorm", "LayerNorm"])
@pytest.mark.parametrize("epsilon", EPSILON)
def test_a_step_by_hand_is_a_step_along_the_gradient_of_the_loss(phi: str, norm: str, epsilon: str) -> None:
    batch = RMS_NORM_ON_DATA.draw(place(2, phi, norm, epsilon), "gaussian", 1, np.random.default_rng(3))
    W = batch.arrays["W"][0, ..., 0]
    after = W - RMS_NORM_ON_DATA.at.gradient(batch)["W"][0, ..., 0]
    assert measured(batch, "shrinkage") == pytest.approx((radii(after, batch) / radii(W, batch)).min(), rel=1e-9)
    assert measured(batch, "R") == pytest.approx(radii(W, batch).min())


def test_two_inputs_at_an_angle_shrink_what_one_layer_divides_by() -> None:
    (arrays,) = correlated({"L": 1, "m": 3, "n": 2})
    shapes = {"W": (1, 3, 3), "v": (3,), "X": (2, 3), "y": (2,)}
    made = {name: np.asarray(array, dtype=float).reshape(shapes[name])[..., None] for name, array in arrays.items()}
    batch = RMS_NORM_ON_DATA.batch(place(2, "identity", "RMSNorm", "none"), made)
    after = made["W"][0, ..., 0] - RMS_NORM_ON_DATA.at.gradient(batch)["W"][0, ..., 0]
    assert np.sum(after[:2, :2] ** 2) == pytest.approx(2.25)
    assert measured(batch, "shrinkage") == pytest.approx(np.sqrt(0.61))
