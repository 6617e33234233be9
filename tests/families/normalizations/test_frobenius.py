"""W/‖W‖_F: the network against plain NumPy, and the instance that has the largest hidden gradient."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.families.normalizations.frobenius import FROBENIUS


def test_the_network_is_what_its_definition_says() -> None:
    situation = next(place for place in FROBENIUS.situations({"activation": ["tanh"]}) if place.shape["L"] == 3)
    batch = FROBENIUS.draw(situation, "gaussian", 5, np.random.default_rng(1))
    found = FROBENIUS.quantities["output"].route.measure(batch)
    omega = FROBENIUS.quantities["omega"].route.measure(batch)
    m = situation.shape["m"]
    for lane in range(5):
        matrices = batch.arrays["W"][..., lane].reshape(-1, m, m)
        alpha = batch.arrays["x"][:, lane]
        for W in matrices:
            alpha = np.tanh(W @ alpha / np.linalg.norm(W))
        assert found[lane] == pytest.approx(batch.arrays["v"][:, lane] @ alpha, rel=1e-13)
        assert omega[lane] == pytest.approx(min(np.linalg.norm(W) for W in matrices), rel=1e-13)


@pytest.mark.parametrize("L", [1, 2, 3, 4])
def test_two_layers_have_all_of_the_gradient(L) -> None:
    situation = next(place for place in FROBENIUS.situations({"activation": ["identity"]}) if place.shape["L"] == L)
    words, batch = next(FROBENIUS.structured(situation))
    assert words == "one vector handed on"
    hidden, V, omega = (
        FROBENIUS.quantities[name].route.measure(batch) for name in ("gradient_norm_W", "norm_v", "omega")
    )
    share = (hidden * omega / V) ** 2
    assert share == pytest.approx(min(L, 2) if L > 1 else 0.0, abs=1e-12)
