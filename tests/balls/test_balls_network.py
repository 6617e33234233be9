"""Certified networks against a naive network in mpmath at 80 digits, differentiated numerically."""

from __future__ import annotations

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat, arb_series, ctx

from wnverify.balls import activations, spectrum
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
from wnverify.errors import DomainError

DIGITS = 80
NAMES = ["tanh", "sin", "identity", "softplus", "softplus0", "sigmoid4", "gelu"]
SCALINGS = ["fan_out", "fan_in"]
SHAPES = [(1, 1), (2, 3), (1, 2, 1), (3, 2, 2), (2, 2, 1, 2)]  # d, m_1, …, m_L


# ---- the naive route: definitions, one entry at a time


def _normal_cdf(z):
    return mpmath.erfc(-z / mpmath.sqrt(2)) / 2


def _gelu(z):
    steepest = mpmath.sqrt(2)
    supremum = _normal_cdf(steepest) + steepest * mpmath.npdf(steepest)
    return z * _normal_cdf(z) / supremum


NAIVE = {
    "tanh": mpmath.tanh,
    "sin": mpmath.sin,
    "identity": lambda z: z,
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "softplus0": lambda z: mpmath.log(1 + mpmath.exp(z)) - mpmath.log(2),
    "sigmoid4": lambda z: 4 / (1 + mpmath.exp(-z)) - 2,
    "gelu": _gelu,
}


def naive_output(net, theta, x):
    """f for θ and x as lists of mpf."""
    theta, alpha = list(theta), list(x)
    for matrix in net.W:
        m, k = matrix.shape
        rows, theta = [theta[i * k : (i + 1) * k] for i in range(m)], theta[m * k :]
        scale = mpmath.sqrt(m if net.scaling == "fan_out" else k)
        norms = [mpmath.sqrt(sum(w**2 for w in row)) if net.normalised else mpmath.mpf(1) for row in rows]
        z = [mpmath.fdot(row, alpha) / norm / scale for row, norm in zip(rows, norms, strict=True)]
        alpha = [NAIVE[net.activation](entry) for entry in z]
    f = mpmath.fdot(theta, alpha)
    return f if net.scaling == "fan_out" else f / mpmath.sqrt(len(alpha))


def flat(net):
    return np.concatenate([*(matrix.ravel() for matrix in net.W), net.v])


def as_mpf(array):
    return [mpmath.mpf(float(entry)) for entry in array]


def along(net, u, dx=None):
    theta, x, u = as_mpf(flat(net)), as_mpf(net.x), as_mpf(u)
    dx = [mpmath.mpf(0)] * len(x) if dx is None else as_mpf(dx)
    shifted = lambda base, step, t: [b + t * s for b, s in zip(base, step, strict=True)]  # noqa: E731
    return lambda t: naive_output(net, shifted(theta, u, t), shifted(x, dx, t))


def naive_derivatives(g):
    """g(0), g′(0), g″(0) by the finite differences of mpmath, which raise the working precision."""
    return g(mpmath.mpf(0)), mpmath.diff(g, 0), mpmath.diff(g, 0, 2)


def naive_hessian(net):
    p = net.p
    H = mpmath.matrix(p, p)
    second = lambda u: mpmath.diff(along(net, u), 0, 2)  # noqa: E731
    unit = np.eye(p)
    for i in range(p):
        H[i, i] = second(unit[i])
    for i in range(p):
        for j in range(i):
            H[i, j] = H[j, i] = (second(unit[i] + unit[j]) - H[i, i] - H[j, j]) / 2
    return H


def assert_close(ball, value, digits=30):
    """The ball is tight and contains the reference, up to 10^−digits of max(1, |reference|)."""
    text = mpmath.nstr(value, DIGITS)
    with ctx.workprec(400):
        slack = arb(10) ** -digits * max(1.0, abs(float(value)))
        assert abs(ball - arb(text)) <= slack, (ball, text)
        assert ball.rad() <= slack


def draw(shape, seed=0, size=1.0, **options):
    rng = np.random.default_rng([seed, *shape])
    W = [size * rng.standard_normal((m, k)) for k, m in pairwise(shape)]
    return Network(W, rng.standard_normal(shape[-1]), rng.standard_normal(shape[0]), **options)


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(DIGITS):
        yield


# ---- activations


POINTS = [0.0, 1e-12, -1e-12, 0.3, -1.0, 2**0.5, 5.0, -5.0, 40.0, -40.0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("z", POINTS)
def test_activation_derivatives_match_mpmath(name, z):
    with ctx.workprec(128):
        jet = activations.derivatives(name, arb(z))
    for order, ball in enumerate(jet):
        assert_close(ball, mpmath.diff(NAIVE[name], mpmath.mpf(z), order))


SERIES = {
    "tanh": lambda z: 1 - 2 * (1 + (2 * z).exp()).inv(),
    "sin": lambda z: z.sin(),
    "identity": lambda z: z,
    "softplus": lambda z: (1 + z.exp()).log(),
    "softplus0": lambda z: (1 + z.exp()).log() - arb(2).log(),
    "sigmoid4": lambda z: 4 * (1 + (-z).exp()).inv() - 2,
}


@pytest.mark.parametrize("name", sorted(SERIES))
@pytest.mark.parametrize("order", [1, 2, 3])
def test_composition_agrees_with_the_series_of_flint(name, order):
    with ctx.workprec(128):
        z = arb_series([arb("0.7"), -2, 3], prec=order)
        ours, theirs = activations.compose(name, z), SERIES[name](z)
        assert ours.prec == order
        assert all(ours[k].overlaps(theirs[k]) and ours[k].rad() < 1e-30 for k in range(order))
        slope = activations.compose_slope(name, z)
        derivative = SERIES[name](arb_series([arb("0.7"), 1, 0], prec=3)).derivative()
        assert slope[0].overlaps(derivative[0])
        if order > 1:
            assert slope[1].overlaps(-2 * derivative[1])


@pytest.mark.parametrize("name", NAMES)
def test_wide_balls_contain_the_jets_of_their_points(name):
    with ctx.workprec(128):
        wide = activations.derivatives(name, arb(0.2, 1))
        for point in (-0.7, 0.0, 0.2, 1.1):
            exact = activations.derivatives(name, arb(point))
            assert all(w.contains(e) for w, e in zip(wide, exact, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_no_activation_is_steeper_than_one(name):
    with ctx.workprec(128):
        slopes = [activations.derivatives(name, arb(z))[1] for z in (*POINTS, 1.4142135623730951)]
        assert all(abs(slope).lower() <= 1 for slope in slopes)
        if name == "gelu":
            assert abs(slopes[-1] - 1) < 1e-30


# ---- values and derivatives


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("name", NAMES)
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


@pytest.mark.parametrize("name", NAMES)
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


# ---- spectral norms


def spectral(rows):
    return spectrum.symmetric_norm(arb_mat(rows))


@pytest.mark.parametrize("size", [1, 2, 5, 12])
@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e200])
def test_spectral_norm_of_random_matrices(size, scale):
    rng = np.random.default_rng(size)
    A = rng.standard_normal((size, size))
    A = A + A.T
    norm = spectral((A * scale).tolist())
    assert float(norm) == pytest.approx(scale * np.linalg.norm(A, 2), rel=1e-12)
    assert norm.rad() / norm < 1e-24


def test_spectral_norm_of_special_matrices():
    with ctx.workprec(128):
        assert spectral([[0, 0], [0, 0]]) == 0
        assert spectral(np.eye(4).tolist()).overlaps(arb(1))
        assert spectral((-np.eye(3)).tolist()).overlaps(arb(1))
        assert abs(spectral([[0, 1], [1, 0]]) - 1) < 1e-24
        assert abs(spectral([[1, 0], [0, -1]]) - 1) < 1e-24
        assert abs(spectral([[1e-300, 0], [0, 1]]) - 1) < 1e-24


def test_spectral_norm_of_wide_balls_covers_their_matrices():
    ball = spectral([[arb(1, 0.1), arb(0, 0.1)], [arb(0, 0.1), arb(-1, 0.1)]])
    for a, b, c in [(1, 0, -1), (1.1, 0.1, -0.9), (0.9, -0.1, -1.1), (0.9, 0, -0.9)]:
        assert ball.lower() <= np.linalg.norm([[a, b], [b, c]], 2) <= ball.upper()


def test_spectral_norm_of_an_unknown_matrix_is_unknown():
    assert not spectral([[arb.nan()]]).is_finite()
    assert not spectral([[arb(0, arb.pos_inf())]]).is_finite()
    assert spectral([[arb(0, 1e-30)]]).contains(arb(0))


@pytest.mark.parametrize("rows", [[[1, 2], [2, 1]], [[0]], [[-1]], [[arb(0, 1)]], [[1, 1], [1, 1]]])
def test_matrices_not_seen_to_be_positive_definite(rows):
    assert not spectrum.is_positive_definite(arb_mat(rows))


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
