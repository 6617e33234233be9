"""WeightNorm with gains and biases: networks and what bounds are made of, against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.families.normalizations.gains import BIASES, GAINS, STEEP

LANES = 4


def drawn(family):
    situation = next(place for place in family.situations({"activation": ["tanh"]}) if place.shape["L"] == 4)
    return family.draw(situation, "gaussian", LANES, np.random.default_rng(2))


@pytest.mark.parametrize("family", [GAINS, BIASES], ids=lambda family: family.name)
def test_the_network_is_what_its_definition_says(family) -> None:
    batch = drawn(family)
    found = family.quantities["output"].route.measure(batch)
    for lane in range(LANES):
        one = {name: array[..., lane] for name, array in batch.arrays.items()}
        alpha = one["x"]
        for layer, W in enumerate(one["W"]):
            unit = W / np.linalg.norm(W, axis=1, keepdims=True)
            bias = one["b"][layer] if "b" in one else 0.0
            alpha = np.tanh((one["g"][layer] * (unit @ alpha) + bias) / len(W) ** 0.5)
        assert found[lane] == pytest.approx(one["v"] @ alpha, rel=1e-12)


def test_products_of_gains_and_what_biases_add() -> None:
    batch = drawn(BIASES)
    names = ("gain_product", "gains_of_others", "gains_behind", "reach")
    found = [BIASES.quantities[name].route.measure(batch) for name in names]
    for lane in range(LANES):
        gains = np.abs(batch.arrays["g"][..., lane]).max(axis=1)
        bias = np.linalg.norm(batch.arrays["b"][..., lane], axis=1) / batch.shape["m"] ** 0.5
        a = np.linalg.norm(batch.arrays["x"][:, lane])
        for layer in range(4):
            a = gains[layer] * a + bias[layer]
        others = sum(np.delete(gains, layer).prod() ** 2 for layer in range(4))
        behind = sum(gains[layer + 1 :].prod() ** 2 for layer in range(4))
        assert [each[lane] for each in found] == pytest.approx([gains.prod(), others, behind, a], rel=1e-12)


def test_gains_above_1_multiply_from_layer_to_layer() -> None:
    for situation in GAINS.situations({"activation": ["identity"]}):
        words, batch = next(GAINS.structured(situation))
        output = GAINS.quantities["output"].route.measure(batch)
        assert words == "all along (1, …, 1)"
        assert output == pytest.approx([1.0, STEEP ** situation.shape["L"]])


def test_biases_across_the_rows_give_every_layer_a_whole_share() -> None:
    for situation in BIASES.situations({"activation": ["identity"]}):
        batch = dict(BIASES.structured(situation))["biases across all rows"]
        hidden, V = (BIASES.quantities[name].route.measure(batch) for name in ("gradient_norm_W", "norm_v"))
        assert hidden**2 * situation.shape["m"] == pytest.approx(situation.shape["L"] * V**2)
        assert BIASES.quantities["largest_state"].route.measure(batch) == pytest.approx(1.0)
