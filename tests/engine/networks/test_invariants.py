"""Trace and Frobenius norm from the factors, against the whole matrix, and where terms cancel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from tests.engine.networks.draws import WIDTHS, networks, random_network
from tests.reference import mp_hessian
from wnverify.engine.networks.factors import factors
from wnverify.engine.networks.frobenius import frobenius
from wnverify.engine.networks.hessian import hessian
from wnverify.engine.networks.invariants import frobenius_norm, matrix_frobenius, trace
from wnverify.engine.networks.network import Network, forward


def size(H: np.ndarray) -> np.ndarray:
    return np.sqrt(np.sum(H * H, axis=(0, 1)))


@given(networks())
def test_they_are_those_of_the_whole_matrix(net):
    H = hessian(net)
    np.testing.assert_allclose(frobenius_norm(net), size(H), rtol=1e-12, atol=1e-300 + 1e-14 * size(H).max())
    diagonal = np.abs(np.einsum("iib->ib", H)).sum(axis=0)
    assert np.all(np.abs(trace(net) - np.einsum("iib->b", H)) <= 1e-12 * diagonal + 1e-300)


@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_of_every_shape(widths, normalised, scaling):
    net = replace(random_network(widths, 5, seed=3, scaling=scaling), normalised=normalised)
    H = hessian(net)
    np.testing.assert_allclose(frobenius_norm(net), size(H), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(trace(net), np.einsum("iib->b", H), rtol=1e-11, atol=1e-14 * size(H).max())


def test_they_are_those_of_fifty_digits():
    net = random_network((2, 3, 2), 1, seed=11)
    H = mp_hessian(net)
    np.testing.assert_allclose(trace(net), np.trace(H), rtol=1e-13)
    np.testing.assert_allclose(frobenius_norm(net), np.linalg.norm(H), rtol=1e-14)


def test_nothing_is_lost_where_the_rows_of_a_block_cancel():
    # one neuron a layer: u = ±1, and ‖g − Gu‖² = ‖g‖² − G² is rounding where it is expanded
    net = random_network((1, 1, 1), 50, seed=0)
    net = Network(tuple(1e-3 * rows for rows in net.W), net.v, net.x, net.activation)
    assert not hessian(net).any()
    assert (frobenius_norm(net) <= 1e-300).all()
    assert frobenius(factors(net, forward(net, 2))).max() >= 0


@pytest.mark.parametrize("exponent", [-300, -120, 120])
def test_networks_out_of_range_are_brought_back(exponent):
    net = random_network((3, 4, 3), 4, seed=6)
    far = Network(tuple(2.0**exponent * rows for rows in net.W), 2.0 ** (2 * exponent) * net.v, net.x, net.activation)
    np.testing.assert_allclose(trace(far), trace(net), rtol=1e-12)
    H, half = hessian(net), net.v.shape[0]
    H[-half:] *= 2.0**-exponent
    H[:-half, -half:] *= 2.0**-exponent
    np.testing.assert_allclose(frobenius_norm(far), matrix_frobenius(np.moveaxis(H, -1, 0)), rtol=1e-12)


def test_results_do_not_depend_on_the_batch():
    net = random_network((3, 4, 2), 40, seed=8)
    for measure in (trace, frobenius_norm):
        alone = [measure(Network(tuple(W[..., i : i + 1] for W in net.W), net.v[:, i : i + 1], net.x[:, i : i + 1],
                                 net.activation))[0] for i in range(5)]  # fmt: skip
        np.testing.assert_allclose(measure(net)[:5], alone, rtol=1e-12)
