from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expi

from wnverify.engine.homogeneous.layer_flow import State, run


def test_the_timed_run_counts_the_time_of_the_flow() -> None:
    # one sample, one hidden unit, everything aligned: f′ = 2 f² e^{−f}, so 2t = H(f_t) − H(f_0)
    start = State(np.array([[2.0]]), np.array([2.0]), 0.0, True)
    end = run("ewn", np.ones((1, 1)), start, 0.7, timed=True)
    f = float(end.W[0, 0] * end.a[0])
    H = [expi(value) - np.exp(value) / value for value in (4.0, f)]
    assert end.finished
    assert 2 * end.q * np.exp(f) / f**2 == pytest.approx(H[1] - H[0], rel=1e-5)
