from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.homogeneous import state as engine
from wnverify.engine.homogeneous.state import NETS


def random_layers(net: str, rng: np.random.Generator) -> list[np.ndarray]:
    return [rng.standard_normal((nodes, size, 3)) for nodes, size in NETS[net].shapes(2, 3)]


@pytest.mark.parametrize("net", NETS)
def test_outputs_are_homogeneous_layer_by_layer(net: str) -> None:
    rng = np.random.default_rng(0)
    layers, x = random_layers(net, rng), rng.standard_normal((4, 2, 3, 3))
    value = NETS[net].value(layers, x)
    for layer, degree in enumerate(NETS[net].degrees):
        scaled = [1.7 * part if index == layer else part for index, part in enumerate(layers)]
        assert NETS[net].value(scaled, x) == pytest.approx(1.7**degree * value)


@pytest.mark.parametrize("net", NETS)
def test_pull_is_the_gradient(net: str) -> None:
    rng = np.random.default_rng(1)
    layers, x, c = random_layers(net, rng), rng.standard_normal((4, 2, 3, 3)), rng.standard_normal((4, 3))
    moves = [rng.standard_normal(layer.shape) for layer in layers]
    h = 1e-6
    ahead, behind = (
        np.sum(c * NETS[net].value([a + sign * h * b for a, b in zip(layers, moves, strict=True)], x), axis=0)
        for sign in (1, -1)
    )
    slope = sum(np.sum(G * b, axis=(0, 1)) for G, b in zip(NETS[net].pull(layers, x, c), moves, strict=True))
    assert slope == pytest.approx((ahead - behind) / (2 * h), rel=1e-7, abs=1e-7)


def test_log_losses_survive_large_margins() -> None:
    margins = np.array([[800.0, 1.0], [900.0, -2.0]])
    for loss in ("exponential", "logistic"):
        assert engine.log_loss(loss, margins)[0] == pytest.approx(-800.0)
    assert engine.log_loss("logistic", margins)[1] == pytest.approx(np.log(np.log1p(np.exp([-1.0, 2.0])).sum()))
