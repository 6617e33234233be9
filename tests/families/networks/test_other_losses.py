from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.engine.networks.losses import LOSSES
from wnverify.families.networks.other_losses import OTHER_LOSSES
from wnverify.families.networks.regression_pairs import PAIRS
from wnverify.family import Situation

SHAPE = {"L": 2, "m": 3, "d": 2, "n": 3}
ROUTED = ("loss", "loss_gradient_norm", "loss_hessian_norm", "slope_mean", "slope_square", "least_curved", "kappa")


def drawn(loss: str, regime: str = "gaussian", count: int = 10) -> Batch:
    where = Situation(SHAPE, {"activation": "softplus", "scaling": "fan_in", "loss": loss})
    return OTHER_LOSSES.draw(where, regime, count, np.random.default_rng(0))


def measured(batch: Batch, name: str) -> np.ndarray:
    return OTHER_LOSSES.quantities[name].route.measure(batch)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", ROUTED)
def test_both_routes_agree(loss: str, name: str) -> None:
    batch, route = drawn(loss), OTHER_LOSSES.quantities[name].route
    assert route.measure(batch) == pytest.approx(route.second(batch), rel=1e-8)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gap_is_that_of_balls_for_short_and_long_displacements(loss: str) -> None:
    batch, route = drawn(loss, "wide", 20), OTHER_LOSSES.quantities["rsc_gap"].route
    short = batch.with_arrays({**batch.arrays, **{k: 1e-6 * a for k, a in batch.arrays.items() if k.startswith("d")}})
    for instances in (batch, short):
        wanted = route.second(instances)
        assert route.measure(instances) == pytest.approx(wanted, rel=1e-6, abs=1e-9 * np.abs(wanted).max())


def test_the_square_is_the_loss_of_the_other_pairs() -> None:
    batch = drawn("square")
    settings = {name: value for name, value in batch.settings.items() if name != "loss"}
    pairs = Batch(PAIRS.name, batch.shape, settings, {**batch.arrays, "step": np.ones(batch.size)})
    for name in ("loss", "loss_gradient_norm", "kappa", "rsc_gap", "omega", "distance"):
        assert measured(batch, name) == pytest.approx(PAIRS.quantities[name].route.measure(pairs), rel=1e-12), name
    assert measured(batch, "slope_square") == pytest.approx(4 * measured(batch, "loss"))
    assert (measured(batch, "least_curved") == 2).all()


def test_the_logistic_loss_of_one_linear_neuron_by_hand() -> None:
    """f = v·x/|x| with W along x: v = 1 and v′ = 2, label 1."""
    arrays = {"W1": [[1.0]], "v": [1.0], "X": [[1.0]], "y": [5.0], "dW1": [[0.0]], "dv": [1.0]}
    settings = {"activation": "identity", "scaling": "fan_out", "loss": "logistic"}
    stored = {name: np.array(array)[..., None] for name, array in arrays.items()}
    batch = Batch("other_losses", {"L": 1, "m": 1, "d": 1, "n": 1}, settings, stored)
    slope, far = 1 / (1 + np.e), np.exp(-2.0)
    assert measured(batch, "loss") == pytest.approx([np.log1p(np.exp(-1.0))])
    assert measured(batch, "slope_mean") == pytest.approx([slope])
    assert measured(batch, "slope_square") == pytest.approx([slope**2])
    assert measured(batch, "least_curved") == pytest.approx([far / (1 + far) ** 2])
    assert measured(batch, "most_curved") == pytest.approx([0.25])
    assert measured(batch, "loss_gradient_norm") == pytest.approx([slope])
    assert measured(batch, "loss_hessian_norm") == pytest.approx([slope * (1 - slope)])
    assert measured(batch, "rsc_gap") == pytest.approx([np.log1p(far) - np.log1p(np.exp(-1.0)) + slope])
