"""Turned neurons: what a turn is."""

import numpy as np

from wnverify.batch import Batch
from wnverify.engine.relu.gains import length
from wnverify.families.relu.rotations import RELU_ROTATIONS, doubtful, sure_shift, turn, turned

SITUATIONS = RELU_ROTATIONS.situations()


def test_a_turn_is_by_the_angle_and_keeps_the_length():
    batch = RELU_ROTATIONS.draw(SITUATIONS[-1], "generic", 20, np.random.default_rng(1))
    at = turned(batch)
    assert np.allclose(at.turn, batch.arrays["angle"], atol=1e-12)
    assert np.allclose(length(at.new, 1), 1.0)


def test_gains_count_under_their_setting_only():
    batch = RELU_ROTATIONS.draw(SITUATIONS[0], "generic", 5, np.random.default_rng(2))
    assert np.all(turned(batch).gamma == 1.0)
    other = Batch(batch.family, batch.shape, {"gain": "any"}, batch.arrays)
    assert np.all(turned(other).gamma == batch.arrays["gamma"])


def test_no_turn_leaves_nothing_to_doubt():
    batch = RELU_ROTATIONS.draw(SITUATIONS[-2], "generic", 20, np.random.default_rng(3))
    batch.arrays["angle"][:] = 1e-12
    assert np.all(turn.route.measure(batch) < 1e-11)
    assert np.all(doubtful.route.measure(batch) == 0.0)
    assert np.all(sure_shift.route.measure(batch) < 1e-11)
