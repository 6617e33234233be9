"""The least eigenvalue of the tangent kernel against the kernel itself, its slope, and where there is no rank."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.networks.draws import moved, random_direction, random_network, regression
from tests.reference import spectra_by_loop
from wnverify.engine.networks.autodiff import oracle_gradient
from wnverify.engine.networks.network import Network, parameters
from wnverify.engine.networks.tangent_kernel import least_kernel, least_kernel_slope, sample_gradients

WIDTHS = [(1, 2), (3, 4), (2, 3, 2), (3, 2, 2, 2)]


def on_samples(widths, n, batch, seed=0, **options) -> Network:
    net, rng = random_network(widths, batch, seed, name="softplus", **options), np.random.default_rng(seed)
    return regression(net, rng.normal(size=(widths[0], n, batch)), np.zeros((n, batch))).net


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_gradients_are_those_of_autograd_at_every_sample(widths, normalised):
    net = on_samples(widths, 3, 2, scaling="fan_in", normalised=normalised)
    found = sample_gradients(net)
    for sample in range(3):
        alone = Network(tuple(W[:, :, 0] for W in net.W), net.v[:, 0], net.x[:, sample], net.activation, net.scaling,
                        normalised)  # fmt: skip
        for index in range(2):
            wanted = oracle_gradient(alone, index)[: parameters(net)]
            np.testing.assert_allclose(found[index, sample], wanted, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_the_least_eigenvalue_is_that_of_the_kernel(widths, n):
    net = on_samples(widths, n, 4)
    J = sample_gradients(net)
    kernels = np.moveaxis(J @ J.swapaxes(1, 2), 0, -1)
    for value, spectrum in zip(least_kernel(net), spectra_by_loop(kernels), strict=True):
        assert value == pytest.approx(spectrum[0], abs=1e-12 * spectrum[-1])


def test_more_samples_than_parameters_have_the_eigenvalue_zero_and_no_slope():
    net = on_samples((1, 1), 5, 3)
    assert parameters(net) == 2
    assert not least_kernel(net).any()
    slope = least_kernel_slope(net)
    assert not any(part.any() for part in (*slope.W, slope.v, slope.x))


def test_equal_samples_leave_rounding_only():
    net = on_samples((3, 4), 2, 3)
    same = replace(net, x=np.repeat(net.x[:, :1], 2, axis=1))
    assert (least_kernel(same) < 1e-28 * np.square(sample_gradients(same)).sum(axis=(1, 2))).all()


@pytest.mark.parametrize("widths", [(3, 4), (2, 3, 2)], ids=str)
def test_the_slope_is_that_of_differences(widths):
    n, rng = 3, np.random.default_rng(1)
    net = random_network(widths, 2, 3, name="sin")
    X, dX = rng.normal(size=(2, widths[0], n, 2))
    step = random_direction(net, 2)

    def at(t):
        return least_kernel(regression(moved(net, step, t), X + t * dX, np.zeros((n, 2))).net)

    found = least_kernel_slope(regression(net, X, np.zeros((n, 2))).net)
    slope = sum((part[:, :, 0] * along).sum(axis=(0, 1)) for part, along in zip(found.W, step.W, strict=True))
    slope = slope + (found.v[:, 0] * step.v).sum(axis=0) + (found.x * dX).sum(axis=(0, 1))
    np.testing.assert_allclose(slope, (at(1e-6) - at(-1e-6)) / 2e-6, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("exponent", [-300, -120, 120])
def test_gradients_out_of_range_are_brought_back(exponent):
    net = on_samples((3, 4, 3), 2, 2)
    far = replace(net, W=tuple(2.0**exponent * rows for rows in net.W))
    scale = np.concatenate([np.full(parameters(net) - 3, 2.0**-exponent), np.ones(3)])
    np.testing.assert_allclose(sample_gradients(far), scale * sample_gradients(net), rtol=1e-12)
