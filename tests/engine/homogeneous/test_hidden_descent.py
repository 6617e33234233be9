from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.homogeneous.hidden_descent import descend, slope
from wnverify.engine.homogeneous.hidden_flow import Task

ONE = Task("ewn", "exponential", 1, np.ones((1, 1)), np.ones((1, 1, 1)))
"""One sample x = 1 of two classes whose margin is w."""


def test_a_step_of_descent_by_hand() -> None:
    # f = e^α = 3: ∂LL/∂α = −f e^{−f}, η = h √φ with φ = f
    run = descend(slope(ONE), np.array([[3.0]]), 0.1, 1)
    f = 3 * np.exp(0.1 * np.sqrt(3) * 3 * np.exp(-3))
    assert float(run.w[0, 0]) == pytest.approx(f)
    assert run.phi == pytest.approx((3.0, f))
    assert run.d == pytest.approx(0.1 * np.sqrt(3))
    assert run.fastest == pytest.approx(1.0)
    assert run.falling


def test_a_step_that_raises_the_loss_is_told() -> None:
    bent = Task("ewn", "exponential", 1, np.array([[1.0, 3.0], [1.0, -2.9]]), np.ones((2, 1, 1)))
    assert not descend(slope(bent), np.array([[3.0, 0.0]]), 50.0, 3).falling
