"""Runs of two-layer ReLU networks: the flow against an adaptive integrator, descent against single steps."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from tests.engine.relu.states import start
from wnverify.engine.relu import unnormalised
from wnverify.engine.relu.fields import Apart, Beside
from wnverify.engine.relu.gains import State, energy, length
from wnverify.engine.relu.runs import descend, flow, with_residual


def test_the_field_is_the_gradient_of_the_state():
    at = start()
    rng = np.random.default_rng(1)
    v, g = rng.standard_normal(at.v.shape), rng.standard_normal(at.g.shape)
    moved = at.moved(v, g)
    wanted = moved.residual, moved.gradient_v, moved.gradient_g
    for field, turn in ((Beside(at), lambda a: a), (Apart(at), lambda a: a.swapaxes(0, -1))):
        assert all(np.allclose(turn(a), b) for a, b in zip(field.begin, (at.v, at.g), strict=True))
        place = turn(v), turn(g)
        for found, part in zip(field.rates(*place), wanted, strict=True):
            assert np.allclose(turn(found), part, atol=1e-14)
        assert np.allclose(turn(field.residual(*place)), moved.residual, atol=1e-14)


def test_with_residual_sets_it():
    wanted = np.arange(6.0).reshape(2, 3)
    assert np.allclose(with_residual(start(), wanted).residual, wanted, atol=1e-14)


def test_the_flow_agrees_with_an_adaptive_integrator():
    at = start(residual=0.05)
    found = flow(at, np.full(3, 2.0), 40)
    for b in range(3):
        parts = {name: getattr(at, name)[..., [b]] for name in ("x", "y", "c", "alpha")}
        shape = at.v[..., b].shape

        def slope(_, z, parts=parts, shape=shape):
            v, g = z[: np.prod(shape)].reshape(*shape, 1), z[np.prod(shape) :][:, None]
            one = State(v, g, **parts)
            return -np.concatenate([one.gradient_v.ravel(), one.gradient_g.ravel()])

        begin_at = np.concatenate([at.v[..., b].ravel(), at.g[:, b]])
        end = solve_ivp(slope, (0, 2.0), begin_at, rtol=1e-9, atol=1e-12).y[:, -1]
        reached = np.concatenate([found.v[-1, ..., b].ravel(), found.g[-1, :, b]])
        assert np.allclose(reached, end, atol=1e-6)


def test_many_runs_and_runs_in_fewer_dimensions_are_the_same():
    """Of 3 · 700 instances, which are run in parts, and in n + 1 = 3 of 6 dimensions."""
    at = start(d=6, residual=0.05)
    parts = [np.tile(part, 700) for part in (at.v, at.g, at.x, at.y, at.c, at.alpha)]
    many, once = flow(State(*parts), np.full(2100, 2.0), 5), flow(at, np.full(3, 2.0), 5)
    assert len(many.paths) > 1
    assert np.allclose(many.v[..., -3:], once.v, atol=1e-14)
    assert np.allclose(many.residual[..., -3:], once.residual, atol=1e-14)
    few = flow(at.narrowed(), np.full(3, 2.0), 5)
    assert few.v.shape[2] == 3
    assert np.allclose(few.turned(1), once.turned(1), atol=1e-13)
    for name in ("residual", "g"):
        assert np.allclose(getattr(few, name), getattr(once, name), atol=1e-13)


def test_the_flow_keeps_lengths_and_loses_the_energy_that_it_should():
    found = flow(start(residual=0.05), np.full(3, 2.0), 200)
    assert np.allclose(length(found.v, 2), length(found.v[:1], 2), rtol=1e-7)
    assert np.all(np.diff(found.size, axis=0) <= 1e-15)
    assert np.allclose(found.residual, found.unflat(found.every.residual), atol=1e-14)
    drop = found.size[0] ** 2 - found.size[-1] ** 2
    assert np.allclose(found.indicator_work, drop, rtol=0.05)


def test_descent_is_the_step_of_the_state_repeated():
    at = start()
    found = descend(at, np.full(3, 0.1), 3)
    for _ in range(3):
        at = at.descended(np.full(3, 0.1), np.full(3, 0.1))
    assert np.allclose(found.v[-1], at.v, atol=1e-13)
    assert np.allclose(found.size[-1], at.residual_norm, atol=1e-13)


def test_averages_equal_indicators_where_nothing_slides():
    found = descend(start(residual=0.01), np.full(3, 0.01), 40)
    assert np.all(found.flips <= 1)
    least, work = found.averaged(10)
    assert np.allclose(least, found.indicator_integral, rtol=1e-12)
    assert np.allclose(work, found.indicator_work, rtol=1e-12)


def test_without_normalization_the_weights_follow_their_own_gradient():
    at = start()
    w = at.direction * at.g[:, None]
    found = unnormalised.descend(at, np.full(3, 0.1), 2)
    for _ in range(2):
        here = at.moved(w, length(w, 1))
        w = w - 0.1 * here.gradients[0]
    assert np.allclose(found.v[-1], w, atol=1e-14)
    assert np.allclose(found.residual[-1], at.moved(w, length(w, 1)).residual, atol=1e-14)


def test_without_normalization_the_flow_loses_the_energy_of_its_kernel():
    found = unnormalised.flow(start(residual=0.05), np.full(3, 2.0), 200)
    power = 2.0 * found.unflat(energy(found.every.H, found.every.residual))
    spent = np.sum((power[1:] + power[:-1]) / 2 * np.diff(found.time, axis=0), axis=0)
    assert np.allclose(spent, found.size[0] ** 2 - found.size[-1] ** 2, rtol=1e-3)
