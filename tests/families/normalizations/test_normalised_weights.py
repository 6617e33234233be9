"""Spectral normalization, weight standardization and residual layers, against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.families.normalizations.residual import RESIDUAL
from wnverify.families.normalizations.spectral import SPECTRAL
from wnverify.families.normalizations.weight_standardization import EPSILON, WEIGHT_STANDARDIZATION

LANES = 4


def drawn(family, **settings):
    narrowed = {name: [value] for name, value in {"activation": "tanh", **settings}.items()}
    situation = next(place for place in family.situations(narrowed) if place.shape["L"] > 1)
    return family.draw(situation, "gaussian", LANES, np.random.default_rng(3))


def lanes(family, batch, *names):
    """Every instance with its output and the named quantities."""
    found = [family.quantities[name].route.measure(batch) for name in ("output", *names)]
    for lane in range(LANES):
        yield {name: array[..., lane] for name, array in batch.arrays.items()}, [each[lane] for each in found]


def test_spectral_normalization_divides_by_the_largest_singular_value() -> None:
    batch = drawn(SPECTRAL)
    for one, found in lanes(SPECTRAL, batch, "shares", "sigma", "closeness"):
        alpha, values = one["x"], []
        for W in one["W"].reshape(-1, 2, 2):
            values.append(np.linalg.svd(W, compute_uv=False))
            alpha = np.tanh(W @ alpha / values[-1][0])
        large, small = np.array(values).T
        shares = np.sum((1 + (small / large) ** 2) / large**2)
        wanted = [one["v"] @ alpha, shares, large.min(), (large / (large - small)).max()]
        assert found == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("epsilon", EPSILON)
def test_weight_standardization_centres_rows_and_divides_by_their_norms(epsilon) -> None:
    batch = drawn(WEIGHT_STANDARDIZATION, epsilon=epsilon)
    for one, found in lanes(WEIGHT_STANDARDIZATION, batch, "omega_c"):
        alpha, sizes = one["x"], []
        for W in one["W"]:
            centred = W - W.mean(axis=1, keepdims=True)
            size = np.sqrt(np.sum(centred**2, axis=1) + EPSILON[epsilon])
            sizes.append(size.min())
            alpha = np.tanh(centred / size[:, None] @ alpha / len(W) ** 0.5)
        assert found == pytest.approx([one["v"] @ alpha, min(sizes)], rel=1e-12)


def test_residual_layers_add_to_what_they_see() -> None:
    batch = drawn(RESIDUAL)
    for one, found in lanes(RESIDUAL, batch, "norm_c"):
        alpha = one["x"]
        for W in [one["W1"], *one["W"]]:
            unit = W / np.linalg.norm(W, axis=1, keepdims=True)
            alpha = alpha + one["c"] * np.tanh(unit @ alpha / len(W) ** 0.5)
        assert found == pytest.approx([one["v"] @ alpha, float(one["c"])], rel=1e-12)


def test_the_hidden_curvature_of_one_spectral_layer_is_that_of_the_note() -> None:
    """‖∂²f/∂W²‖ at W = diag(1, 1−g), x = v = e₂: 9.000 at g = 0.1, 99.00 at 0.01, 999.0 at 0.001."""
    situation = SPECTRAL.situations({"activation": ["identity"]})[0]
    words, batch = next(SPECTRAL.structured(situation))
    assert words == "W = diag(1, s), x = v = e₂"
    hessian, V, sigma, t = (
        SPECTRAL.quantities[name].route.measure(batch) for name in ("hessian_norm_W", "norm_v", "sigma", "closeness")
    )
    assert (hessian * sigma**2 / V)[t > 5] == pytest.approx(t[t > 5] - 1, rel=1e-6)
