"""The pieces of the Hessian for W/‖W‖_F add up to what differences of the network along straight lines say."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from wnverify.families.normalizations.frobenius_pieces import bent, turning

PHI = {"identity": lambda z: z, "tanh": np.tanh, "sin": np.sin}


def namespace(activation: str) -> SimpleNamespace:
    """NumPy with what own functions may use besides, but the matrix itself where its norm is asked for."""
    rows = {"unit_rows": lambda W: W / np.linalg.norm(W, axis=1, keepdims=True)}
    return SimpleNamespace(**{**vars(np), **rows, "phi": PHI[activation], "spectral_norm": lambda matrix: matrix})


def value(theta: SimpleNamespace, matrices: np.ndarray, x: np.ndarray) -> float:
    for matrix in matrices:
        x = PHI[theta.activation](matrix @ x)
    return float(theta.v @ x)


@pytest.mark.parametrize(("L", "m", "activation"), [(3, 2, "tanh"), (2, 3, "sin"), (4, 2, "identity")])
def test_turning_and_bending_are_the_curvature_along_straight_lines(L: int, m: int, activation: str) -> None:
    rng, xp = np.random.default_rng(L), namespace(activation)
    theta = SimpleNamespace(
        W=rng.standard_normal((L, m * m)), v=rng.standard_normal(m), L=L, m=m, activation=activation
    )
    x, U = rng.standard_normal(m), rng.standard_normal((L, m * m))
    sizes = np.linalg.norm(theta.W, axis=1, keepdims=True)
    M = theta.W / sizes
    delta = ((U - np.sum(U * M, axis=1, keepdims=True) * M) / sizes).reshape(L, m, m)
    ends = [value(theta, M.reshape(L, m, m) + t * delta, x) for t in (-1e-4, 0.0, 1e-4)]
    form = U.ravel() @ (turning(xp, theta, x) + bent(xp, theta, x)) @ U.ravel()
    assert form == pytest.approx((ends[0] - 2 * ends[1] + ends[2]) / 1e-8, rel=1e-5, abs=1e-6)
