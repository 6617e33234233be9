"""Blocks of second derivatives against autograd and the whole Hessian, and at the ends of double precision."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from tests.engine.networks.draws import WIDTHS, networks, random_network
from tests.reference import spectral_norm_by_loop
from wnverify.engine.networks.autodiff import oracle_cross, oracle_input_hessian
from wnverify.engine.networks.blocks import cross_norm, cross_vector, input_hessian
from wnverify.engine.networks.derivatives import gradient
from wnverify.engine.networks.hessian import hessian


@given(networks())
def test_the_cross_block_is_that_of_the_hessian(net):
    split = -net.v.shape[0]
    C = hessian(net)[:split, split:]
    np.testing.assert_allclose(cross_norm(net), spectral_norm_by_loop(C), rtol=1e-12, atol=1e-300)


@given(networks())
def test_the_hessian_in_the_input_is_that_of_autograd(net):
    found = input_hessian(net)
    for index in range(net.batch):
        wanted = oracle_input_hessian(net, index)
        # of rows that are all alike the terms cancel: what is left is rounding of each
        scale = max(np.abs(wanted).max(), 1e-3 * np.linalg.norm(net.v[:, index]))
        np.testing.assert_allclose(found[index], wanted, rtol=0, atol=1e-11 * scale + 1e-300)


@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_of_every_shape(widths, normalised, scaling):
    net = replace(random_network(widths, 2, seed=3, name="softplus", scaling=scaling), normalised=normalised)
    for index in range(2):
        wanted = oracle_input_hessian(net, index)
        np.testing.assert_allclose(input_hessian(net)[index], wanted, rtol=1e-10, atol=1e-12 * np.abs(wanted).max())
        assert cross_norm(net)[index] == pytest.approx(
            np.linalg.norm(oracle_cross(net, index), 2), rel=1e-11, abs=1e-15
        )


@pytest.mark.parametrize("widths", [(2, 3), (3, 2, 4)])
def test_the_vector_of_the_cross_block_attains_its_norm(widths):
    net = random_network(widths, 4, seed=5)
    w = cross_vector(net)
    np.testing.assert_allclose(np.linalg.norm(w, axis=0), 1.0, rtol=1e-12)
    pushed = gradient(replace(net, v=w)).W
    size = np.sqrt(sum(np.square(part).sum(axis=(0, 1)) for part in pushed))
    np.testing.assert_allclose(size, cross_norm(net), rtol=1e-12)


@pytest.mark.parametrize("exponent", [-300, -120, 120])
def test_networks_out_of_range_are_brought_back(exponent):
    net = random_network((3, 4, 3), 4, seed=6)
    far = replace(net, W=tuple(2.0**exponent * rows for rows in net.W), v=2.0**exponent * net.v)
    np.testing.assert_allclose(cross_norm(far), 2.0**-exponent * cross_norm(net), rtol=1e-12)
    np.testing.assert_allclose(input_hessian(far), 2.0**exponent * input_hessian(net), rtol=1e-12)


def test_a_linear_network_is_not_bent_in_its_input():
    net = random_network((3, 2, 2), 3, seed=1, name="identity")
    assert not input_hessian(net).any()
    assert not oracle_input_hessian(net).any()
