"""Certified networks against a naive network in mpmath at 80 digits, differentiated numerically."""

from __future__ import annotations

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from flint import arb, ctx

from tests.balls.naive import DIGITS, along, assert_close, naive_derivatives, naive_hessian
from wnverify.balls.network import (
    LARGEST_HESSIAN,
    Network,
    directional,
    gradient,
    gradient_norm,
    hessian,
    hessian_norm,
    hessian_norm_lower,
    hessian_product,
    hidden_gradient_norm,
    input_gradient_norm,
    input_norm,
    min_row_norm,
    output,
    output_weight_norm,
    row_norms,
)
from wnverify.engine.activations import SMOOTH
from wnverify.errors import DomainError

SCALINGS = ["fan_out", "fan_in"]
SHAPES = [(1, 1), (2, 3), (1, 2, 1), (3, 2, 2), (2, 2, 1, 2)]  # d, m_1, …, m_L


def draw(shape, seed=0, size=1.0, **options):
    rng = np.random.default_rng([seed, *shape])
    W = [size * rng.standard_normal((m, k)) for k, m in pairwise(shape)]
    return Network(W, rng.standard_normal(shape[-1]), rng.standard_normal(shape[0]), **options)


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(DIGITS):
        yield


# ---- values and derivatives


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("name", SMOOTH)
def test_output_and_line_match_mpmath(name, scaling, shape):
    net = draw(shape, activation=name, scaling=scaling)
    rng = np.random.default_rng(7)
    u, dx = rng.standard_normal(net.p), rng.standard_normal(shape[0])
    expected = naive_derivatives(along(net, u, dx))
    for ball, value in zip(directional(net, *net.unflatten(u), dx), expected, strict=True):
        assert_close(ball, value)
    assert_close(output(net), expected[0])


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("name", ["tanh", "softplus", "gelu"])
def test_gradient_matches_mpmath(name, scaling, normalised):
    net = draw((2, 3, 2), 1, activation=name, scaling=scaling, normalised=normalised)
    theta, x = gradient(net)
    for ball, u in zip(theta, np.eye(net.p), strict=True):
        assert_close(ball, mpmath.diff(along(net, u), 0))
    for ball, dx in zip(x, np.eye(2), strict=True):
        assert_close(ball, mpmath.diff(along(net, np.zeros(net.p), dx), 0))
    norm = mpmath.sqrt(sum(mpmath.diff(along(net, u), 0) ** 2 for u in np.eye(net.p)))
    assert_close(gradient_norm(net), norm)
    hidden = mpmath.sqrt(sum(mpmath.diff(along(net, u), 0) ** 2 for u in np.eye(net.p)[:-2]))
    assert_close(hidden_gradient_norm(net), hidden)


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("shape", [(1, 1), (2, 1, 2), (1, 2, 1, 1)])
def test_hessian_and_its_norm_match_mpmath(shape, scaling, normalised):
    net = draw(shape, 2, activation="tanh", scaling=scaling, normalised=normalised)
    H, exact = hessian(net), naive_hessian(net)
    for i in range(net.p):
        for j in range(net.p):
            assert_close(H[i, j], exact[i, j])
    norm = max(abs(value) for value in mpmath.eigsy(exact, eigvals_only=True))
    assert_close(hessian_norm(net), norm, 24)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("scaling", SCALINGS)
def test_forward_and_backward_second_derivatives_agree(name, scaling):
    net = draw((3, 4, 3, 2), 3, activation=name, scaling=scaling)
    u = np.random.default_rng(1).standard_normal(net.p)
    with ctx.workprec(128):
        backward = sum((arb(a) * b for a, b in zip(u.tolist(), hessian_product(net, u), strict=True)), arb(0))
        forward = directional(net, *net.unflatten(u))[2]
        assert forward.overlaps(backward)
        assert abs(forward - backward) < 1e-30
        assert hessian_norm_lower(net, u) <= hessian_norm(net)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_scale_invariance_of_rows(size):
    net = draw((2, 3, 2), 4, size=size)
    theta, _ = gradient(net)
    W1 = net.W[0]
    with ctx.workprec(128):
        for i in range(3):
            radial = sum((arb(w) * g for w, g in zip(W1[i].tolist(), theta[2 * i : 2 * i + 2], strict=True)), arb(0))
            assert abs(radial) < 1e-30
        assert (arb(size) ** 2 * hessian_norm(net)).is_finite()
    # (∂²f/∂W_i²) W_i = −∂f/∂W_i
    u = np.zeros(net.p)
    u[:2] = W1[0]
    product = hessian_product(net, u)
    assert all(
        (h + g).contains(arb(0)) and abs(h + g) < 1e-25 / size for h, g in zip(product, theta[:2], strict=False)
    )


def test_tiny_rows_match_mpmath():
    net = draw((2, 2), 5, size=1e-6)
    exact = naive_hessian_scaled(net)
    norm = max(abs(value) for value in mpmath.eigsy(exact, eigvals_only=True))
    assert_close(hessian_norm(net), norm, 24)
    assert float(min_row_norm(net)) < 3e-6


def naive_hessian_scaled(net):
    """The Hessian by finite differences with a step far below the rows' norm."""
    with mpmath.workdps(3 * DIGITS):
        return naive_hessian(net)


# ---- extreme instances


def test_zero_pre_activations():
    net = Network([np.array([[1.0, 0.0], [0.0, 1.0]])], np.array([1.0, -1.0]), np.zeros(2), "tanh")
    theta, x = gradient(net)
    assert all(g == 0 for g in theta)
    with ctx.workprec(128):
        assert abs(input_gradient_norm(net) - 1) < 1e-30
        assert hessian_norm(net) == 0
    assert len(x) == 2


def test_orthogonal_input_makes_the_hessian_that_of_the_proof():
    # x ⟂ W_1, L = 1, m = 1, identity: f = v⟨Ŵ, x⟩ has ∂²f/∂v∂W = P x/‖W‖, ∂²f/∂W² = −v(…)/‖W‖²
    net = Network([np.array([[2.0, 0.0]])], np.array([0.0]), np.array([0.0, 1.0]), "identity")
    with ctx.workprec(128):
        assert abs(hessian_norm(net) - 0.5) < 1e-25


def test_dead_output_weights_and_flat_hessian():
    net = Network([np.ones((2, 1))], np.zeros(2), np.ones(1), "sin")
    norm = hessian_norm(net)  # d = 1: Ŵ = ±1 is locally constant
    assert norm.contains(arb(0))
    assert norm.upper() < 1e-30
    assert hidden_gradient_norm(net) == 0


@pytest.mark.parametrize("scaling", SCALINGS)
def test_identical_rows_repeat_eigenvalues(scaling):
    net = Network([np.ones((4, 2))], np.ones(4), np.array([0.6, -0.8]), "tanh", scaling)
    norm = hessian_norm(net)
    H = np.array([float(entry) for entry in hessian(net).entries()]).reshape(net.p, net.p)
    assert float(norm) == pytest.approx(np.linalg.norm(H, 2), rel=1e-12)
    assert norm.rad() < 1e-24


def test_saturation_keeps_relative_precision():
    net = Network([np.array([[1.0]])], np.array([1.0]), np.array([200.0]), "tanh")
    slope = gradient(net)[1][0]
    assert slope > 0
    assert slope.rad() / slope < 1e-30


# ---- norms of the data


def test_norms_of_the_data():
    net = Network([np.array([[3.0, 4.0], [0.0, 1e-6]])], np.array([5.0, 12.0]), np.array([0.0, -2.0]))
    assert [float(norm) for norm in row_norms(net)[0]] == [5.0, 1e-6]
    assert float(min_row_norm(net)) == 1e-6
    assert (float(output_weight_norm(net)), float(input_norm(net))) == (13.0, 2.0)


# ---- misuse


ONE, TWO = np.ones(1), np.ones(2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([np.ones((1, 1))], ONE, ONE, "relu"), "smooth activation.*relu"),
        (([np.ones((1, 1))], ONE, ONE, "tanh", "fan_mid"), "scaling.*fan_mid"),
        (([], ONE, ONE), "hidden layer"),
        (([np.ones((1, 2))], ONE, ONE), r"W1 of shape \(m, 1\)"),
        (([np.ones((1, 1))], TWO, ONE), r"v of shape \(1,\)"),
        (([np.ones((1, 1))], ONE, np.array([np.nan])), "finite entries of x"),
        (([np.ones((1, 1), dtype=np.float32)], ONE, ONE), "W1 as a non-empty float64"),
        (([[[1.0]]], ONE, ONE), "W1 as a non-empty float64"),
        (([np.ones((0, 1))], np.ones(0), ONE), "non-empty"),
        (([np.array([[1.0], [0.0]])], TWO, ONE), r"zero row \(1 of W1\)"),
    ],
)
def test_misuse_is_named(arguments, message):
    with pytest.raises(DomainError, match=message):
        Network(*arguments)


def test_directions_are_checked():
    net = draw((2, 2))
    with pytest.raises(DomainError, match="p=6"):
        hessian_norm_lower(net, np.ones(5))
    with pytest.raises(DomainError, match="u ≠ 0"):
        hessian_norm_lower(net, np.zeros(6))
    with pytest.raises(DomainError, match="1 layers"):
        directional(net, [], np.ones(2))
    with pytest.raises(DomainError, match="direction of shape"):
        directional(net, [np.ones((2, 1))], np.ones(2))
    with pytest.raises(DomainError, match="direction of shape"):
        directional(net, [np.ones((2, 2))], np.array([np.inf, 0]))


def test_large_hessians_are_refused():
    net = draw((LARGEST_HESSIAN, 1))
    with pytest.raises(DomainError, match="hessian_norm_lower"):
        hessian_norm(net)


def test_a_zero_row_is_fine_without_normalisation():
    net = Network([np.zeros((1, 1))], ONE, ONE, "sigmoid4", normalised=False)
    assert output(net) == 0
    with ctx.workprec(128):
        assert abs(hessian_norm(net) - 1) < 1e-24


def test_the_global_context_is_left_alone_and_does_not_matter():
    net = draw((2, 2, 2))
    expected = hessian_norm(net)
    cap, ctx.cap = ctx.cap, 1
    try:
        assert hessian_norm(net).mid() == expected.mid()
        assert ctx.cap == 1
    finally:
        ctx.cap = cap
