"""Extreme instances layer by layer: what they are made of, and that they reach what a single pattern misses."""

from __future__ import annotations

import numpy as np
import pytest

from tests.families.own.declared import DEEP, EVERY_KIND
from wnverify.families.own.kinds import ball, free, rows
from wnverify.families.own.layered import FIRST, SECOND, THIRD, layered

DEEP_KINDS = {"W1": rows("m", "d"), "W": rows("L-1", "m", "m"), "v": free("m"), "x": ball("d")}
SIZES = {"L": 3, "m": 3, "d": 2}


@pytest.mark.parametrize("rows", [*FIRST.values(), *SECOND, *THIRD])
@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1), (4, 2), (2, 4)])
def test_rows_are_of_norm_1(rows, shape) -> None:
    assert rows(*shape).shape == shape
    assert np.allclose(np.linalg.norm(rows(*shape), axis=1), 1.0, atol=1e-15)


def test_first_rows_are_at_their_angles_to_the_input() -> None:
    cosines = {}
    for words, arrays in layered(DEEP_KINDS, ["x"], SIZES):
        first = arrays["W1"] / np.linalg.norm(arrays["W1"], axis=1, keepdims=True)
        cosines[words] = np.einsum("ijb,jb->ib", first, arrays["x"])[:, 0]
    assert np.allclose(cosines["first rows along (1, …, 1)"], 1.0)
    assert np.allclose(cosines["first rows across"], 0.0, atol=1e-15)
    assert np.allclose(cosines["first rows at cos² = 1/3"] ** 2, 1 / 3)
    assert np.allclose(cosines["first rows at cos² = 2/3"] ** 2, 2 / 3)
    assert np.allclose(cosines["first row across, the others along"], [0.0, 1.0, 1.0], atol=1e-15)


def test_layers_differ_and_every_norm_is_tried() -> None:
    arrays = dict(layered(DEEP_KINDS, ["x"], SIZES))["first rows along (1, …, 1)"]
    second, third = (
        arrays["W"][layer] / np.linalg.norm(arrays["W"][layer], axis=1, keepdims=True) for layer in (0, 1)
    )
    assert np.abs(second - third).max(axis=(0, 1)).max() > 0.5
    assert set(np.linalg.norm(arrays["W1"], axis=1).round(12).ravel()) == {1e-3, 1.0, 1e3}
    assert len(np.unique(arrays["v"], axis=1).T) == 3


def test_without_matrices_there_is_nothing_to_combine() -> None:
    assert not list(layered(EVERY_KIND.kinds, ["x"], {"m": 2, "d": 3}))


def test_one_row_across_gives_the_largest_hidden_gradient_of_a_deep_linear_network() -> None:
    """Its square is at most (2 − 1/m)‖v‖²/(mω²) from two layers on; one row across attains it."""
    shape = {"L": 2, "m": 3, "d": 2}
    (situation,) = (s for s in DEEP.situations({"activation": ["identity"]}) if s.shape == shape)
    best = {True: 0.0, False: 0.0}
    for words, batch in DEEP.structured(situation):
        names = ("gradient_norm_W1", "gradient_norm_W", "norm_v", "omega")
        first, second, v, omega = (DEEP.quantities[name].route.measure(batch) for name in names)
        share = (first**2 + second**2) * 3 * (omega / np.where(v > 0, v, 1.0)) ** 2
        layer_by_layer = words.startswith("first ")
        best[layer_by_layer] = max(best[layer_by_layer], float(share.max()))
    assert best[True] == pytest.approx(2 - 1 / 3, abs=1e-9)
    assert best[False] < 1.2
