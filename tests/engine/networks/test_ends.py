"""Both ends of the spectrum against a general solver; eigenvectors, repeated eigenvalues, extreme scales."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from tests.engine.networks.draws import WIDTHS, networks, random_network
from tests.reference import contractions_by_loop, spectra_by_loop
from wnverify.engine.networks.ends import ends
from wnverify.engine.networks.hessian import hessian
from wnverify.engine.networks.network import Network
from wnverify.engine.networks.spectral import spectral_norm

REGIMES = ("plain", "tiny", "zero input", "aligned", "identical", "orthogonal", "zero output")


def block(net: Network, *, hidden: bool) -> np.ndarray:
    H = hessian(net)
    return H[: -net.v.shape[0], : -net.v.shape[0]] if hidden else H


def check(net: Network, *, hidden: bool) -> None:
    H = block(net, hidden=hidden)
    wanted, slack = spectra_by_loop(H), 1e-11 * np.abs(H).max(axis=(0, 1)) + 1e-300
    for vectors in (False, True):
        found = ends(net, vectors=vectors, hidden=hidden)
        for index, spectrum in enumerate(wanted):
            assert abs(found.low[index] - spectrum[0]) <= slack[index]
            assert abs(found.high[index] - spectrum[-1]) <= slack[index]
    assert found.vectors is not None
    for value, vector in zip((found.low, found.high), found.vectors, strict=True):
        np.testing.assert_allclose(np.sum(np.square(vector), axis=0), 1.0, rtol=1e-12)
        kept = vector[: H.shape[0]]
        assert not vector[H.shape[0] :].any()
        assert np.all(np.abs(contractions_by_loop(H, kept) - value * kept) <= 10 * slack)


@given(networks(regimes=REGIMES, normalised=True))
def test_the_ends_are_those_of_a_general_solver(net):
    check(net, hidden=False)
    check(net, hidden=True)


@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_so_they_are_for_plain_networks(widths):
    net = random_network(widths, 3, 5, scaling="fan_in", normalised=False)
    for hidden in (False, True):
        H, found = block(net, hidden=hidden), ends(net, hidden=hidden)
        for index, spectrum in enumerate(spectra_by_loop(H)):
            slack = 1e-11 * np.abs(H[..., index]).max() + 1e-300
            assert found.low[index] == pytest.approx(spectrum[0], abs=slack)
            assert found.high[index] == pytest.approx(spectrum[-1], abs=slack)


def test_the_complement_of_the_first_layer_can_win():
    # x along every row: q = 0, and −δz/r² on d − 1 directions a row is all there is in W¹
    net = random_network((5, 3), 4, seed=2, regime="aligned")
    net = Network(tuple(0.01 * rows for rows in net.W), net.v, net.x, net.activation)
    check(net, hidden=False)
    check(net, hidden=True)


@pytest.mark.parametrize("widths", [(4, 3), (4, 3, 2), (1, 2, 3)])
def test_repeated_eigenvalues_give_some_eigenvector(widths):
    net = random_network(widths, 3, seed=4, regime="identical")
    check(Network(net.W, np.ones_like(net.v), net.x, net.activation), hidden=False)


@given(networks(regimes=("plain", "identical", "zero output")))
def test_the_larger_modulus_is_the_spectral_norm_and_zero_lies_between(net):
    found = ends(net)
    np.testing.assert_allclose(found.norm, spectral_norm(net).value, rtol=1e-11, atol=1e-300)
    assert (found.low <= 0).all()
    assert (found.high >= 0).all()


@pytest.mark.parametrize("widths", [(3, 4), (3, 4, 3)])
@pytest.mark.parametrize("exponent", [-300, -120, 120])
def test_rows_out_of_range_are_brought_back(widths, exponent):
    net = random_network(widths, 3, seed=6)
    far = Network(tuple(2.0**exponent * rows for rows in net.W), 2.0 ** (2 * exponent) * net.v, net.x, net.activation)
    # in W the Hessian goes like v/r², between W and v like 1/r: by 2^{2e−2e} and by 2^{−e}
    hidden, before = ends(far, hidden=True), ends(net, hidden=True)
    np.testing.assert_allclose(hidden.low, before.low, rtol=1e-11)
    np.testing.assert_allclose(hidden.high, before.high, rtol=1e-11)


def test_a_matrix_that_overflows_has_no_ends():
    net = random_network((2, 3, 2, 2), 1, seed=1, name="identity", normalised=False)
    far = Network(tuple(1e200 * rows for rows in net.W), 1e200 * net.v, net.x, net.activation, normalised=False)
    with np.errstate(all="ignore"):
        found = ends(far)
    assert np.isnan([found.low, found.high]).all()
