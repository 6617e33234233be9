"""Several outputs behind two hidden layers: the network and its bounds, against the layers that the audit takes."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.layered.activations import FRAMEWORK
from wnverify.engine.layered.chain import Chain
from wnverify.engine.layered.network import Layer, Layered
from wnverify.families.normalizations.deep_outputs import BENDS, DEEP_OUTPUTS, WHOLE


@pytest.mark.parametrize("activation", ["identity", "tanh", "softplus"])
@pytest.mark.parametrize(("family", "rule"), [(WHOLE, "whole"), (DEEP_OUTPUTS, "rows")], ids=["whole", "rows"])
def test_the_family_and_the_audit_have_the_same_network_and_bounds(family, rule, activation) -> None:
    situations = family.situations({"activation": [activation]})
    situation = next(each for each in situations if each.shape["m2"] == 3)
    batch = family.draw(situation, "gaussian", 2, np.random.default_rng(0))
    for lane in range(2):
        one = {name: array[..., lane] for name, array in batch.arrays.items()}
        net = Layered(tuple(_layer(one, rule, place) for place in (1, 2, 3)), FRAMEWORK[activation])
        x, w = one["x"][None, :2], one["x"][2:]
        alphas = np.array([[np.linalg.norm(alpha) for alpha in net.forward(x).alphas]])
        norms = _WithFrobenius(net, alphas[:, 0], beta=BENDS[activation])
        chain = _WithFrobenius(net, alphas[:, 0], alphas, beta=BENDS[activation])
        expected = {
            "output": float(net.values(x)[0] @ w),
            "probe_norm": float(np.linalg.norm(w)),
            "chain_reach": chain.gradient()[0],
            "bend": chain.hessian()[0],
            "stretch": norms.into()[0],
            "reach": norms.output()[0],
            "gains_reach": chain.kind("g")[0],
            "biases_reach": chain.kind("b")[0],
        }
        for name, value in expected.items():
            assert family.quantities[name].route.measure(batch)[lane] == pytest.approx(value, rel=1e-12), name


def _layer(one, rule, place):
    g, W, b = one.get(f"g{place}"), one[f"W{place}"], one[f"b{place}"]
    return Layer(str(place), "plain" if g is None else rule, W, None if g is None else np.reshape(g, (-1, 1)), b)


class _WithFrobenius(Chain):
    """Layers that are normalised pass on their Frobenius norms, whether activations are known or not."""

    def _matrix(self, layer: Layer) -> float:
        return layer.spectral if layer.rule == "plain" else float(np.linalg.norm(layer.M))
