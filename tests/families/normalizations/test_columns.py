"""Weight normalization by columns: the network and its chain, against the layers of the audit."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.layered.activations import FRAMEWORK
from wnverify.engine.layered.chain import Chain
from wnverify.engine.layered.network import Layer, Layered
from wnverify.families.normalizations.columns import COLUMNS


def test_the_family_and_the_audit_have_the_same_network_and_bound() -> None:
    situation = next(each for each in COLUMNS.situations({"activation": ["identity"]}) if each.shape["m1"] == 3)
    batch = COLUMNS.draw(situation, "gaussian", 4, np.random.default_rng(0))
    names = ("output", "chain_reach", "bend", "norm_v")
    found = {name: COLUMNS.quantities[name].route.measure(batch) for name in names}
    for lane in range(4):
        one = {name: array[..., lane] for name, array in batch.arrays.items()}
        hidden = [Layer(f"{i}", "columns", one[f"W{i}"].T, one[f"g{i}"][None, :], one[f"b{i}"]) for i in (1, 2)]
        net = Layered((*hidden, Layer("v", "plain", one["v"][None, :])), FRAMEWORK["identity"])
        x = one["x"][None, :]
        assert found["output"][lane] == pytest.approx(net.values(x)[0, 0], rel=1e-12)
        alphas = np.array([[np.linalg.norm(alpha) for alpha in net.forward(x).alphas]])
        whole = Chain(net, alphas[:, 0], alphas)
        C, b = found["norm_v"][lane] * found["bend"][lane], found["chain_reach"][lane]
        assert whole.hessian()[0] <= (C + np.sqrt(C * C + 4 * b * b)) / 2 * (1 + 1e-12)
