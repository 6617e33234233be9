"""Sums of bends along many directions against finite differences, and against themselves in pieces."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.networks.draws import joint, moved, random_direction, random_network, regression
from wnverify.engine.networks import sums
from wnverify.engine.networks.hessian import hessian
from wnverify.engine.networks.loss import loss_hessian
from wnverify.engine.networks.losses import LOSSES
from wnverify.engine.networks.network import parameters
from wnverify.engine.networks.sums import summed_bends, summed_loss_bends
from wnverify.errors import UsageError


def weighted(net, count, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(parameters(net), count, net.batch)), rng.normal(size=(count, net.batch))


def contracted(H, vectors, weights):
    """Σ_k w_k u_kᵀHu_k, (B,)."""
    return np.einsum("kb,ikb,ijb,jkb->b", weights, vectors, H, vectors)


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("widths", [(2, 3), (1, 2, 2), (3, 2, 2, 1)], ids=str)
def test_the_derivative_is_that_of_differences(widths, normalised):
    net = random_network(widths, 2, 4, name="softplus", normalised=normalised)
    vectors, weights = weighted(net, 5, 1)
    step = random_direction(net, 2)
    found = summed_bends(net, vectors, weights)
    ends = [contracted(hessian(moved(net, step, sign * 1e-5)), vectors, weights) for sign in (1, -1)]
    for index in range(net.batch):
        slope = joint(found, index) @ joint(step, index)
        assert slope == pytest.approx((ends[0] - ends[1])[index] / 2e-5, rel=1e-5, abs=1e-6)


def test_pieces_make_the_same_sum(monkeypatch):
    net = random_network((2, 3, 2), 3, 4)
    vectors, weights = weighted(net, 7, 1)
    whole = summed_bends(net, vectors, weights)
    monkeypatch.setattr(sums, "MOST_VALUES", 1)
    again = summed_bends(net, vectors, weights)
    for one, other in zip((*whole.W, whole.v, whole.x), (*again.W, again.v, again.x), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)


def test_no_direction_has_no_derivative():
    net = random_network((1, 1), 2, 4)
    found = summed_bends(net, np.zeros((2, 0, 2)), np.zeros((0, 2)))
    assert not any(part.any() for part in (*found.W, found.v, found.x))


def test_that_of_a_loss_is_that_of_differences():
    net, rng = random_network((2, 3, 2), 2, 4, name="sin"), np.random.default_rng(3)
    X, y = rng.normal(size=(2, 3, 2)), rng.normal(size=(3, 2))
    vectors, weights = weighted(net, 4, 1)
    direction, of_targets = summed_loss_bends(regression(net, X, y), vectors, weights)
    dX, dy, step = rng.normal(size=X.shape), rng.normal(size=y.shape), random_direction(net, 5)

    def at(t):
        return contracted(loss_hessian(regression(moved(net, step, t), X + t * dX, y + t * dy)), vectors, weights)

    slope = sum((part[:, :, 0] * along).sum(axis=(0, 1)) for part, along in zip(direction.W, step.W, strict=True))
    slope = slope + (direction.v[:, 0] * step.v).sum(axis=0) + (direction.x * dX).sum(axis=(0, 1))
    slope = slope + (of_targets * dy).sum(axis=0)
    np.testing.assert_allclose(slope, (at(1e-5) - at(-1e-5)) / 2e-5, rtol=1e-5)


def test_only_the_square_loss_has_a_third_derivative_here():
    net = random_network((1, 1), 1, 4)
    reg = regression(net, np.ones((1, 1, 1)), np.ones((1, 1)))
    other = type(reg)(reg.net, reg.y, LOSSES["logistic"])
    with pytest.raises(UsageError, match="the square loss"):
        summed_loss_bends(other, np.ones((2, 1, 1)), np.ones((1, 1)))
