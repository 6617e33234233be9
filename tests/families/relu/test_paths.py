"""Paths that slide along kinks: what averaged indicators keep and indicators 0 and 1 lose."""

import numpy as np
import pytest

from wnverify.engine.relu.runs import descend
from wnverify.families.relu import paths
from wnverify.families.relu.paths import RELU_PATHS, plain_runs, run
from wnverify.families.relu.starts import begin


def test_sliding_is_drawn_and_seen_by_both_routes():
    situation = RELU_PATHS.situations()[0]
    batch = RELU_PATHS.draw(situation, "sliding", 4, np.random.default_rng(0))
    found = run(batch)
    assert np.sum(found.flips > 2) >= 3
    for b, one in enumerate(plain_runs(batch)):
        assert np.allclose(one.sizes, found.size[:, b], atol=1e-10)


def test_finer_steps_do_not_save_the_indicators():
    situation = RELU_PATHS.situations()[0]
    at = begin(RELU_PATHS.draw(situation, "sliding", 4, np.random.default_rng(0)))
    for steps in (400, 1600):
        found = descend(at, np.full(4, 0.4 / steps) * at.alpha**2, steps)
        drop = found.size[0] ** 2 - found.size[-1] ** 2
        slides = found.flips > 2
        wrong = np.abs(found.indicator_work - drop)[slides] / drop[slides]
        right = np.abs(found.averaged(40)[1] - drop)[slides] / drop[slides]
        assert wrong.max() > 0.03
        assert right.max() < 0.02


@pytest.mark.parametrize(("steps", "long", "broken"), [(240, True, True), (3840, False, False)])
def test_a_short_direction_breaks_the_energy_of_coarse_steps_only(
    monkeypatch: pytest.MonkeyPatch, steps: int, long: bool, broken: bool
) -> None:
    """Why `flow_energy` assumes short strides: a search found this start, which breaks it without them."""
    monkeypatch.setattr(paths, "STEPS", steps)
    arrays = {
        "x": [[-0.6, -0.8], [0.9, -0.3]], "u": [[-1.0, 0.2], [0.02, -0.02]], "c": [1.0, -1.0], "r": [4.0, 3.0],
        "alpha": 1.0, "span": 0.5,
    }  # fmt: skip
    batch = RELU_PATHS.batch(
        RELU_PATHS.situations()[0], {name: np.array(value)[..., None] for name, value in arrays.items()}
    )
    first, last, work, stride = (
        float(RELU_PATHS.quantities[name].route.measure(batch)[0])
        for name in ("start_residual", "end_residual", "work", "stride")
    )
    assert (stride > 1 / 20) is long
    assert (abs(first**2 - last**2 - work) > first**2 / 100) is broken
