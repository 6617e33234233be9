"""Kernels at infinite width: against random neurons, and to the last digit where inputs nearly coincide."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.relu import kernels
from wnverify.engine.relu.gains import unit


def test_kernels_against_random_neurons() -> None:
    """Means and variances of V(0), G(0) for one neuron, within five standard errors."""
    rng, d, count = np.random.default_rng(3), 4, 200_000
    x = unit(rng.standard_normal((2, d)), 1)
    u = unit(rng.standard_normal((d, count)))
    a, b = np.maximum(x @ u, 0.0)
    c, theta = float(x[0] @ x[1]), kernels.angles(x[..., None])[0, 1]
    on = (a > 0) & (b > 0)
    for sample, mean, variance in (
        (a * b, kernels.kernel_G(theta, d), kernels.variance_G(theta, d)),
        (np.where(on, c - a * b, 0.0), kernels.kernel_V(theta, d), kernels.variance_V(theta, d)),
        (np.where(on, c, 0.0), kernels.kernel_H(theta), None),
    ):
        assert abs(sample.mean() - mean[0]) <= 5 * sample.std() / np.sqrt(count)
        if variance is not None:
            assert sample.var() == pytest.approx(variance[0], rel=0.03)


def test_angles_keep_their_digits() -> None:
    tiny = 1e-9
    x = np.array([[1.0, 0.0], [np.cos(tiny), np.sin(tiny)], [-1.0, 0.0]])[..., None]
    theta = kernels.angles(x)[..., 0]
    assert theta[0, 1] == pytest.approx(tiny, rel=1e-7)
    assert theta[0, 2] == pytest.approx(np.pi)
    assert np.diag(theta) == pytest.approx(0.0)
