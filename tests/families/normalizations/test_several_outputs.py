"""Networks with several outputs: their chain and the bounds of their losses, against those that the audit takes."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.layered.activations import FRAMEWORK
from wnverify.engine.layered.chain import Chain
from wnverify.engine.layered.gradients import firsts, largest
from wnverify.engine.layered.losses import Loss
from wnverify.engine.layered.network import Layer, Layered
from wnverify.families.normalizations.several_outputs import SEVERAL_OUTPUTS, SEVERAL_OUTPUTS_LOSS


def layers(one):
    return tuple(Layer(f"{i}", "rows", one[f"W{i}"], one[f"g{i}"][:, None], one[f"b{i}"]) for i in (1, 2))


@pytest.mark.parametrize("activation", ["identity", "tanh"])
def test_the_chain_is_that_of_the_audit(activation: str) -> None:
    one, measured = _drawn(SEVERAL_OUTPUTS, activation, 0)
    net = Layered(layers(one), FRAMEWORK[activation])
    x, w = one["x"][None, :2], one["x"][2:]
    alphas = np.array([[np.linalg.norm(alpha) for alpha in net.forward(x).alphas]])
    chain = _WithFrobenius(net, alphas[:, 0], alphas, beta=0.77 if activation == "tanh" else None)
    assert measured("output") == pytest.approx(float(net.values(x)[0] @ w), rel=1e-12)
    assert measured("probe_norm") == pytest.approx(np.linalg.norm(w), rel=1e-12)
    assert measured("chain_reach") == pytest.approx(chain.gradient()[0], rel=1e-12)
    assert measured("bend") == pytest.approx(chain.hessian()[0], rel=1e-12)
    assert measured("gradient_norm") <= np.linalg.norm(w) * largest(firsts(net, x).whole)[0] * (1 + 1e-12)


@pytest.mark.parametrize("kind", ["square", "cross_entropy"])
def test_the_losses_are_those_of_the_audit(kind: str) -> None:
    one, measured = _drawn(SEVERAL_OUTPUTS_LOSS, "tanh", 1, loss=[kind])
    net = Layered(layers(one), FRAMEWORK["tanh"])
    y = one["y"] if kind == "square" else np.exp(one["y"]) / np.exp(one["y"]).sum(axis=1, keepdims=True)
    loss, X = Loss(kind, y), one["X"]
    slopes = np.linalg.norm(loss.slopes(net.values(X)), axis=1)
    states = np.array([[np.linalg.norm(alpha) for alpha in net.forward(x[None]).alphas] for x in X])
    chain = _WithFrobenius(net, states[:, 0], states, beta=0.77)
    G, H = chain.gradient(), chain.hessian()
    assert measured("loss_gradient_norm") == pytest.approx(loss.gradient_norm(net, X), rel=1e-10)
    assert measured("first") == pytest.approx(np.mean(slopes * G), rel=1e-12)
    assert measured("second") == pytest.approx(np.mean(loss.curvature * G**2 + slopes * H), rel=1e-12)


class _WithFrobenius(Chain):
    """The chain from activations, but from gains alone for what the layers pass on."""

    def _matrix(self, layer: Layer) -> float:
        return float(np.linalg.norm(layer.M))


def _drawn(family, activation, seed, **settings):
    situations = family.situations({"activation": [activation], **settings})
    situation = next(each for each in situations if (each.shape["d"], each.shape["m"]) == (2, 3))
    batch = family.draw(situation, "gaussian", 1, np.random.default_rng(seed))
    one = {name: array[..., 0] for name, array in batch.arrays.items()}
    return one, lambda name: float(family.quantities[name].route.measure(batch)[0])
