"""The loss as a function of (g, v): both gradients against the chain rule, and against a gradient known by hand."""

import numpy as np
import pytest

from wnverify.engine.diagonal import model as engine
from wnverify.engine.diagonal import parametrised
from wnverify.engine.diagonal.model import Model

GRADIENTS = (parametrised.gradient, parametrised.gradient_by_autograd)
MOTIONS = (parametrised.motion, parametrised.motion_by_hand)


def problem(L):
    rng = np.random.default_rng(L)
    A, v = rng.standard_normal((2, 4, 20)), np.abs(rng.standard_normal((4, 20))) + 0.1
    return Model(A, rng.standard_normal((2, 20)), np.exp(rng.uniform(-1, 1, 20)), L), np.full(20, 0.7), v


@pytest.mark.parametrize("L", [2, 3, 4])
@pytest.mark.parametrize("gradient", GRADIENTS)
def test_the_gradient_is_that_of_the_chain_rule_at_any_length_of_v(gradient, L):
    model, g, v = problem(L)
    size = engine.length(v)
    G = engine.weight_gradient(model, g, v / size)
    by_g, by_v = gradient(model, g, v)
    np.testing.assert_allclose(by_g, engine.dot(v / size, G), rtol=1e-10)
    np.testing.assert_allclose(by_v, g / size * engine.tangential(v / size, G), rtol=1e-9, atol=1e-12)
    scaled = gradient(model, g, 3 * v)
    np.testing.assert_allclose(scaled[0], by_g, rtol=1e-10)
    np.testing.assert_allclose(3 * scaled[1], by_v, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("gradient", GRADIENTS)
def test_a_gradient_by_hand(gradient):
    """v = (3, 4), g = 5: w = (3, 4), x = (9, 16), A = (1, 0), y = 8: e = 1, ∇_w l = (6, 0)."""
    model = Model(np.array([[[1.0], [0.0]]]), np.array([[8.0]]), np.ones(1), 2)
    by_g, by_v = gradient(model, np.array([5.0]), np.array([[3.0], [4.0]]))
    assert by_g == pytest.approx([3.6])  # ⟨(0.6, 0.8), (6, 0)⟩
    assert by_v[:, 0] == pytest.approx([6 - 0.6 * 3.6, -0.8 * 3.6])


@pytest.mark.parametrize("moved", MOTIONS)
def test_the_motion_of_the_weights_by_hand(moved):
    """g' stretches w along u = (0.6, 0.8); of v' only the part across u counts."""
    g, v = np.array([5.0]), np.array([[3.0], [4.0]])
    assert moved(g, v, (np.array([2.0]), v))[:, 0] == pytest.approx([1.2, 1.6])
    assert moved(g, v, (np.zeros(1), np.array([[4.0], [-3.0]])))[:, 0] == pytest.approx([4.0, -3.0])


@pytest.mark.parametrize("gradient", GRADIENTS)
def test_without_the_length_the_gradient_is_that_of_the_weights(gradient):
    model, g, v = problem(2)
    _, by_v = gradient(model, np.ones_like(g), v, lambda g, v: g * v)
    size = engine.length(v)
    np.testing.assert_allclose(by_v, engine.weight_gradient(model, size, v / size), rtol=1e-10)
