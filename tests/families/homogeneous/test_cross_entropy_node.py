from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.families.homogeneous.cross_entropy_node import CROSS_ENTROPY_NODE
from wnverify.family import Situation


def number(name: str, batch: Batch) -> np.ndarray:
    return np.asarray(CROSS_ENTROPY_NODE.quantities[name].route.measure(batch))


def test_the_printed_rate_of_cross_entropy_fails_where_it_is_said_to() -> None:
    # one node, f_0 = 0.1: at t = 2 the loss is 1/1.56387, and eq. (51) says 1/LL ≥ 1.57184
    place = Situation({"L": 1}, {})
    rises = np.linspace(0.009, 0.0105, 16)
    batch = CROSS_ENTROPY_NODE.batch(place, {"start": np.full(16, 0.1), "rise": rises})
    time, loss = number("time", batch), number("end_loss", batch)
    at = float(np.interp(2.0, time, 1 / loss))
    assert at == pytest.approx(1.56387, abs=1e-4)
    printed = 1 / np.log1p(np.exp(-0.1)) + 0.01 * 2
    assert printed == pytest.approx(1.57184, abs=1e-4)
    assert at < printed
    ball = CROSS_ENTROPY_NODE.enclosures(batch.select(np.array([0])), ("time",))
    assert ball
    assert float(ball["time"]) == pytest.approx(time[0], rel=1e-12)
