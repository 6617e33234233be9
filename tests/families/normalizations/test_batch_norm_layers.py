from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM, EPSILON, blind, narrow
from wnverify.family import Situation

CHOICES = list(product(("identity", "tanh"), EPSILON))


def place(L: int, m: int, n: int, phi: str, epsilon: str) -> Situation:
    return Situation({"L": L, "m": m, "n": n}, {"activation": phi, "epsilon": epsilon})


def one(situation: Situation, arrays: dict) -> Batch:
    shapes = {"W": (situation.shape["L"], situation.shape["m"], situation.shape["m"])}
    made = {name: np.asarray(array, dtype=float) for name, array in arrays.items()}
    return BATCH_NORM.batch(situation, {k: a.reshape(shapes.get(k, a.shape))[..., None] for k, a in made.items()})


def measured(batch: Batch, name: str) -> float:
    return float(BATCH_NORM.quantities[name].route.measure(batch)[0])


def predictions(W: np.ndarray, v: np.ndarray, batch: Batch) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    """F, the σ of every layer and the batches that reach them, from the definitions."""
    alpha, sigmas, before = batch.arrays["x"][..., 0], [], []
    m, n = batch.shape["m"], batch.shape["n"]
    for layer in W:
        before.append(alpha)
        z = np.array([layer @ sample for sample in alpha])
        sigmas.append(np.sqrt(z.var(axis=0) + EPSILON[batch.settings["epsilon"]]))
        t = (z - z.mean(axis=0)) / sigmas[-1]
        alpha = (np.tanh(t) if batch.settings["activation"] == "tanh" else t) / np.sqrt(m)
    return alpha @ v / np.sqrt(n), sigmas, before


@pytest.mark.parametrize(("phi", "epsilon"), CHOICES)
def test_values_are_those_of_the_definitions(phi: str, epsilon: str) -> None:
    batch = BATCH_NORM.draw(place(2, 3, 6, phi, epsilon), "gaussian", 1, np.random.default_rng(1))
    W, v, y = (batch.arrays[name][..., 0] for name in ("W", "v", "y"))
    F, sigmas, before = predictions(W, v, batch)
    s = [np.linalg.norm(alpha - alpha.mean(axis=0), 2) / np.sqrt(6) for alpha in before]
    chi = [np.linalg.norm(np.diag(1 / each) @ layer, 2) / np.sqrt(3) for each, layer in zip(sigmas, W, strict=True)]
    p = [size / (np.sqrt(3) * each.min()) for size, each in zip(s, sigmas, strict=True)]
    wanted = {
        "output": y @ F, "sigma": min(each.min() for each in sigmas), "spread": s[0],
        "slope_product": chi[0] * chi[1], "reach": np.hypot(p[0] * chi[1], p[1]),
    }  # fmt: skip
    for name, value in wanted.items():
        assert measured(batch, name) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("phi", "epsilon"), CHOICES)
def test_derivatives_by_the_weights_leave_the_weights_of_the_samples_alone(phi: str, epsilon: str) -> None:
    batch = BATCH_NORM.draw(place(2, 2, 4, phi, epsilon), "gaussian", 1, np.random.default_rng(2))
    W, v, y = (batch.arrays[name][..., 0] for name in ("W", "v", "y"))
    theta = np.concatenate([W.ravel(), v])

    def value(at: np.ndarray) -> float:
        return float(y @ predictions(at[:8].reshape(2, 2, 2), at[8:], batch)[0])

    steps = 1e-4 * np.linalg.norm(theta) * np.eye(theta.size)
    slope = np.array([(value(theta + e) - value(theta - e)) / (2 * np.linalg.norm(e)) for e in steps])
    bent = [
        [value(theta + e + h) - value(theta + e - h) - value(theta - e + h) + value(theta - e - h) for e in steps]
        for h in steps
    ]
    curved = np.array(bent) / (4 * np.linalg.norm(steps[0]) ** 2)
    assert measured(batch, "predictor_gradient_norm") == pytest.approx(np.linalg.norm(slope), rel=1e-5)
    assert measured(batch, "predictor_hessian_norm") == pytest.approx(np.linalg.norm(curved, 2), rel=1e-4)


@pytest.mark.parametrize("t", [0, 1])
def test_what_the_second_layer_is_blind_to_is_as_large_as_the_note_says(t: int) -> None:
    """With two units: mσ²‖∂F/∂W¹‖² = V²(1 + t^{-2})/3; the third one here adds to m alone."""
    batch = one(place(2, 3, 6, "identity", "none"), dict(blind({"L": 2, "m": 3, "n": 6})[t]))
    spread = (0.1, 0.01)[t]
    first = BATCH_NORM.at.gradient(batch)["W"][0, ..., 0]
    assert 3 * measured(batch, "sigma") ** 2 * np.sum(first**2) > (1 + spread**-2) / 3 * 3


def test_a_narrow_direction_makes_the_gradient_large() -> None:
    for t, arrays in zip((1.0, 1e-2, 1e-4), narrow({"L": 1, "m": 2, "n": 4}), strict=True):
        batch = one(place(1, 2, 4, "identity", "none"), dict(arrays))
        assert measured(batch, "gradient_norm_W") == pytest.approx(
            measured(batch, "norm_v") * measured(batch, "spread") / (np.sqrt(2) * measured(batch, "sigma"))
        )
        assert measured(batch, "sigma") == pytest.approx(t / np.sqrt(2))


def test_a_batch_without_spread_has_no_value() -> None:
    situation = place(1, 2, 4, "identity", "none")
    x = np.ones((4, 2)) * np.pi
    batch = one(situation, {"W": np.eye(2), "v": np.ones(2), "y": np.eye(4)[0], "x": x})
    assert np.isnan(measured(batch, "output"))
