"""Certified losses against a naive loss in mpmath at 50 digits and more, differentiated numerically."""

from __future__ import annotations

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from flint import arb, ctx

from tests.balls.naive import DIGITS, as_mpf, assert_close, naive_output
from tests.balls.test_network import SCALINGS
from wnverify.balls import loss as balls
from wnverify.balls import network
from wnverify.balls.loss import Regression
from wnverify.balls.majorant import curvature_majorant, hessian_norm_bracket
from wnverify.engine.activations import SMOOTH
from wnverify.errors import DomainError
from wnverify.families.networks.regression import REGRESSION
from wnverify.families.networks.regression_pairs import PAIRS
from wnverify.families.networks.training_run import TRAINING_RUN
from wnverify.family import Situation

SHAPES = [((1, 1), 1), ((1, 2), 2), ((2, 1, 2), 1), ((2, 2), 3), ((1, 2, 1, 2), 2)]  # d, m_1, …, m_L; n
FAMILIES = (REGRESSION, PAIRS, TRAINING_RUN)


def draw(shape=((2, 2), 2), seed=0, size=1.0, **options) -> Regression:
    sizes, n = shape
    rng = np.random.default_rng([seed, *sizes])
    W = [size * rng.standard_normal((m, k)) for k, m in pairwise(sizes)]
    X = rng.standard_normal((sizes[0], n))
    return Regression(W, rng.standard_normal(sizes[-1]), X, rng.standard_normal(n), **options)


def flat(reg):
    return np.concatenate([*(rows.ravel() for rows in reg.W), reg.v])


def naive_loss(reg, theta):
    """𝓛 for θ as a list of mpf, by its definition."""
    errors = [
        naive_output(net, theta, as_mpf(net.x)) - mpmath.mpf(float(y))
        for net, y in zip(reg.networks, reg.y, strict=True)
    ]
    return sum(e**2 for e in errors) / len(errors)


def along(reg, u):
    theta, step = as_mpf(flat(reg)), as_mpf(u)
    return lambda t: naive_loss(reg, [b + t * s for b, s in zip(theta, step, strict=True)])


def naive_gradient(reg):
    return [mpmath.diff(along(reg, u), 0) for u in np.eye(reg.p)]


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(DIGITS):
        yield


# ---- values and derivatives


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("name", SMOOTH)
def test_loss_and_gradient_match_mpmath(name, scaling, shape):
    reg = draw(shape, activation=name, scaling=scaling)
    assert_close(balls.loss(reg), naive_loss(reg, as_mpf(flat(reg))))
    u = np.random.default_rng(5).standard_normal(reg.p)
    slope, bend = mpmath.diff(along(reg, u), 0), mpmath.diff(along(reg, u), 0, 2)
    with ctx.workprec(128):
        inner = sum((arb(a) * g for a, g in zip(u.tolist(), balls.gradient(reg), strict=True)), arb(0))
    assert_close(inner, slope)
    assert_close(balls.hessian_norm_lower(reg, u), abs(bend) / mpmath.fdot(as_mpf(u), as_mpf(u)))


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize(("shape", "name"), [(SHAPES[0], "gelu"), (SHAPES[2], "tanh"), (SHAPES[1], "softplus")])
def test_norms_match_mpmath(name, shape, scaling):
    reg = draw(shape, 1, activation=name, scaling=scaling)
    assert_close(balls.gradient_norm(reg), mpmath.norm(naive_gradient(reg)))
    H, unit = mpmath.matrix(reg.p, reg.p), np.eye(reg.p)
    for i in range(reg.p):
        H[i, i] = mpmath.diff(along(reg, unit[i]), 0, 2)
    for i in range(reg.p):
        for j in range(i):
            mixed = mpmath.diff(along(reg, unit[i] + unit[j]), 0, 2)
            H[i, j] = H[j, i] = (mixed - H[i, i] - H[j, j]) / 2
    found = balls.hessian(reg)
    for i in range(reg.p):
        for j in range(reg.p):
            assert_close(found[i, j], H[i, j])
    assert_close(balls.hessian_norm(reg), max(abs(x) for x in mpmath.eigsy(H, eigvals_only=True)), 24)


def test_mini_batches_weigh_the_samples():
    reg, shares = draw(((2, 2), 3), 2), [0.5, 0.0, 1.0]
    alone = [Regression(reg.W, reg.v, reg.X[:, [i]], reg.y[[i]]) for i in range(3)]
    with ctx.workprec(128):
        parts = [[share / arb(3) * g for g in balls.gradient(one)] for share, one in zip(shares, alone, strict=True)]
        wanted = [sum(column, arb(0)) for column in zip(*parts, strict=True)]
        assert all(abs(g - w) < 1e-30 for g, w in zip(balls.gradient(reg, shares), wanted, strict=True))


# ---- other points


@pytest.mark.parametrize("size", [1.0, 1e-3, 1e-9, 1e-15])
def test_the_gap_keeps_its_digits_for_short_displacements(size):
    reg = draw(((2, 2), 2), 3)
    delta = size * np.random.default_rng(2).standard_normal(reg.p)
    theta = as_mpf(flat(reg))
    there = [a + b for a, b in zip(theta, as_mpf(delta), strict=True)]
    exact = naive_loss(reg, there) - naive_loss(reg, theta) - mpmath.diff(along(reg, delta), 0)
    ball = balls.loss_gap(reg, delta)
    with ctx.workprec(256):
        assert_close(ball / (arb(size) * arb(size)), exact / mpmath.mpf(size) ** 2, 20)
        assert ball.rad() < 1e-20 * abs(ball)
    assert_close(balls.loss(balls.shifted(reg, delta)), naive_loss(reg, there))


def test_a_gradient_step_is_not_rounded():
    reg, step = draw(((1, 2), 2), 4), 0.37
    theta = [a - mpmath.mpf(step) * g for a, g in zip(as_mpf(flat(reg)), naive_gradient(reg), strict=True)]
    after = balls.stepped(reg, balls.gradient(reg), arb(step))
    assert_close(balls.loss(after), naive_loss(reg, theta))
    assert after.W[0].dtype == object


# ---- honest balls


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e30, 1e300])
def test_huge_and_tiny_weights_never_make_a_wrong_ball(size):
    reg = draw(((2, 2), 2), 6)
    scaled = Regression([size * rows for rows in reg.W], size * reg.v, reg.X, reg.y)
    ball, exact = balls.loss(scaled), naive_loss(scaled, as_mpf(flat(scaled)))
    with ctx.workprec(4000):
        assert not ball.is_finite() or ball.overlaps(arb(mpmath.nstr(exact, 60)))
    norm = balls.hessian_norm(scaled)
    assert not norm.is_finite() or norm.upper() > 0


def test_wide_weights_cover_every_weight_in_them():
    reg = draw(((2, 2), 2), 7)
    with ctx.workprec(128):
        wide = reg.at([arb(x, 1e-3) for x in flat(reg).tolist()])
    for seed in range(3):
        shift = 1e-3 * np.random.default_rng(seed).uniform(-1, 1, reg.p)
        exact = balls.shifted(reg, shift)
        assert balls.loss(wide).contains(balls.loss(exact))
        assert balls.gradient_norm(wide).contains(balls.gradient_norm(exact))


def test_a_row_that_may_be_zero_tells_nothing():
    reg = draw(((1, 1), 1), 8)
    nowhere = reg.at([arb(0, 1), arb(1)])
    assert not balls.loss(nowhere).is_finite()
    assert not balls.gradient_norm(nowhere).is_finite()


def test_a_loss_of_zero_has_a_root():
    reg = Regression([np.array([[3.0, 4.0]])], np.ones(1), np.array([[3.0], [4.0]]), np.array([5.0]), "identity")
    ball = balls.loss(reg)
    assert ball.contains(arb(0))
    assert ball >= 0
    assert ball.upper() < 1e-60


# ---- without the matrix


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("normalised", [True, False])
def test_the_majorant_lies_above_the_norm(name, scaling, normalised):
    for seed, sizes in enumerate([(1, 1), (2, 3), (3, 2, 2), (2, 2, 1, 2)]):
        one = draw((sizes, 1), seed, size=0.3, activation=name, scaling=scaling).networks[0]
        net = network.Network(one.W, one.v, one.x, name, scaling, normalised)
        norm, u = network.hessian_norm(net), np.random.default_rng(seed).standard_normal(net.p)
        assert curvature_majorant(net) >= norm.lower()
        assert hessian_norm_bracket(net, u).contains(norm)


def test_the_bracket_contains_the_norm():
    reg = draw(((2, 3, 2), 3), 9)
    H = np.array([float(entry) for entry in balls.hessian(reg).entries()]).reshape(reg.p, reg.p)
    top = np.linalg.eigh(H)[1][:, [0, -1]]
    best = max(top.T, key=lambda u: abs(u @ H @ u))
    bracket, norm = balls.hessian_norm_bracket(reg, best), balls.hessian_norm(reg)
    assert bracket.contains(norm)
    assert bracket.lower() > 0.999 * norm.lower()
    assert bracket.upper() < 100 * norm


# ---- the families


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_quantity_is_enclosed_and_agrees_with_floats(family):
    for index, where in enumerate(family.situations()[:: len(family.situations()) // 9]):
        batch = family.draw(where, family.regimes[index % len(family.regimes)], 1, np.random.default_rng(index))
        found = family.enclosures(batch, tuple(family.quantities))
        assert found is not None
        for name, ball in found.items():
            value = float(family.quantities[name].route.measure(batch)[0])
            if name == "gradient_ratio":
                continue  # a quotient of two numbers that may both be rounding
            assert abs(ball - value) <= 1e-7 * max(abs(value), 1e-6), name
            assert ball.rad() <= 1e-10 * abs(ball) + arb("1e-20"), name


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_nothing_is_enclosed_that_is_not_known(family):
    batch = family.draw(family.situations()[0], family.regimes[0], 1, np.random.default_rng(0))
    assert family.enclosures(batch, ["loss", "momenta"]) is None
    assert family.enclosures(batch, []) == {}


def test_a_large_problem_is_bracketed():
    where = Situation({"L": 1, "m": 90, "d": 2, "n": 2}, {"activation": "tanh", "scaling": "fan_out"})
    batch = REGRESSION.draw(where, "gaussian", 1, np.random.default_rng(0))
    ball = REGRESSION.enclosures(batch, ["loss_hessian_norm"])["loss_hessian_norm"]
    value = float(REGRESSION.quantities["loss_hessian_norm"].route.measure(batch)[0])
    assert ball.contains(arb(value))
    assert ball.lower() > 0.99 * value


def test_a_row_through_zero_has_no_norm():
    where = Situation({"L": 1, "m": 1, "d": 1, "n": 1}, {"activation": "tanh", "scaling": "fan_out"})
    batch = PAIRS.draw(where, "gaussian", 1, np.random.default_rng(0))
    batch = type(batch)(batch.family, batch.shape, batch.settings, {**batch.arrays, "dW1": -3.1 * batch.arrays["W1"]})
    assert PAIRS.quantities["omega"].route.measure(batch)[0] == 0
    assert PAIRS.enclosures(batch, ["omega"])["omega"].contains(arb(0))


# ---- misuse


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.ones(3)}, r"X \(d, n\) and y \(n,\)"),
        ({"X": np.ones(2)}, r"X \(d, n\)"),
        ({"X": np.ones((2, 0)), "y": np.ones(0)}, "n ≥ 1"),
        ({"y": np.array([np.nan, 0.0])}, "finite entries of y"),
        ({"activation": "relu"}, "smooth activation"),
        ({"W": [np.zeros((2, 2))]}, "zero row"),
        ({"W": [np.ones((2, 2), dtype=object)]}, "float64"),
    ],
)
def test_misuse_is_named(change, message):
    plain = {"W": [np.eye(2)], "v": np.ones(2), "X": np.ones((2, 2)), "y": np.ones(2)}
    with pytest.raises(DomainError, match=message):
        Regression(**(plain | change))


def test_vectors_must_fit():
    reg = draw()
    with pytest.raises(DomainError, match=f"p={reg.p} balls"):
        reg.at([arb(1)])
    with pytest.raises(DomainError, match="u ≠ 0"):
        balls.hessian_norm_lower(reg, np.zeros(reg.p))
