"""Spectral normalization against the singular values that NumPy finds."""

from __future__ import annotations

import numpy as np
import pytest

from tests.families.normalizations.naive import LANES, lanes
from wnverify.families.normalizations.spectral import SPECTRAL


@pytest.mark.parametrize("m", [2, 3])
def test_spectral_normalization_divides_by_the_largest_singular_value(m) -> None:
    place = next(
        place
        for place in SPECTRAL.situations({"activation": ["tanh"]})
        if place.shape["m"] == m and place.shape["L"] > 1
    )
    batch = SPECTRAL.draw(place, "gaussian", LANES, np.random.default_rng(3))
    for one, found in lanes(SPECTRAL, batch, "shares", "sigma", "closeness"):
        alpha, values = one["x"], []
        for W in one["W"].reshape(-1, m, m):
            values.append(np.linalg.svd(W, compute_uv=False))
            alpha = np.tanh(W @ alpha / values[-1][0])
        large, small = np.array(values).T[:2]
        shares = np.sum((1 + (small / large) ** 2) / large**2)
        wanted = [one["v"] @ alpha, shares, large.min(), (large / (large - small)).max()]
        assert found == pytest.approx(wanted, rel=1e-10)


def test_the_hidden_curvature_of_one_spectral_layer_is_that_of_the_note() -> None:
    """‖∂²f/∂W²‖ at W = diag(1, 1−g), x = v = e₂: 9.000 at g = 0.1, 99.00 at 0.01, 999.0 at 0.001."""
    situation = SPECTRAL.situations({"activation": ["identity"]})[0]
    words, batch = next(SPECTRAL.structured(situation))
    assert words == "W = diag(1, s, 0, …), x = v = e₂"
    hessian, V, sigma, t = (
        SPECTRAL.quantities[name].route.measure(batch) for name in ("hessian_norm_W", "norm_v", "sigma", "closeness")
    )
    assert (hessian * sigma**2 / V)[t > 5] == pytest.approx(t[t > 5] - 1, rel=1e-6)
