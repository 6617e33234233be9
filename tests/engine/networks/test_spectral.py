from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from tests.engine.networks.draws import networks, random_network
from tests.reference import contractions_by_loop, spectral_norm_by_loop
from wnverify.engine.networks.hessian import hessian
from wnverify.engine.networks.lanczos import lanczos
from wnverify.engine.networks.network import Network
from wnverify.engine.networks.spectral import spectral_norm
from wnverify.errors import UsageError


def check_vector(H, top, tolerance, least=1e-300):
    np.testing.assert_allclose(np.sum(np.square(top.vector), axis=0), 1.0, rtol=1e-12)
    residual = contractions_by_loop(H, top.vector) - top.signed * top.vector
    assert np.all(np.abs(residual) <= tolerance * np.abs(H).max(axis=(0, 1)) + least)


@given(networks(regimes=("plain", "tiny", "zero input", "aligned", "identical", "orthogonal", "zero output")))
def test_exact_routes_agree_with_the_singular_values(net):
    H = hessian(net)
    want = spectral_norm_by_loop(H)
    for method in ("auto", "dense"):
        top = spectral_norm(net, vectors=True, method=method)
        assert top.side == "exact"
        np.testing.assert_allclose(top.value, want, rtol=1e-11, atol=1e-300 + 1e-13 * want.max())
        np.testing.assert_array_equal(top.value, np.abs(top.signed))
        np.testing.assert_allclose(spectral_norm(net, method=method).value, top.value, rtol=1e-12, atol=1e-300)
        check_vector(H, top, 1e-10)


@given(networks(regimes=("plain", "identical", "zero input", "zero output")))
def test_lanczos_is_a_lower_estimate_and_usually_sharp(net):
    want = spectral_norm_by_loop(hessian(net))
    low = spectral_norm(net, vectors=True, method="lanczos")
    assert low.side == "lower"
    assert np.all(low.value <= want * (1 + 1e-12) + 1e-14)
    np.testing.assert_allclose(low.value, want, rtol=1e-6, atol=1e-14)
    check_vector(hessian(net), low, 1e-2, least=1e-14)  # of a Hessian that is 0 it makes some rounding


def test_the_complement_of_the_first_layer_can_win():
    # x along every row: q = 0, and −δz/r² on d − 1 directions a row is all there is in W¹
    net = random_network((5, 3), 4, seed=2, regime="aligned")
    net = Network(tuple(0.01 * rows for rows in net.W), net.v, net.x, net.activation)
    for method in ("two_level", "dense"):
        top = spectral_norm(net, vectors=True, method=method)
        np.testing.assert_allclose(top.value, spectral_norm_by_loop(hessian(net)), rtol=1e-11)
        check_vector(hessian(net), top, 1e-10)


@pytest.mark.parametrize("widths", [(4, 3), (4, 3, 2), (1, 2, 3)])
def test_repeated_extreme_eigenvalues_give_some_eigenvector(widths):
    net = random_network(widths, 3, seed=4, regime="identical")
    net = Network(net.W, np.ones_like(net.v), net.x, net.activation)
    for method in ("auto", "dense"):
        check_vector(hessian(net), spectral_norm(net, vectors=True, method=method), 1e-10)


@pytest.mark.parametrize("widths", [(1, 3), (3, 2, 2)])
def test_zero_hessian_has_norm_zero_and_a_unit_vector(widths):
    net = random_network(widths, 2, seed=4)
    net = Network(net.W, 0.0 * net.v, 0.0 * net.x, net.activation)
    for method in ("auto", "dense", "lanczos"):
        top = spectral_norm(net, vectors=True, method=method)
        assert not top.value.any()
        np.testing.assert_allclose(np.linalg.norm(top.vector, axis=0), 1.0)


def test_large_networks_go_through_lanczos_and_say_so(monkeypatch):
    monkeypatch.setattr("wnverify.engine.networks.spectral.DENSE_UP_TO", 10)
    assert spectral_norm(random_network((3, 4, 4), 2, seed=1)).side == "lower"
    assert spectral_norm(random_network((3, 40), 2, seed=1)).side == "exact"


def test_a_warm_start_at_the_eigenvector_stops_at_once():
    net = random_network((4, 8, 8), 3, seed=7)
    top = spectral_norm(net, vectors=True)
    again = lanczos(net, start=top.vector)
    assert again.steps <= 6
    np.testing.assert_allclose(again.signed, top.signed, rtol=1e-12)


def test_wrong_methods_are_named():
    net = random_network((3, 4, 4), 2, seed=1)
    with pytest.raises(UsageError, match="L=2"):
        spectral_norm(net, method="two_level")
    with pytest.raises(UsageError, match="'power'"):
        spectral_norm(net, method="power")


def test_eigenvectors_survive_a_driver_that_gives_up(monkeypatch):
    net = random_network((3, 6, 6), 2, seed=1)
    before = spectral_norm(net, vectors=True)

    def gives_up(_):
        raise np.linalg.LinAlgError("Eigenvalues did not converge")

    monkeypatch.setattr(np.linalg, "eigh", gives_up)
    after = spectral_norm(net, vectors=True)
    np.testing.assert_allclose(after.signed, before.signed, rtol=1e-12)
    np.testing.assert_allclose(np.abs(np.sum(after.vector * before.vector, axis=0)), 1.0, rtol=1e-9)


@pytest.mark.parametrize("widths", [(3, 4, 4), (2, 3, 3, 3, 3), (1, 6, 5)])
@pytest.mark.parametrize("most", [0, 10**9])
@pytest.mark.parametrize("normalised", [True, False])
def test_enclosed_norms_are_those_of_lapack(widths, most, normalised, monkeypatch):
    monkeypatch.setattr("wnverify.engine.networks.spectral.WRITTEN_SQUARES", most)
    parts = [random_network(widths, 40, seed=5, regime=regime) for regime in ("plain", "identical", "aligned")]
    for net in parts:
        net = replace(net, normalised=normalised)
        want, found = spectral_norm(net, method="dense"), spectral_norm(net, vectors=True, method="enclosed")
        np.testing.assert_allclose(found.value, want.value, rtol=1e-12)
        low = spectral_norm(net, vectors=True, method="settled")
        assert low.side == "lower"
        assert np.all(low.value <= want.value * (1 + 1e-12))
        np.testing.assert_allclose(low.value, want.value, rtol=1e-6)
        check_vector(hessian(net), low, 1e-2)
