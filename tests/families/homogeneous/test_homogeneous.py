from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.errors import RecordError
from wnverify.families.homogeneous.competing_nodes import COMPETING
from wnverify.families.homogeneous.layer_flow import LAYER_FLOW
from wnverify.families.homogeneous.state import HOMOGENEOUS
from wnverify.families.homogeneous.state_fields import closed_form
from wnverify.family import Family, Situation


def draw(family: Family, situation: Situation, regime: str, count: int) -> Batch:
    return family.draw(situation, regime, count, np.random.default_rng(0))


def measured(name: str, batch: Batch) -> np.ndarray:
    return np.asarray(COMPETING.quantities[name].route.measure(batch))


def test_norms_keep_their_value_under_both_parametrisations() -> None:
    situation = Situation({"n": 3, "k": 2, "d": 2}, {"net": "relu", "loss": "logistic", "node": "first"})
    state = closed_form(draw(HOMOGENEOUS, situation, "separable", 4))
    for move in state.turning:
        assert move.shape[-1] == 4
    speed = [np.sum(v * move, axis=1) for v, move in zip(state.v, state.turning, strict=True)]
    assert np.concatenate([part.ravel() for part in speed]) == pytest.approx(0.0, abs=1e-13)


@pytest.mark.parametrize("route", ["measure", "second"])
def test_what_cancels_leaves_no_more_than_rounding(route: str) -> None:
    """One sample across the first row up to 1e-9: Σ ‖w‖ℓ′f is lost there, and a loss is 1, or log 2, up to 1e-9."""
    shape = {"n": 1, "k": 1, "d": 2}
    for loss, name in (("exponential", "phi"), ("logistic", "logistic_phi")):
        situation = Situation(shape, {"net": "deep_linear", "loss": loss, "node": "first"})
        arrays = dict(draw(HOMOGENEOUS, situation, "unit", 3).arrays)
        v = arrays["v1"][0]
        across = np.array([-v[1], v[0]]) + 1e-9 * v
        arrays |= {"x": across[None, None], "label": np.sign(arrays["v2"][0] * arrays["v3"][0])}
        batch = HOMOGENEOUS.batch(situation, arrays)

        def of(name: str, batch: Batch = batch) -> np.ndarray:
            return np.asarray(getattr(HOMOGENEOUS.quantities[name].route, route)(batch))

        assert of(name) == pytest.approx(closed_form(batch).margins[0], rel=1e-6)
        assert (np.abs(of(name)) < 1e-6).all()
        for rate in ("ewn_log_rate", "swn_square_rate", "plain_square_rate"):
            assert (of(rate) < 1e-14).all()


def test_a_start_of_negative_margin_is_not_run() -> None:
    batch = draw(LAYER_FLOW, LAYER_FLOW.situations()[0], "near", 2)
    turned = Batch(batch.family, batch.shape, batch.settings, {**batch.arrays, "a": -batch.arrays["a"]})
    assert LAYER_FLOW.quantities["settled"].route.measure(batch).sum() >= 1.0
    assert LAYER_FLOW.quantities["settled"].route.measure(turned).sum() == 0.0


def test_one_node_does_not_compete() -> None:
    one = draw(COMPETING, COMPETING.situations()[0], "any", 1)
    COMPETING.check(one)
    alone = {**one.arrays, "w": one.arrays["w"][:1], "c": one.arrays["c"][:1]}
    with pytest.raises(RecordError, match="at least two nodes"):
        COMPETING.check(Batch(one.family, {"k": 1}, one.settings, alone))


def test_the_limit_of_a_loser_by_hand() -> None:
    # z = (1, 1), w(0) = (1, 1/2), L = 1: the second tends to 1/(2 − 1) = 1 as the first becomes infinite
    arrays = {"w": [[1.0], [0.5]], "c": [[1.0], [1.0]], "wobble": [0.0], "share": [0.5]}
    batch = COMPETING.batch(
        Situation({"k": 2}, {"degree": "1"}), {name: np.array(values) for name, values in arrays.items()}
    )
    assert measured("ewn_w1", batch) == pytest.approx(2.0)
    assert measured("ewn_w2", batch) == pytest.approx(1 / 1.5)
    assert measured("ewn_loser_most", batch) == pytest.approx(1.0, abs=1e-5)
    assert measured("ewn_runaway", batch) == pytest.approx(1e6, rel=1e-4)
