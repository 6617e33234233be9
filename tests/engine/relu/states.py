"""Random states of small networks, for tests of the engine."""

from __future__ import annotations

import numpy as np

from wnverify.engine.relu.gains import State, initial, unit
from wnverify.engine.relu.runs import with_residual


def start(n=2, d=3, m=5, residual=1.0, seed=0) -> State:
    """Three initialisations with residuals of one size."""
    rng = np.random.default_rng(seed)
    x = unit(rng.standard_normal((n, d, 3)), 1)
    c = np.where(rng.random((m, 3)) < 0.5, -1.0, 1.0)
    at = initial(rng.standard_normal((m, d, 3)), x, np.zeros((n, 3)), c, np.array([0.6, 1.0, 1.7]))
    return with_residual(at, residual * rng.standard_normal((n, 3)))


def anywhere(seed=0) -> State:
    """Three states with gains of both signs."""
    at, rng = start(n=3, m=4), np.random.default_rng(seed)
    return at.moved(rng.standard_normal(at.v.shape), rng.standard_normal(at.g.shape))
