from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expi

from wnverify.engine.homogeneous.layer_flow import State, pull, run
from wnverify.engine.homogeneous.straight import layer_rates


def test_the_timed_run_counts_the_time_of_the_flow() -> None:
    # one sample, one hidden unit, everything aligned: f′ = 2 f² e^{−f}, so 2t = H(f_t) − H(f_0)
    start = State(np.array([[2.0]]), np.array([2.0]), 0.0, True)
    end = run("ewn", np.ones((1, 1)), start, 0.7, timed=True)
    f = float(end.W[0, 0] * end.a[0])
    H = [expi(value) - np.exp(value) / value for value in (4.0, f)]
    assert end.finished
    assert 2 * end.q * np.exp(f) / f**2 == pytest.approx(H[1] - H[0], rel=1e-5)


@pytest.mark.parametrize("sizes", [(1, 1, 2), (4, 2, 3)])
@pytest.mark.parametrize("kind", ["ewn", "swn"])
def test_the_rates_are_the_flow_in_its_clock(kind: str, sizes: tuple[int, int, int]) -> None:
    """w′ = ‖w‖²Ĝ under EWN, ‖w‖²Ĝ + (1 − ‖w‖²)bbᵀĜ under SWN, and q = t LL φ² where LL′ = −Σ ‖Ĝ‖·‖w′‖ LL²."""
    rng, (samples, nodes, columns) = np.random.default_rng(0), sizes
    X, W, a = 1 + 0.2 * rng.random((samples, columns)), 1 + rng.random((nodes, columns)), 1 + rng.random(nodes)
    at, layers, q = pull(X, W, a), (W.ravel(), a), 0.3
    moves = []
    for w, G in zip(layers, (at.W.ravel(), at.a), strict=True):
        b = w / np.linalg.norm(w)
        across = G - (b @ G) * b
        moves.append(w @ w * across + (w @ w if kind == "ewn" else 1.0) * (b @ G) * b)
    pace = 1 / max(at.least, 1.0) if kind == "ewn" else (a @ a) / max(at.mean, 1.0)
    rates = layer_rates(kind, X, nodes, timed=True)(np.concatenate([*layers, [q]]), 0.0)
    assert np.allclose(rates[:-1], pace * np.concatenate(moves), rtol=1e-12)
    speed = sum(w @ w * (G @ G) for w, G in zip(layers, (at.W.ravel(), at.a), strict=True))
    assert rates[-1] == pytest.approx(pace * (at.phi**2 - q * speed * (1 - 2 / at.phi)), rel=1e-12)
    still = layer_rates(kind, X, nodes, timed=False)(np.concatenate([*layers, [q]]), 0.0)
    assert still == [*rates[:-1], 0.0]
