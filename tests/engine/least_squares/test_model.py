from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from wnverify.engine.least_squares import model as engine
from wnverify.engine.least_squares.rows import dot, length


@pytest.mark.parametrize("name", engine.SLOPES)
def test_the_slopes_are_derivatives_of_the_losses(name: str) -> None:
    values = {
        "squared": lambda p, y: 0.5 * (p - y) ** 2,
        "logistic": lambda p, y: math.log1p(math.exp(-y * p)),
        "quartic": lambda p, y: 0.25 * (p - y) ** 4,
        "tanh": lambda p, y: 0.5 * math.tanh(p - y) ** 2,
    }
    p, y, h = 0.7, -0.4, 1e-6
    wanted = (values[name](p + h, y) - values[name](p - h, y)) / (2 * h)
    assert float(engine.SLOPES[name](np.array(p), np.array(y))) == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize(
    ("X", "om", "c", "g"),
    [(1.0, 0.5, 1.0, 0.5), (0.3, 0.99, 0.2, 2.0), (3.0, 1e-3, 5.0, 0.1), (2.0, 1.0, 0.1, 3.0)],
)
def test_the_excess_solves_the_limit_equation(X: float, om: float, c: float, g: float) -> None:
    found = X**2 + engine.excess(*(np.array([value]) for value in (X, om, c, g)))[0]

    def equation(s: float) -> float:
        return s * (1 - om**2 * math.exp((g * g - s) / c)) - X * X

    assert found == pytest.approx(brentq(equation, X * X * (1 - 1e-12), 100.0, xtol=1e-14), rel=1e-12)
    assert engine.sign_changes(*(np.array([value]) for value in (X, om, c, g)))[0] == 1.0


def test_a_projected_step_against_its_definition() -> None:
    rng = np.random.default_rng(1)
    w, d = rng.standard_normal((2, 3, 5))
    w /= length(w)
    h = np.full(5, 0.1)
    moved = w - h * d
    wanted = length((moved / length(moved) - w) / h + d - dot(w, d) * w)
    error, N = engine.projected_step(w, d, h)
    assert error == pytest.approx(wanted, rel=1e-12)
    assert pytest.approx(length(moved)) == N
