from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.rms_norm import RMS_NORM
from wnverify.families.normalizations.rms_norm_on_data import RMS_NORM_ON_DATA
from wnverify.families.normalizations.rms_norm_orthogonal import RMS_NORM_ORTHOGONAL
from wnverify.family import Family, Situation


def measured(family: Family, batch: Batch, name: str) -> float:
    return float(family.quantities[name].route.measure(batch)[0])


def loss(z: np.ndarray, deeper: np.ndarray, batch: Batch) -> float:
    """𝓛 of the pre-activations (n, m) of the first layer, from the definitions."""
    f = []
    for row in z:
        u = (
            row / np.linalg.norm(row - row.mean())
            if batch.settings["norm"] == "LayerNorm"
            else row / np.linalg.norm(row)
        )
        u = u - u.mean() if batch.settings["norm"] == "LayerNorm" else u
        alpha = np.tanh(np.sqrt(3) * u) / np.sqrt(3)
        for W in deeper:
            hidden = W @ alpha
            hidden = hidden - hidden.mean() if batch.settings["norm"] == "LayerNorm" else hidden
            alpha = np.tanh(np.sqrt(3) * hidden / np.linalg.norm(hidden)) / np.sqrt(3)
        f.append(batch.arrays["v"][:, 0] @ alpha)
    return float(np.mean((np.array(f) - batch.arrays["y"][:, 0]) ** 2))


@pytest.mark.parametrize("norm", ["RMSNorm", "LayerNorm"])
def test_radii_grow_by_the_slopes_in_pre_activations(norm: str) -> None:
    place = Situation({"L": 2, "m": 3, "n": 2}, {"activation": "tanh", "norm": norm, "epsilon": "none"})
    batch = RMS_NORM_ORTHOGONAL.draw(place, "gaussian", 1, np.random.default_rng(5))
    first, deeper = batch.arrays["W"][0, ..., 0], batch.arrays["W"][1:, ..., 0]
    x = batch.arrays["x"][..., 0].copy()
    x[1] -= x[0] * (x[1] @ x[0]) / (x[0] @ x[0])
    z = x @ first.T
    slopes = np.zeros(z.shape)
    for at in np.ndindex(z.shape):
        step = np.zeros(z.shape)
        step[at] = 1e-6
        slopes[at] = (loss(z + step, deeper, batch) - loss(z - step, deeper, batch)) / 2e-6
    centre = np.eye(3) - 1 / 3 if norm == "LayerNorm" else np.eye(3)
    before = np.sum((z @ centre) ** 2, axis=1)
    after = before + np.sum(slopes**2, axis=1) * np.sum(x * x, axis=1) ** 2
    size = 1 + np.sum(batch.arrays["v"] ** 2) + np.sum(batch.arrays["y"] ** 2) + 2 * after
    assert measured(RMS_NORM_ORTHOGONAL, batch, "shrinkage") == pytest.approx((after / before).min(), rel=1e-6)
    assert measured(RMS_NORM_ORTHOGONAL, batch, "radius_growth") == pytest.approx(
        ((after - before) / size).max(), rel=1e-4
    )


def only(family: Family, words: str, **settings: str) -> Batch:
    """The first instance of a start."""
    places = family.situations({name: [value] for name, value in settings.items()})
    every = ((found, batch) for place in places for found, batch in family.structured(place))
    return next(batch.one(0) for found, batch in every if found == words)


@pytest.mark.parametrize("norm", ["RMSNorm", "LayerNorm"])
def test_what_epsilon_does_is_as_large_as_the_note_says(norm: str) -> None:
    settings = {"activation": "identity", "norm": norm, "epsilon": "1"}
    batch = only(RMS_NORM_ON_DATA, "one that ε holds short", **settings)
    W = batch.arrays["W"] - RMS_NORM_ON_DATA.program.gradient(batch, ["W"])["W"]
    assert np.linalg.norm(W) == pytest.approx(0.75 * np.linalg.norm(batch.arrays["W"]))
    assert measured(RMS_NORM_ON_DATA, batch, "norm_shrinkage") == pytest.approx((1 + 0.75 * 3**0.5) / (1 + 3**0.5))
    batch = only(RMS_NORM, "held short by ε", **settings)
    assert measured(RMS_NORM, batch, "radial_share") == pytest.approx(2 / 27**0.5)
