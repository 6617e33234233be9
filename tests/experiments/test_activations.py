"""The experiment on activations: derivatives are right, bounds hold, and depth stays out on pieces too."""

from dataclasses import replace

import numpy as np
import pytest

from wnverify.experiments import activations
from wnverify.experiments.activations_rows import PHI, SMOOTH, START, TRAINED, WORST, Point, Row, measure


def row(kind, activation, L):
    (found,) = measure(Point(kind, activation, L, 6, 12), 0)
    return found


@pytest.mark.parametrize("name", PHI)
def test_derivatives_are_those_of_the_function(name):
    z = np.array([-0.45, -0.2, 0.1, 0.4])
    step = 1e-5
    value, first, second, _ = PHI[name].jet(z, 3)
    low, high = PHI[name].jet(z - step, 1), PHI[name].jet(z + step, 1)
    assert np.allclose((high[0] - low[0]) / (2 * step), first, atol=1e-8)
    assert np.allclose((high[1] - low[1]) / (2 * step), second, atol=1e-7)
    assert np.all(np.abs(first) <= 1 + 1e-12)
    assert np.all(np.abs(second) <= PHI[name].beta + 1e-12)
    assert len(PHI[name].jet(z, 1)) == 2
    assert value.shape == z.shape


@pytest.mark.parametrize("kind", [WORST, START, TRAINED])
def test_no_bound_is_crossed(kind):
    for name in ("tanh", "softplus", "relu"):
        found = row(kind, name, 2)
        assert 0 < found.hessian <= found.explicit
        assert (found.free is None) == (name == "softplus")
        assert found.smooth == (name in SMOOTH)


def test_relu_comes_near_what_the_identity_reaches_at_any_depth():
    for L in (2, 5):
        assert 1.6 < row(WORST, "relu", L).hessian < 1.664


def test_findings_follow_the_numbers():
    made = [Row(kind, name, name in SMOOTH, L, 1.0, 3.0, 2.0, 7)
            for kind in (WORST, START, TRAINED) for name in PHI for L in (1, 2, 4, 8)]  # fmt: skip
    said = activations.tell(made).findings
    assert said[0] == "With smooth activations, no bound is crossed at any of 60 points."
    assert said[2].startswith("Depth independence survives kinks")
    grown = [
        replace(each, hessian=2.0**each.depth, free=None, explicit=1e9) if each.activation == "relu" else each
        for each in made
    ]
    assert "does not survive kinks for relu:" in activations.tell(grown).findings[2]
    crossed = activations.tell([replace(made[0], hessian=2.5), *made[1:]]).findings
    assert crossed[0].startswith("A BOUND IS CROSSED at 1 points")
    assert len(activations.draw(made)) == 4
