"""Families of runs: where they begin, and how step sizes are moved."""

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.engine.relu.gains import eigenvalues, energy
from wnverify.errors import RecordError
from wnverify.families.relu.runs import RELU_RUNS, flows
from wnverify.families.relu.starts import begin
from wnverify.families.relu.widths import RELU_WIDTHS
from wnverify.quantities import Interval, Source


def test_the_lowest_direction_is_the_slowest():
    batch = RELU_RUNS.draw(RELU_RUNS.situations()[1], "aligned", 4, np.random.default_rng(0))
    at = begin(batch)
    least = energy(at.Lambda, at.residual) / at.residual_norm**2
    assert np.allclose(least, eigenvalues(at.Lambda)[0], rtol=1e-8, atol=1e-12)
    assert flows(batch).points == 41


@pytest.mark.parametrize("family", [RELU_RUNS, RELU_WIDTHS], ids=lambda family: family.name)
def test_a_step_size_is_moved_though_only_its_share_is_stored(family):
    batch = family.draw(family.situations()[0], family.regimes[0], 8, np.random.default_rng(0))
    measure = family.quantities["step"].route.measure
    middle = float(np.median(measure(batch)))
    for interval in (Interval(low=middle), Interval(high=middle), Interval(middle, middle)):
        moved = measure(batch.with_arrays(family.moves()["step"](batch.arrays, interval)))
        assert np.allclose(moved, np.clip(measure(batch), interval.low, interval.high), rtol=1e-12)


def test_sizes_that_settings_determine_are_constants():
    for name in ("m", "d", "mean_inverse"):
        assert RELU_WIDTHS.quantities[name].source is Source.CONSTANT


def test_other_numbers_of_inputs_than_those_with_known_widths_are_refused():
    batch = RELU_WIDTHS.draw(RELU_WIDTHS.situations()[0], "inside", 1, np.random.default_rng(0))
    with pytest.raises(RecordError, match="one or two inputs, but got n=3"):
        RELU_WIDTHS.check(Batch(batch.family, {"n": 3}, batch.settings, batch.arrays))
