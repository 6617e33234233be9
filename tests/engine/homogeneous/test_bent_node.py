from __future__ import annotations

import numpy as np
import pytest

from wnverify.engine.homogeneous.bent_node import Bend, loss_and_time, profile


def test_the_bent_network_is_smooth_and_its_loss_falls_while_a_margin_does() -> None:
    bend = Bend(0.72, 0.2, 6.0, 0.05)
    for angle in (0.0, 0.02, 0.05):
        ahead, behind = (profile(bend, angle + step)[0] for step in (1e-7, -1e-7))
        assert (ahead - behind) / 2e-7 == pytest.approx(profile(bend, angle)[1], abs=1e-3)
    h, _ = profile(bend, 0.001)
    loss, margin, finished = loss_and_time(bend, 0.001, 2.0)
    assert finished
    assert loss < np.exp(-h).sum() < 1
    assert margin < 0.5 * h.min()
    assert 1 / loss == pytest.approx(1.34783, abs=1e-4)
