"""The straight-line field of a diagonal run, against the flow written with arrays from its definition."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.diagonal.straight import polar_field, weight_field


@pytest.mark.parametrize("L", [2, 3, 4])
@pytest.mark.parametrize("shape", [(1, 2), (2, 3), (3, 6)])
def test_the_field_is_the_flow_in_its_clock(shape: tuple[int, int], L: int) -> None:
    """r' = −⟨u, G⟩ and u' = −ηr(G − ⟨u, G⟩u) with G = ∇_w l, in the clock ds = (D/l + ε) dt."""
    rng = np.random.default_rng([*shape, L])
    A, y, eta, slow = rng.standard_normal(shape), rng.standard_normal(shape[0]), 0.7, 0.01
    u = rng.uniform(0.1, 1.0, shape[1])
    r, u = 0.8, u / np.linalg.norm(u)
    x = (r * u) ** L
    e = A @ x - y
    G = L * (r * u) ** (L - 1) * (A.T @ e)
    along, loss = u @ G, e @ e / 2
    across = G - along * u
    per_time = np.array([-along / r, *(-eta * r * across / u)])
    clock = 1 / ((along**2 + eta * r**2 * (across @ across)) / loss + slow)
    share = min(1.0, eta * r**2)
    kappa = 4 * eta * r**2 if L == 2 else L * (L - 2) * eta * r**L * np.exp(-(L - 2) * eta * r**2 / 2)
    integrands = [kappa, share * x.min() ** (2 - 2 / L), share * x.max() ** (2 - 2 / L), share, 1.0]
    state = np.array([np.log(r), *np.log(u), 0.0, 0.0, 0.0, 0.0, 0.0])
    constants = eta, slow, L
    found = polar_field(A.tolist(), y.tolist(), constants, integrals=True)(1)[0](state)
    assert np.allclose(found, clock * np.array([*per_time, *integrands]), rtol=1e-12)
    assert polar_field(A.tolist(), y.tolist(), constants, integrals=False)(1)[0](state[:-5]) == found[:-5]
    # the other form, in log w = log r + log u
    weights = np.append(state[0] + state[1 : 1 + shape[1]], np.zeros(5))
    other = weight_field(A.tolist(), y.tolist(), constants, integrals=True)(1)[0](weights)
    assert np.allclose(other, clock * np.array([*(per_time[0] + per_time[1:]), *integrands]), rtol=1e-12)
    assert weight_field(A.tolist(), y.tolist(), constants, integrals=False)(1)[0](weights[:-5]) == other[:-5]
    plain = polar_field(A.tolist(), y.tolist(), (None, slow, L), integrals=True)(1)[0](state)
    as_if = polar_field(A.tolist(), y.tolist(), (1 / r**2, slow, L), integrals=True)(1)[0](state)
    kappa = 1 + shape[1]
    assert np.allclose(np.delete(plain, kappa), np.delete(as_if, kappa), rtol=1e-12)
    assert plain[kappa] == pytest.approx((4 if L == 2 else L * (L - 2)) * plain[-1])
