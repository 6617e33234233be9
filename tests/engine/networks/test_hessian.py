import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.networks.draws import REGIMES, WIDTHS, networks, random_direction, random_network
from tests.reference import contractions_by_loop, gauge, mp_hessian, relative_error
from wnverify.engine.activations import ACTIVATIONS
from wnverify.engine.networks import hessian as module
from wnverify.engine.networks.autodiff import oracle_hessian
from wnverify.engine.networks.derivatives import gradient, hvp
from wnverify.engine.networks.hessian import hessian, hessian_chunks
from wnverify.engine.networks.network import Direction, flatten, parameters


@given(networks())
def test_hessian_agrees_with_autograd(net):
    index = net.batch - 1
    assert relative_error(net, hessian(net)[..., index], oracle_hessian(net, index), index) <= 1e-10


@pytest.mark.parametrize("name", list(ACTIVATIONS))
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_hessian_agrees_with_autograd_to_twelve_digits_on_every_shape(name, widths):
    for scaling in ("fan_out", "fan_in"):
        for normalised in (True, False):
            net = random_network(widths, 2, 7, name=name, scaling=scaling, normalised=normalised)
            assert relative_error(net, hessian(net)[..., 1], oracle_hessian(net, 1), 1) <= 1e-12


@pytest.mark.parametrize("regime", REGIMES)
def test_hessian_agrees_with_fifty_digits_in_every_regime(regime):
    net = random_network((2, 2, 2), 1, seed=11, regime=regime)
    assert relative_error(net, hessian(net)[..., 0], mp_hessian(net)) <= 1e-14


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in ("tanh", "relu")])
def test_hessian_agrees_with_fifty_digits_for_every_activation(name):
    net = random_network((2, 2, 1), 1, seed=12, name=name, scaling="fan_in")
    assert relative_error(net, hessian(net)[..., 0], mp_hessian(net)) <= 1e-14


@pytest.mark.parametrize("size", [1e-8, 30.0])
def test_saturated_and_tiny_inputs_keep_fourteen_digits(size):
    net = random_network((1, 2), 1, seed=2)
    net = type(net)(net.W, net.v, size * np.sign(net.x), net.activation)
    assert relative_error(net, hessian(net)[..., 0], mp_hessian(net)) <= 1e-14
    net = random_network((2, 2), 1, seed=2)
    net = type(net)(net.W, net.v, size * net.x, net.activation)
    assert relative_error(net, hessian(net)[..., 0], mp_hessian(net)) <= 3e-14


@given(networks(), st.integers(0, 100))
def test_hvp_is_the_hessian_times_the_direction(net, seed):
    step = random_direction(net, seed)
    step = Direction(step.W, step.v, 0.0 * step.x)
    H, got = hessian(net), flatten(hvp(net, step))
    want = contractions_by_loop(H, flatten(step))
    scale = contractions_by_loop(np.abs(H), np.abs(flatten(step)))
    r = np.stack([gauge(net, index) for index in range(net.batch)], axis=-1)
    assert np.all(np.abs(got - want) * r <= 1e-12 * np.max(scale * r, axis=0) + 1e-15)


@given(networks(normalised=True, names=("tanh", "softplus", "gelu")))
def test_a_row_times_its_own_block_is_minus_its_gradient(net):
    # f is constant along W_i, so ∂f/∂W_i is homogeneous of degree −1 in W_i (Euler)
    H, start = hessian(net), 0
    for rows, slopes in zip(net.W, gradient(net).W, strict=True):
        m, k = rows.shape[:2]
        for i in range(m):
            span = slice(start + i * k, start + (i + 1) * k)
            got = np.einsum("acb,cb->ab", H[span, span], rows[i])
            size = np.einsum("acb,cb->ab", np.abs(H[span, span]), np.abs(rows[i]))
            assert np.all(np.abs(got + slopes[i]) <= 1e-12 * (size + np.abs(slopes[i])).max(axis=0) + 1e-300)
        start += m * k


@given(networks())
def test_layouts_agree_and_the_hessian_is_symmetric(net):
    H = hessian(net)
    np.testing.assert_allclose(
        np.moveaxis(hessian(net, layout="first"), 0, -1), H, rtol=0, atol=1e-13 * np.abs(H).max()
    )
    np.testing.assert_allclose(H, H.swapaxes(0, 1), rtol=0, atol=1e-14 * np.abs(H).max())


@pytest.mark.parametrize(("layout", "first_from"), [("last", 400), ("first", 400), ("first", 1)])
@pytest.mark.parametrize("normalised", [True, False])
def test_the_result_does_not_depend_on_chunks(layout, first_from, normalised, monkeypatch):
    net = random_network((3, 4, 2, 3), 23, seed=5, normalised=normalised)
    p = parameters(net)
    whole = hessian(net, layout=layout)
    scale = 1e-15 * np.abs(whole).max()
    monkeypatch.setattr(module, "LEAST_NETWORKS", 1)
    monkeypatch.setattr(module, "FIRST_FROM", first_from)
    for step in (1, 7, 22, 1000):
        monkeypatch.setattr(module, "CHUNK_BYTES", 8 * p * p * step)
        parts = [part for part, _ in hessian_chunks(net, layout=layout)]
        assert len(parts) == (net.batch if first_from == 1 else -(-net.batch // step))
        for part, H in hessian_chunks(net, layout=layout):
            want = whole[..., part] if layout == "last" else whole[part]
            np.testing.assert_allclose(H, want, rtol=0, atol=10 * scale)


def test_out_is_filled_and_returned():
    net = random_network((3, 4, 2), 3, seed=5)
    out = np.full((parameters(net),) * 2 + (3,), np.nan)
    assert hessian(net, out=out) is out
    np.testing.assert_array_equal(out, hessian(net))


def test_zero_hessian_is_zero():
    net = random_network((1, 3), 2, seed=1)  # d = 1: a normalised row is ±1 and f is linear in v
    assert not hessian(net).any()
