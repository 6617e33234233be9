"""Linear predictors in a ball: no other is better, whatever the signs of the weights."""

import numpy as np
import pytest

from wnverify.experiments.kit.linear import best_linear, square_loss


@pytest.mark.parametrize("kind", ["positive", "mixed", "hard", "flat"])
def test_no_other_predictor_in_the_ball_is_better(kind):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((3, 20)), rng.standard_normal(20)
    weights = rng.random(20) if kind == "positive" else rng.standard_normal(20)
    if kind == "flat":  # A vanishes
        X, weights = np.ones((3, 20)), np.tile([1.0, -1.0], 10)
    if kind == "hard":  # b vanishes, and the minimum lies along an eigenvector
        y = np.zeros(20)
    w = best_linear(X, y, weights, 0.7)
    assert np.linalg.norm(w) <= 0.7 + 1e-9
    others = rng.standard_normal((4000, 3))
    others *= 0.7 * rng.random((4000, 1)) ** 0.2 / np.linalg.norm(others, axis=1, keepdims=True)
    best = square_loss(w @ X, y, weights)
    assert best <= min(square_loss(other @ X, y, weights) for other in others) + 1e-12
