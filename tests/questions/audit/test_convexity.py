"""How a loss curves along its gradient: what is certified is below what is measured, which autograd has too."""

import autograd
import numpy as np
import pytest

from tests.engine.layered.nets import flat_of, naive, random_net
from tests.questions.audit.saved import X, state
from wnverify.questions.audit.ask import audit

LOSS = ("layered/loss_gradient",)


def of(net, inputs, y, kind):
    def value(theta):
        total = 0.0
        for x, target in zip(inputs, y, strict=True):
            F = naive(net, theta, x)
            soft = autograd.numpy.log(autograd.numpy.sum(autograd.numpy.exp(F))) - autograd.numpy.dot(F, target)
            total += autograd.numpy.sum((F - target) ** 2) if kind == "square" else soft
        return total / len(inputs)

    theta = flat_of(net)
    g = autograd.grad(value)(theta)
    return float(g @ autograd.hessian(value)(theta) @ g / (g @ g))


@pytest.mark.parametrize("kind", ["square", "cross_entropy"])
def test_what_is_certified_is_below_what_autograd_measures(kind):
    arrays = state()
    targets = np.array([0, 1, 1, 0, 1, 0]) if kind == "cross_entropy" else np.ones((6, 2))
    found = audit(arrays, X, targets, activation="tanh", theorems=LOSS)
    net, y = found.found.net, np.eye(2)[targets] if kind == "cross_entropy" else targets
    assert found.convexity.measured == pytest.approx(of(net, X, y, kind), rel=1e-9)
    assert found.convexity.alpha < 0 < found.convexity.R
    assert found.convexity.measured >= found.convexity.alpha
    assert found.to_json()["convexity"]["certified"] == found.convexity.alpha
    assert "is not certified" in str(found.convexity)


@pytest.mark.parametrize("kind", ["square", "cross_entropy"])
def test_what_the_loss_itself_gives_is_attained_without_layers_below(kind):
    """One plain layer is linear in θ: nothing is lost, and with one input Cauchy and Schwarz lose nothing either."""
    net = random_net(("plain",), (2, 2), s=1.0)
    source = {"a.weight": net.layers[0].V, "a.bias": net.layers[0].b}
    targets = np.array([1]) if kind == "cross_entropy" else np.ones((1, 2))
    found = audit(source, X[:1, :2], targets, activation="tanh", theorems=LOSS).convexity
    assert pytest.approx(found.measured, rel=1e-9) == found.R
    assert found.measured == pytest.approx(of(net, X[:1, :2], np.eye(2)[[1]] if kind != "square" else targets, kind))


def test_it_is_certified_where_residuals_are_small_and_not_known_at_rest_or_of_soft_targets():
    F = audit(state(), X, activation="tanh", theorems=("layered/output",)).found
    near = F.net.values(X) + 1e-6
    certified = audit(state(), X, near, activation="tanh", theorems=LOSS).convexity
    assert 0 < certified.alpha <= certified.measured
    assert "restricted strong convexity holds near θ" in str(certified)
    assert audit(state(), X, F.net.values(X), activation="tanh", theorems=LOSS).convexity is None
    soft = {"loss": "cross_entropy", "activation": "tanh", "theorems": LOSS}
    assert audit(state(), X, np.full((6, 2), 0.5), **soft).convexity is None
