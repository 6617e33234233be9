from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.homogeneous.hidden_descent import HIDDEN_DESCENT
from wnverify.family import Situation


def number(name: str, batch: Batch) -> np.ndarray:
    return np.asarray(HIDDEN_DESCENT.quantities[name].route.measure(batch))


PLACE = Situation({"n": 2, "k": 2, "C": 3, "d": 2, "L": 2}, {"loss": "exponential"})


def test_descent_takes_whole_steps_and_tells_what_does_not_descend() -> None:
    batch = HIDDEN_DESCENT.draw(PLACE, "any", 3, np.random.default_rng(1))
    one = batch.with_arrays({**batch.arrays, "steps": np.full(3, 1.9), "step": np.full(3, 0.01)})
    assert number("total", one) == pytest.approx(0.01 * np.sqrt(number("start_phi", one)))
    wrong = one.with_arrays({**one.arrays, "label": (one.arrays["label"] + 1) % 3})
    assert number("descends", wrong).sum() == 0
