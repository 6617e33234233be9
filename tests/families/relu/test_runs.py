"""Runs of two-layer ReLU networks: the flow against an adaptive integrator, descent against loops, certificates."""

from itertools import product

import numpy as np
import pytest

from wnverify.engine.relu.gains import eigenvalues, energy, unit
from wnverify.engine.relu.runs import descend, flow
from wnverify.errors import RecordError
from wnverify.families.relu.paths import RELU_PATHS, plain_runs, run
from wnverify.families.relu.runs import RELU_RUNS, certified_rate, certified_step_rate, flows
from wnverify.families.relu.runs_certificates import Reach
from wnverify.families.relu.runs_draws import begin
from wnverify.families.relu.runs_plain import flowed, jacobian, outputs, signs, single
from wnverify.families.relu.scalings import RELU_SCALINGS, gain_exponent
from wnverify.families.relu.steps import RELU_STEPS
from wnverify.families.relu.widths import RELU_WIDTHS
from wnverify.family import Situation

FAMILIES = (RELU_RUNS, RELU_PATHS, RELU_STEPS, RELU_WIDTHS, RELU_SCALINGS)


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


def test_the_jacobian_is_that_of_the_outputs():
    one = single(RELU_RUNS.draw(RELU_RUNS.situations()[1], "any", 4, np.random.default_rng(0)), 0)
    J = jacobian(one, one.v, one.g, signs(one, one.v, one.g))
    z = np.concatenate([one.v, one.g[:, None]], axis=1)
    for k, column in product(range(z.shape[0]), range(z.shape[1])):
        up, down = z.copy(), z.copy()
        up[k, column] += 1e-6
        down[k, column] -= 1e-6
        ends = [outputs(one, end[:, :-1], end[:, -1]) for end in (up, down)]
        assert np.allclose(J[:, k * z.shape[1] + column], (ends[0] - ends[1]) / 2e-6, atol=1e-7)


def test_the_second_flow_agrees():
    batch = RELU_RUNS.draw(RELU_RUNS.situations()[1], "any", 4, np.random.default_rng(0))
    one = flowed(single(batch, 2), 1.5, 40)
    found = flow(begin(batch), np.full(4, 1.5), 40)
    assert np.allclose(one.sizes, found.size[:, 2], rtol=1e-6)


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


def test_the_lowest_direction_is_the_slowest():
    batch = RELU_RUNS.draw(RELU_RUNS.situations()[1], "aligned", 4, np.random.default_rng(0))
    at = begin(batch)
    least = energy(at.Lambda, at.residual) / at.residual_norm**2
    assert np.allclose(least, eigenvalues(at.Lambda)[0], rtol=1e-8, atol=1e-12)
    assert flows(batch).points == 41


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_draws_lie_in_the_domain(family):
    rng = np.random.default_rng(0)
    for situation, regime in product(family.situations()[:4], family.regimes):
        batch = family.draw(situation, regime, 3, rng)
        family.check(batch.one(0))
        theta = family.coordinates(situation).encode(batch.one(0))
        again = family.coordinates(situation).canonical(theta)
        family.check(family.coordinates(situation).decode(again))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_misshapen_instance_is_refused(family):
    situation = family.situations()[0]
    batch = family.draw(situation, family.regimes[0], 1, np.random.default_rng(0))
    batch.arrays["c"] = batch.arrays["c"][:0]
    with pytest.raises(RecordError):
        family.check(batch)


def test_structured_starts_are_in_the_domain():
    for family in (RELU_RUNS, RELU_PATHS, RELU_STEPS):
        situation = Situation(family.shapes()[0], {})
        for words, batch in family.structured(situation):
            assert words
            family.check(batch.one(0))


@pytest.mark.parametrize("along", ["width", "alpha"])
def test_both_routes_to_an_exponent_agree(along):
    situation = Situation(RELU_SCALINGS.shapes()[0], {"along": along})
    batch = RELU_SCALINGS.draw(situation, "gaussian", 2, np.random.default_rng(0))
    assert np.allclose(gain_exponent.route.measure(batch), gain_exponent.route.second(batch), atol=1e-4)
