from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.batch_norm_whitened import BATCH_NORM_WHITE, BATCH_NORM_WHITENED
from wnverify.family import Situation


def measured(batch: Batch, name: str) -> float:
    return float(BATCH_NORM_WHITENED.quantities[name].route.measure(batch)[0])


def columns(vectors: np.ndarray) -> np.ndarray:
    """Gram and Schmidt by QR."""
    Q, R = np.linalg.qr(vectors)
    return Q * np.sign(np.diag(R))


def test_whitening_by_eigenvectors_gives_the_network_with_weight_normalization() -> None:
    situation = Situation({"L": 1, "m": 2, "d": 3, "r": 2, "n": 4}, {"activation": "tanh", "epsilon": "none"})
    batch = BATCH_NORM_WHITENED.draw(situation, "gaussian", 1, np.random.default_rng(6))
    W, v, t, A, x = (batch.arrays[name][..., 0] for name in ("W", "v", "t", "A", "x"))
    X = columns(x - x.mean(axis=0)) * np.sqrt(4) @ columns(A.T).T @ A.T @ A
    covariance = np.cov(X.T, bias=True)
    values, vectors = np.linalg.eigh(covariance)
    kept = values > 1e-12 * values.max()
    assert kept.sum() == 2
    root = (vectors * np.sqrt(np.where(kept, values, 0))) @ vectors.T
    xi = (X - X.mean(axis=0)) @ np.linalg.pinv(root, rcond=1e-6)
    rows = W[0] @ root
    f = np.tanh(xi @ (rows / np.linalg.norm(rows, axis=1, keepdims=True)).T) @ v / np.sqrt(2)
    assert measured(batch, "output") == pytest.approx(t @ f, rel=1e-8)
    assert measured(batch, "sigma") == pytest.approx(np.linalg.norm(rows, axis=1).min(), rel=1e-8)
    assert measured(batch, "white_squares") == pytest.approx(np.sum(xi**2))
    assert measured(batch, "gradient_defect") < 1e-12
    for name in ("gradient_change", "output_change", "sigma_change"):
        assert 1e-8 < measured(batch, name) < 2e-6


def test_white_inputs_have_the_network_with_weight_normalization() -> None:
    situation = Situation({"L": 1, "m": 3, "r": 2, "n": 3}, {"activation": "tanh", "epsilon": "none"})
    batch = BATCH_NORM_WHITE.draw(situation, "gaussian", 1, np.random.default_rng(8))
    W, v, t, x = (batch.arrays[name][..., 0] for name in ("W", "v", "t", "x"))
    xi = columns(x - x.mean(axis=0)) * np.sqrt(3)
    f = np.tanh(xi @ (W[0] / np.linalg.norm(W[0], axis=1, keepdims=True)).T) @ v / np.sqrt(3)
    found = BATCH_NORM_WHITE.quantities["output"].route.measure(batch)[0]
    assert found == pytest.approx(t @ f / np.sqrt(3) / np.linalg.norm(t), rel=1e-12)
