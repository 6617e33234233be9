from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.engine.relu import gains as engine
from wnverify.families.relu.gains import RELU_GAINS
from wnverify.families.relu.gains_views import STEPS, VIEWS, state

SITUATIONS = RELU_GAINS.situations()


def draw(index: int = 5, regime: str = "signed", count: int = 6) -> Batch:
    return RELU_GAINS.draw(SITUATIONS[index], regime, count, np.random.default_rng(index))


def test_the_initialisation_ties_gains_to_lengths() -> None:
    batch = draw(5, "spread")
    assert batch.settings["start"] == "initial"
    at = state(batch)
    assert at.g == pytest.approx(at.length / at.alpha)
    made = engine.initial(at.v / at.alpha, at.x, at.y, at.c, at.alpha)
    assert made.output == pytest.approx(at.output)
    assert made.Lambda == pytest.approx(at.Lambda)


def test_two_equal_runs_are_computed_once() -> None:
    view = VIEWS.closed(draw())
    assert view.run(0.0, 0.0) is view.run(0.0, 0.0)
    assert len(view.run(2.0, 0.0)) == STEPS + 1
