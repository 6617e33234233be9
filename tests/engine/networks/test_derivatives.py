import autograd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.networks.draws import joint, moved, networks, random_direction, random_network
from tests.reference import gauge
from wnverify.engine.activations import SMOOTH
from wnverify.engine.networks import autodiff
from wnverify.engine.networks.autodiff import oracle_gradient, oracle_value
from wnverify.engine.networks.derivatives import gradient, hvp, slope, tangent
from wnverify.engine.networks.jets import bend, curve, jet_gradient
from wnverify.engine.networks.network import flatten, forward, unflatten, value


def close(got, want, tolerance=1e-10):
    """Relative to the largest entry: an entry that cancels to nearly zero carries the error of its terms."""
    scale = max(float(np.max(np.abs(want), initial=0.0)), 1e-5)
    assert float(np.max(np.abs(got - want), initial=0.0)) <= tolerance * scale


def jet(net, direction):
    """(f, ḟ, f̈) at t = 0 along (W, v, x) + t·direction, each (B,)."""
    tape = forward(net, 2)
    tan = tangent(net, direction, tape)
    second = bend(net, direction, (tape, tan, curve(net, direction, tape, tan)))
    return value(net, tape), slope(net, direction, tape, tan), second


def extended_hessian(net, index):
    """The Hessian of f in (θ, x) of one instance by autograd, (p + d, p + d)."""
    return autograd.hessian(autodiff.joint(net))(autodiff.point(net, index))


def autograd_jet_gradient(net, direction, weights, index):
    """The gradient in (θ, x) of w0·f + w1·ḟ + w2·f̈ along a fixed direction by autograd, (p + d,)."""
    step = joint(direction, index)

    def combination(point):
        def along(t):
            return autodiff.joint(net)(point + t * step)

        first = autograd.grad(along)
        return weights[0] * along(0.0) + weights[1] * first(0.0) + weights[2] * autograd.grad(first)(0.0)

    return autograd.grad(combination)(autodiff.point(net, index))


def weights_of(net, index):
    return np.concatenate([gauge(net, index), np.ones(net.x.shape[0])])


@given(networks())
def test_value_and_gradient_agree_with_autograd(net):
    index = net.batch - 1
    close(value(net)[index], oracle_value(net, index))
    r = weights_of(net, index)
    close(joint(gradient(net), index) * r, oracle_gradient(net, index) * r)


@given(networks(), st.integers(0, 100))
def test_hvp_agrees_with_autograd_in_all_of_w_v_and_x(net, seed):
    index, direction = net.batch - 1, random_direction(net, seed)
    r = weights_of(net, index)
    want = extended_hessian(net, index) @ joint(direction, index)
    close(joint(hvp(net, direction), index) * r, want * r)


@given(networks(names=SMOOTH), st.integers(0, 100))
def test_jet_is_the_gradient_and_the_hessian_along_the_direction(net, seed):
    direction = random_direction(net, seed)
    f, f1, f2 = jet(net, direction)
    for index in range(net.batch):
        step = joint(direction, index)
        close(f[index], value(net)[index])
        close(f1[index], joint(gradient(net), index) @ step)
        close(f2[index], joint(hvp(net, direction), index) @ step)


@given(
    networks(
        names=SMOOTH, widths=((2, 3), (1, 2), (2, 1), (2, 2, 2), (1, 2, 1)), regimes=("plain", "tiny", "aligned")
    )
)
def test_jet_gradient_agrees_with_autograd(net):
    index, direction, weights = net.batch - 1, random_direction(net, 5), (0.3, -0.7, 1.1)
    r = weights_of(net, index)
    got = joint(jet_gradient(net, direction, weights), index)
    close(got * r, autograd_jet_gradient(net, direction, weights, index) * r)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("scaling", ["fan_out", "fan_in"])
def test_jet_gradient_agrees_with_differences_of_the_jet(name, scaling):
    net = random_network((3, 4, 3), 5, seed=8, name=name, scaling=scaling)
    direction, other = random_direction(net, 1), random_direction(net, 2)
    weights = (np.linspace(-1, 1, 5), 0.4, np.linspace(1, 2, 5))
    h = 1e-5

    def combination(t):
        return sum(w * part for w, part in zip(weights, jet(moved(net, other, t), direction), strict=True))

    slopes = (combination(h) - combination(-h)) / (2 * h)
    got = jet_gradient(net, direction, weights)
    want = [joint(got, index) @ joint(other, index) for index in range(5)]
    np.testing.assert_allclose(slopes, want, rtol=1e-6, atol=1e-6 * np.abs(slopes).max())


def test_jet_gradient_is_the_derivative_of_an_extreme_eigenvalue():
    from wnverify.engine.networks.spectral import spectral_norm

    net, h = random_network((3, 4, 3), 4, seed=3), 1e-5
    top = spectral_norm(net, vectors=True)
    got, other = jet_gradient(net, unflatten(net, top.vector), (0.0, 0.0, 1.0)), random_direction(net, 9)
    slopes = (spectral_norm(moved(net, other, h)).signed - spectral_norm(moved(net, other, -h)).signed) / (2 * h)
    want = [joint(got, index) @ joint(other, index) for index in range(4)]
    np.testing.assert_allclose(slopes, want, rtol=1e-5, atol=1e-6)


@given(networks(normalised=True))
def test_gradient_is_orthogonal_to_every_row(net):
    for rows, part in zip(net.W, gradient(net).W, strict=True):
        size = np.linalg.norm(rows, axis=1) * np.linalg.norm(part, axis=1)
        assert np.all(np.abs(np.sum(rows * part, axis=1)) <= 1e-14 + 1e-9 * size)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_derivatives_scale_with_the_row_norms(factor):
    net = random_network((3, 4, 3), 5, seed=4)
    scaled = type(net)(tuple(factor * rows for rows in net.W), net.v, net.x, net.activation)
    np.testing.assert_allclose(value(scaled), value(net), rtol=1e-13)
    for near, far in zip(gradient(net).W, gradient(scaled).W, strict=True):
        np.testing.assert_allclose(far * factor, near, rtol=1e-11, atol=1e-14)


def test_flatten_and_unflatten_are_inverse():
    net = random_network((3, 4, 2), 5, seed=6)
    vector = np.random.default_rng(0).normal(size=(3 * 4 + 4 * 2 + 2, 5))
    direction = unflatten(net, vector)
    np.testing.assert_array_equal(flatten(direction), vector)
    assert not direction.x.any()
