"""The reverse sweep in elementary steps against the one that projects, and the steps themselves by hand."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.networks.draws import networks, random_network, regression
from wnverify.engine.networks import derivatives, elementary
from wnverify.engine.networks.network import flatten, forward


def agree(net, weight):
    tape = forward(net, 1)
    mine, other = elementary.pullback(net, tape, weight), derivatives.pullback(net, tape, weight)
    for got, want in ((flatten(mine), flatten(other)), (mine.x, other.x)):
        scale = max(float(np.max(np.abs(want), initial=0.0)), 1e-5)
        assert got == pytest.approx(want, rel=1e-9, abs=1e-9 * scale)


@given(networks(), st.integers(0, 100))
def test_both_sweeps_find_the_same_gradient(net, seed):
    agree(net, np.random.default_rng(seed).normal(size=net.batch))


def test_samples_are_summed():
    net = random_network((2, 3, 2), 4, 0)
    rng = np.random.default_rng(1)
    reg = regression(net, rng.normal(size=(2, 5, 4)), rng.normal(size=(5, 4)))
    agree(reg.net, rng.normal(size=(5, 4)))


def test_the_steps_are_those_of_the_quotient_and_the_norm():
    rng = np.random.default_rng(2)
    u, w = rng.normal(size=(3, 2, 1)), rng.normal(size=(3, 2, 1))

    def used(rows):
        return anp.sum(u[..., 0] * rows / anp.sqrt(anp.sum(rows**2, axis=1, keepdims=True)))

    found = elementary.through_norm(u, w, np.linalg.norm(w, axis=1))
    assert found[..., 0] == pytest.approx(autograd.grad(used)(w[..., 0]), rel=1e-12)


def test_what_lies_along_a_row_is_lost_and_what_lies_across_is_divided_by_its_norm():
    w = np.array([[[3.0], [4.0]]])
    along, across = elementary.through_norm(w, w, np.array([[5.0]])), np.array([[[-4.0], [3.0]]])
    assert along == pytest.approx(np.zeros((1, 2, 1)), abs=1e-15)
    assert elementary.through_norm(across, w, np.array([[5.0]])) == pytest.approx(across / 5.0)
