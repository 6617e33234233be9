"""Certificates: against their loops, and against states within their reach."""

import numpy as np
import pytest

from wnverify.engine.relu.gains import eigenvalues, unit
from wnverify.families.relu.certificates import Reach, certified
from wnverify.families.relu.runs import RELU_RUNS, certified_rate, certified_step_rate
from wnverify.families.relu.starts import begin


@pytest.mark.parametrize("quantity", [certified_rate, certified_step_rate])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_certificates_agree_with_their_loops(quantity, number):
    batch = RELU_RUNS.draw(RELU_RUNS.situations()[number], "larger", 4, np.random.default_rng(3))
    assert np.allclose(quantity.route.measure(batch), quantity.route.second(batch), rtol=1e-9, atol=1e-14)


def test_certificates_apply_to_small_residuals_and_not_to_all():
    situation = RELU_RUNS.situations()[1]
    rng = np.random.default_rng(0)
    small, large = (
        certified_rate.route.measure(RELU_RUNS.draw(situation, regime, 30, rng)) for regime in ("aligned", "larger")
    )
    assert np.mean(small > 0) > 0.5
    assert np.mean(large > 0) < 1


def test_a_part_of_a_certificate_certifies_no_more_than_the_whole():
    at = begin(RELU_RUNS.draw(RELU_RUNS.situations()[2], "aligned", 20, np.random.default_rng(0)))
    whole = certified(at)
    for part in (0, 1):
        alone = certified(at, low=lambda reach, part=part: reach.parts[part])
        assert np.all(alone <= whole * (1 + 1e-9))
        assert np.any(alone > 0)


def test_phi_bounds_the_least_eigenvalue_of_states_within_reach():
    batch = RELU_RUNS.draw(RELU_RUNS.situations()[2], "larger", 20, np.random.default_rng(0))
    at, p = begin(batch), 0.02
    bound = Reach(at, np.full(20, p)).least
    rng = np.random.default_rng(1)
    for _ in range(20):
        q = p / at.g
        angle = (q + q**2 / 2) / at.alpha**2
        side = rng.standard_normal(at.v.shape)
        side = unit(side - np.sum(side * at.direction, axis=1)[:, None] * at.direction, 1)
        new = np.cos(angle)[:, None] * at.direction + np.sin(angle)[:, None] * side
        gains = at.g + p * rng.uniform(-1, 1, at.g.shape)
        moved = at.moved(at.length[:, None] * new, gains)
        assert np.all(eigenvalues(moved.Lambda)[0] >= bound - 1e-12)
