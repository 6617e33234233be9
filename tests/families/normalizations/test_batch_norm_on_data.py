from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.batch_norm_on_data import BATCH_NORM_ON_DATA, STEPS
from wnverify.family import Situation


def measured(batch: Batch, name: str) -> float:
    return float(BATCH_NORM_ON_DATA.quantities[name].route.measure(batch)[0])


def place(L: int, m: int, n: int, covariance: str) -> Situation:
    return Situation(
        {"L": L, "m": m, "n": n}, {"activation": "identity", "covariance": covariance, "epsilon": "none"}
    )


def path(batch: Batch) -> list[np.ndarray]:
    """W¹ along descent."""
    found = [batch.arrays["W"][0, ..., 0]]
    for _ in range(STEPS):
        slope = BATCH_NORM_ON_DATA.program.gradient(batch, ["W", "v"])
        moved = {name: batch.arrays[name] - slope[name] for name in slope}
        batch = batch.with_arrays({**batch.arrays, **moved})
        found.append(batch.arrays["W"][0, ..., 0])
    return found


def test_sigma_along_descent_is_that_of_the_batch() -> None:
    batch = BATCH_NORM_ON_DATA.draw(place(2, 3, 6, "any"), "gaussian", 1, np.random.default_rng(2))
    x, every = batch.arrays["x"][..., 0], path(batch)
    sigmas = np.array([(x @ W.T).std(axis=0) for W in every])
    least = np.linalg.eigvalsh(np.cov(x.T, bias=True))[0]
    start = np.sqrt(least) * np.linalg.norm(every[0], axis=1)
    assert measured(batch, "fall") == pytest.approx((start / sigmas[1:]).max(), rel=1e-9)
    assert measured(batch, "shrinkage") == pytest.approx((sigmas[1:] / sigmas[:-1]).min())


def test_on_an_isotropic_batch_sigma_is_the_norm_of_a_row_times_its_spread() -> None:
    batch = BATCH_NORM_ON_DATA.draw(place(2, 3, 6, "isotropic"), "gaussian", 1, np.random.default_rng(2))
    norms = np.array([np.linalg.norm(W, axis=1) for W in path(batch)])
    assert measured(batch, "flatness") == pytest.approx(1)
    assert measured(batch, "shrinkage") == pytest.approx((norms[1:] / norms[:-1]).min())
    assert measured(batch, "fall") == pytest.approx((norms[0] / norms[1:]).max())


def test_a_row_turns_to_the_narrow_direction_as_in_the_note() -> None:
    found = dict(BATCH_NORM_ON_DATA.structured(place(1, 2, 4, "any")))["a row that turns to the narrow direction"]
    first, second, *_ = (W[0] for W in path(found))
    spread = np.sqrt([0.5, 0.005])
    norms = [np.linalg.norm(first), np.linalg.norm(second)]
    sigmas = [np.linalg.norm(spread * first), np.linalg.norm(spread * second)]
    assert norms == pytest.approx([1.414, 1.428], abs=5e-4)
    assert sigmas == pytest.approx([0.7106, 0.6139], abs=5e-5)
    assert measured(found, "shrinkage") <= 0.6139 / 0.7106 + 1e-4
