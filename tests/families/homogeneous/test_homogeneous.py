from __future__ import annotations

import numpy as np
import pytest

from tests.families.domains import check_domain
from wnverify.batch import Batch
from wnverify.errors import RecordError
from wnverify.families.homogeneous.competing_nodes import COMPETING
from wnverify.families.homogeneous.layer_flow import LAYER_FLOW
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES
from wnverify.families.homogeneous.state import HOMOGENEOUS
from wnverify.families.homogeneous.state_fields import closed_form
from wnverify.families.homogeneous.two_nodes import TWO_NODES
from wnverify.family import Family, Situation

TOLERANCE = {
    "homogeneous": 1e-9,
    "scalar_nodes": 1e-9,
    "two_nodes": 1e-8,
    "competing_nodes": 1e-6,
    "layer_flow": 1e-4,
}
FAMILIES = (HOMOGENEOUS, SCALAR_NODES, TWO_NODES, COMPETING, LAYER_FLOW)


def some_situations(family: Family) -> list[Situation]:
    """Every combination of settings at one shape; three shapes where there are no settings."""
    situations = family.situations()
    shapes = [str(dict(shape)) for shape in family.shapes()]
    kept = {shapes[min(3, len(shapes) - 1)]} if family.settings else set(shapes[1:4])
    kept = {shapes[0]} if family is LAYER_FLOW else kept
    return [situation for situation in situations if str(dict(situation.shape)) in kept]


CASES = [(family, situation) for family in FAMILIES for situation in some_situations(family)]


def draw(family: Family, situation: Situation, regime: str, count: int) -> Batch:
    return family.draw(situation, regime, count, np.random.default_rng(0))


@pytest.mark.parametrize(("family", "situation"), CASES, ids=str)
def test_draws_lie_in_the_domain_and_both_routes_agree(family: Family, situation: Situation) -> None:
    for regime in family.regimes:
        batch = draw(family, situation, regime, 1)
        check_domain(family, batch)
        if regime != "mixed":  # there a loss may overflow, and every theorem excludes it
            compare(family, batch)
    for _, batch in family.structured(situation):
        check_domain(family, batch)


def compare(family: Family, batch: Batch) -> None:
    tolerance = TOLERANCE[family.name]
    for name, quantity in family.quantities.items():
        if quantity.route.second is None:
            continue
        first, second = quantity.route.measure(batch), quantity.route.second(batch)
        assert first == pytest.approx(second, rel=tolerance, abs=tolerance), name


def test_norms_keep_their_value_under_both_parametrisations() -> None:
    situation = Situation({"n": 3, "k": 2, "d": 2}, {"net": "relu", "loss": "logistic", "node": "first"})
    state = closed_form(draw(HOMOGENEOUS, situation, "separable", 4))
    for move in state.turning:
        assert move.shape[-1] == 4
    speed = [np.sum(v * move, axis=1) for v, move in zip(state.v, state.turning, strict=True)]
    assert np.concatenate([part.ravel() for part in speed]) == pytest.approx(0.0, abs=1e-13)


def test_a_start_of_negative_margin_is_not_run() -> None:
    batch = draw(LAYER_FLOW, LAYER_FLOW.situations()[0], "near", 2)
    turned = Batch(batch.family, batch.shape, batch.settings, {**batch.arrays, "a": -batch.arrays["a"]})
    assert LAYER_FLOW.quantities["settled"].route.measure(batch).sum() >= 1.0
    assert LAYER_FLOW.quantities["settled"].route.measure(turned).sum() == 0.0


def test_networks_without_direction_and_steps_backwards_are_refused() -> None:
    one = draw(HOMOGENEOUS, HOMOGENEOUS.situations()[0], "unit", 1)
    HOMOGENEOUS.check(one)
    for change, words in (("v1", 0.0), "vectors with a direction"), (("eta", -1.0), "positive numbers"):
        name, factor = change
        with pytest.raises(RecordError, match=words):
            HOMOGENEOUS.check(one.with_arrays({**one.arrays, name: factor * one.arrays[name]}))


def test_one_node_does_not_compete() -> None:
    one = draw(COMPETING, COMPETING.situations()[0], "any", 1)
    COMPETING.check(one)
    alone = {**one.arrays, "w": one.arrays["w"][:1], "c": one.arrays["c"][:1]}
    with pytest.raises(RecordError, match="at least two nodes"):
        COMPETING.check(Batch(one.family, {"k": 1}, one.settings, alone))
