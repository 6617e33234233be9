from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.errors import RecordError
from wnverify.families.homogeneous.hidden_flow import HIDDEN_FLOW
from wnverify.families.homogeneous.hidden_runs import RUNS
from wnverify.family import Situation

SHAPE = {"n": 2, "k": 2, "C": 3, "d": 2, "L": 2}
PLACE = Situation(SHAPE, {"normalization": "ewn", "loss": "cross_entropy"})


def number(name: str, batch: Batch) -> np.ndarray:
    return np.asarray(HIDDEN_FLOW.quantities[name].route.measure(batch))


def drawn(count: int) -> Batch:
    return HIDDEN_FLOW.draw(PLACE, "late", count, np.random.default_rng(0))


def test_a_drawn_network_classifies_its_samples() -> None:
    batch = drawn(6)
    assert number("start_margin", batch) == pytest.approx(np.abs(number("start_margin", batch)))
    assert number("finished", batch).sum() >= 5


def test_a_start_of_negative_margin_is_not_run() -> None:
    batch = drawn(2)
    wrong = batch.with_arrays({**batch.arrays, "label": (batch.arrays["label"] + 1) % 3})
    assert number("finished", wrong).sum() == 0


def test_a_run_has_the_states_it_is_asked_for() -> None:
    run = RUNS.closed(drawn(1))[0]
    assert run.norms.shape == (33, 2)
    assert run.G.shape == (33, 2, 2)
    assert run.pulls.phi[-1] > run.pulls.phi[0]


def test_labels_beyond_the_classes_are_brought_back_and_wrong_shapes_are_refused() -> None:
    batch = drawn(1)
    with pytest.raises(RecordError, match="clock"):
        HIDDEN_FLOW.check(batch.with_arrays({**batch.arrays, "clock": np.ones((2, 1))}))


def test_a_planted_error_in_the_field_is_seen_by_the_second_route(monkeypatch: pytest.MonkeyPatch) -> None:
    from wnverify.engine.homogeneous import hidden_flow as engine

    right = engine.velocity
    monkeypatch.setattr(engine, "velocity", lambda kind, w, G: 1.1 * right(kind, w, G) * np.sqrt(np.sum(w * w)))
    batch, quantity = drawn(1), HIDDEN_FLOW.quantities["end_1"].route
    assert quantity
    assert quantity.second
    assert abs(quantity.measure(batch) / quantity.second(batch) - 1).max() > 1e-3
