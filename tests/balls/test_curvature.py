"""Certified numbers of the Hessian against mpmath at 80 digits, and brackets against the exact numbers in them."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb

from tests.balls.naive import DIGITS, along, assert_close, naive_hessian
from tests.balls.test_network import draw
from wnverify.balls.ball import at_least
from wnverify.balls.curvature import (
    bracket_of_end,
    bracket_of_frobenius,
    bracket_of_trace,
    cross_norm,
    hessian_trace,
    hidden_block,
    input_hessian,
    rayleigh,
    trace,
)
from wnverify.balls.network import hessian
from wnverify.balls.spectrum import euclidean_norm, greatest_eigenvalue, least_eigenvalue, symmetric_norm

SHAPES = [(1, 1), (2, 1, 2), (1, 2, 1, 1)]


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(DIGITS):
        yield


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_trace_norm_and_ends_match_mpmath(shape, normalised):
    net = draw(shape, 2, scaling="fan_in", normalised=normalised)
    H, exact = hessian(net), naive_hessian(net)
    eigenvalues = mpmath.eigsy(exact, eigvals_only=True)
    assert_close(hessian_trace(net), sum(exact[i, i] for i in range(net.p)))
    assert_close(trace(H), sum(exact[i, i] for i in range(net.p)))
    with at_least(128):
        assert_close(euclidean_norm(H.entries()), mpmath.mnorm(exact, "f"), 24)
    assert_close(least_eigenvalue(H), min(eigenvalues), 22)
    assert_close(greatest_eigenvalue(H), max(eigenvalues), 22)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3, 2), (2, 2, 2, 2)], ids=str)
@pytest.mark.parametrize("normalised", [True, False])
def test_brackets_hold_what_they_bracket(shape, normalised):
    net = draw(shape, 3, normalised=normalised)
    H, rng = hessian(net), np.random.default_rng(0)
    for u in rng.standard_normal((3, net.p)):
        assert least_eigenvalue(H) <= rayleigh(net, u) <= greatest_eigenvalue(H)
        assert bracket_of_end(net, u, 1).contains(greatest_eigenvalue(H))
        assert bracket_of_end(net, u, -1).contains(least_eigenvalue(H))
        assert bracket_of_frobenius(net, u).contains(euclidean_norm(H.entries()))
    assert bracket_of_trace(net).contains(hessian_trace(net))


def test_a_linear_neuron():
    # f = vw at x = 1: the Hessian is [[0, 1], [1, 0]]
    net = draw((1, 1), activation="identity", normalised=False)
    net = type(net)([np.array([[2.0]])], np.array([3.0]), np.ones(1), "identity", normalised=False)
    assert hessian_trace(net) == 0
    assert greatest_eigenvalue(hessian(net)).contains(arb(1))
    assert least_eigenvalue(hessian(net)).contains(arb(-1))


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_blocks_match_mpmath(shape, normalised):
    net = draw(shape, 4, activation="softplus", scaling="fan_in", normalised=normalised)
    exact, split = naive_hessian(net), net.p - shape[-1]
    C = exact[:split, split:]
    assert_close(cross_norm(net), mpmath.sqrt(max(mpmath.eigsy(C.T * C, eigvals_only=True))), 20)
    block = hidden_block(hessian(net), shape[-1])
    assert (block.nrows(), block.ncols()) == (split, split)
    assert_close(symmetric_norm(block), max(map(abs, mpmath.eigsy(exact[:split, :split], eigvals_only=True))), 22)
    H, zero = input_hessian(net), np.zeros(net.p)
    for i, u in enumerate(np.eye(shape[0])):
        assert_close(H[i, i], mpmath.diff(along(net, zero, u), 0, 2))
    if shape[0] > 1:
        both = mpmath.diff(along(net, zero, np.ones(2)), 0, 2)
        with at_least(128):
            assert_close(H[0, 0] + H[1, 1] + H[0, 1] + H[1, 0], both)
