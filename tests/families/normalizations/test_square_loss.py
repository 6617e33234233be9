from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.normalizations.gains import BIASES, GAINS
from wnverify.families.normalizations.residual import RESIDUAL_STACK
from wnverify.families.normalizations.spectral import SPECTRAL
from wnverify.families.normalizations.square_loss import BIASES_LOSS, GAINS_LOSS, RESIDUAL_LOSS, SPECTRAL_LOSS
from wnverify.family import Family, Situation

NAMES = {
    "gains": (GAINS_LOSS, GAINS, {"reach": "chain_reach", "bend": "bend", "gain_product": "gain_product"}),
    "biases": (BIASES_LOSS, BIASES, {"reach": "chain_reach", "bend": "bend", "passed": "reach"}),
    "residual": (RESIDUAL_LOSS, RESIDUAL_STACK, {"reach": "reach", "bend": "bend"}),
    "spectral": (
        SPECTRAL_LOSS,
        SPECTRAL,
        {"reach": "reach", "bend": "bend", "shares": "shares", "closeness": "closeness"},
    ),
}
"""What is measured on data, and for one input."""


def drawn(family: Family) -> Batch:
    return family.draw(Situation({"L": 2, "m": 2, "n": 2}, family.situations()[1].settings), "gaussian", 1,
                       np.random.default_rng(7))  # fmt: skip


def measured(family: Family, batch: Batch, name: str) -> float:
    return float(family.quantities[name].route.measure(batch)[0])


@pytest.mark.parametrize("name", NAMES)
def test_what_a_bound_is_made_of_is_the_largest_of_both_inputs(name: str) -> None:
    family, single, symbols = NAMES[name]
    batch = drawn(family)
    rest = {key: array for key, array in batch.arrays.items() if key not in ("X", "y")}
    place = Situation({"L": 2, "m": 2}, {key: batch.settings[key] for key in single.settings})
    alone = [single.batch(place, {**rest, "x": batch.arrays["X"][index]}) for index in range(2)]
    for here, there in symbols.items():
        assert measured(family, batch, here) == max(measured(single, each, there) for each in alone), here


def test_residual_layers_are_differentiated_by_the_rows_and_the_output_layer_alone() -> None:
    batch = drawn(RESIDUAL_LOSS)
    parts = [measured(RESIDUAL_LOSS, batch, f"loss_gradient_norm_{name}") for name in ("W", "v")]
    assert measured(RESIDUAL_LOSS, batch, "weights_gradient_norm") == pytest.approx(np.hypot(*parts), rel=1e-12)
    assert measured(RESIDUAL_LOSS, batch, "weights_hessian_norm") < measured(
        RESIDUAL_LOSS, batch, "loss_hessian_norm"
    )
