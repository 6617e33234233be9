"""The bounds for φ(0) ≠ 0 against their special case, the older bound, and the inequalities of their proof."""

import numpy as np
import pytest
import sympy

from wnverify import Verdict, order
from wnverify.bounds import banerjee2024, depth_free, offset
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks.derivatives import gradient
from wnverify.engine.networks.network import Network, forward
from wnverify.families.networks.weight_norm import L, beta, c0, m, omega, rho
from wnverify.symbolic.claims import decide

SIZES = [(1, 1), (1, 4), (2, 3), (5, 2), (17, 1), (30, 9), (200, 2)]
NAMES = (L, m, omega, rho, beta, c0)
NEW, OLD, RATE, CENTRED = (
    sympy.lambdify(NAMES, bound)
    for bound in (offset.hessian(), banerjee2024.hessian(), offset.hessian_rate(), depth_free.hessian())
)


@pytest.mark.parametrize(("depth", "width"), SIZES)
@pytest.mark.parametrize("size", [0.0, 0.1, 1.0, 30.0])
def test_the_bound_lies_below_the_older_one_and_below_the_rate(depth, width, size):
    for curvature in (0.0, 0.25, 50.0):
        place = depth, width, 0.7, 0.5, curvature, size
        assert NEW(*place) <= OLD(*place) * (1 + 1e-12)
        assert NEW(*place) <= offset.RATE_CONSTANT * RATE(*place)


@pytest.mark.parametrize(("depth", "width"), SIZES)
def test_without_an_offset_it_is_the_depth_free_bound_up_to_its_constants(depth, width):
    place = depth, width, 0.7, 0.5, 0.25, 0.0
    assert CENTRED(*place) * (1 - 1e-12) <= NEW(*place) <= 2 * CENTRED(*place)


def test_the_older_bound_is_not_of_the_order_of_the_rate():
    found = decide(order(offset.hessian_rate(), of=banerjee2024.hessian()), omega, np.random.default_rng(0))
    assert found.verdict is Verdict.REFUTED
    places = [(depth, 4, 1.0, 0.0, 1.0, 1.0) for depth in (1, 16, 64, 1024)]
    assert [OLD(*place) / RATE(*place) for place in places] == pytest.approx([0.35, 1.10, 4.3, 69], rel=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_the_sums_of_the_proof_stay_below_their_bounds(seed):
    depth, width = [(1, 3), (2, 2), (3, 8), (6, 4), (12, 2), (12, 6)][seed]
    rng = np.random.default_rng(seed)
    tilt = np.exp(rng.uniform(-6, 1, 40))
    W = [
        np.ones((width, inputs, 1)) + tilt * rng.standard_normal((width, inputs, 40))
        for inputs in (2, *[width] * (depth - 1))
    ]
    v = rng.standard_normal((width, 40))
    x = np.repeat(np.array([[1.0], [1.0]]) / np.sqrt(2), 40, axis=1)
    net = Network(tuple(W), v / np.linalg.norm(v, axis=0), x, ACTIVATIONS["softplus"])
    tape = forward(net)
    c = np.sqrt(width) * np.log(2)
    a = 1 + (depth - 1) * c
    X = [np.sum(alpha**2, axis=0) for alpha in tape.alpha]
    cosines = [
        np.einsum("ikb,kb->ib", u, alpha) ** 2 / x2 for u, alpha, x2 in zip(tape.u, tape.alpha, X, strict=False)
    ]
    sigma = [1 - cosine.mean(axis=0) for cosine in cosines]
    assert (sum(x2 * s for x2, s in zip(X, sigma, strict=False)) <= a**2 + 1e-9).all()
    shares = [np.sum(part**2, axis=(0, 1)) * width for part in gradient(net, tape).W]
    least = np.min([np.linalg.norm(rows, axis=1).min(axis=0) for rows in W], axis=0)
    assert (sum(shares) * least**2 <= min(depth, 2) * a**2 + 1e-9).all()


def test_the_rate_says_what_it_is_for_one_network():
    assert offset.hessian_rate().subs({L: 2, m: 4, omega: 2, rho: 1, beta: 1, c0: 2}) == sympy.Rational(72)
