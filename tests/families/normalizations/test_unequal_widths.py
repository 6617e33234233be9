"""Layers of unequal widths against plain NumPy, and the instances at which the gradient is as large as it can be."""

from __future__ import annotations

import numpy as np
import pytest

from wnverify.families.normalizations.unequal_widths import LAYERS, NORMED_STATES, UNEQUAL_WIDTHS
from wnverify.family import Situation

SIZES = {"d": 2, "m1": 2, "m2": 3, "m3": 1}
NAMES = ("output", *(f"scale_{layer}" for layer in LAYERS), "own", "steepest")


def situation(normalization, activation="tanh", sizes=SIZES):
    return Situation(sizes, {"activation": activation, "normalization": normalization})


def naive(arrays, normalization):
    """The output and the scales, layer by layer."""
    state, scales = arrays["x"], []
    for W in (arrays["W1"], arrays["W2"], arrays["W3"]):
        width, z, lengths = len(W), W @ state, np.linalg.norm(W, axis=1)
        if normalization == "rows":
            scales.append(width**0.5 * lengths.min())
            state = np.tanh(z / lengths / width**0.5)
        elif normalization == "frobenius":
            scales.append(np.linalg.norm(W))
            state = np.tanh(z / scales[-1])
        else:
            scales.append(np.sqrt(z @ z + width * NORMED_STATES[normalization]))
            state = np.tanh(width**0.5 * z / scales[-1]) / width**0.5
    return arrays["v"] @ state, scales


@pytest.mark.parametrize("normalization", ["rows", "frobenius", *NORMED_STATES])
def test_the_network_is_that_of_its_definition(normalization):
    batch = UNEQUAL_WIDTHS.draw(situation(normalization), "gaussian", 3, np.random.default_rng(0))
    found = {name: UNEQUAL_WIDTHS.quantities[name].route.measure(batch) for name in NAMES}
    for lane in range(3):
        arrays = {name: array[..., lane] for name, array in batch.arrays.items()}
        output, scales = naive(arrays, normalization)
        assert found["output"][lane] == pytest.approx(output, rel=1e-12)
        assert [found[f"scale_{layer}"][lane] for layer in LAYERS] == pytest.approx(scales, rel=1e-12)
        if normalization == "rows":
            wide = np.sqrt([SIZES[f"m{layer}"] for layer in LAYERS])
            assert found["own"][lane] == pytest.approx(np.max(wide / np.square(scales)))
        if normalization in NORMED_STATES:
            chi = [np.linalg.norm(arrays[f"W{layer}"], 2) / scales[layer - 1] for layer in LAYERS]
            assert found["steepest"][lane] == pytest.approx(max(chi))


@pytest.mark.parametrize(("normalization", "words", "share"), [
    ("rows", "one row apart", (3 / 2, 5 / 3)), ("frobenius", "one vector handed on", (2,)),
])  # fmt: skip
def test_two_layers_have_all_of_the_gradient(normalization, words, share):
    """2 − 1/m_1 where a row of the first layer stands apart, 2 − 1/m_2 where one of the second does."""
    batch = dict(UNEQUAL_WIDTHS.structured(situation(normalization, "identity")))[words]
    V = UNEQUAL_WIDTHS.quantities["norm_v"].route.measure(batch)
    spent = sum(
        UNEQUAL_WIDTHS.quantities[f"scale_{layer}"].route.measure(batch) ** 2
        * UNEQUAL_WIDTHS.quantities[f"gradient_norm_W{layer}"].route.measure(batch) ** 2
        for layer in LAYERS
    )
    assert (spent / V**2).reshape(len(share), -1) == pytest.approx(np.tile(share, (batch.size // len(share), 1)).T)
