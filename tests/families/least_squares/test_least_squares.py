from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.integrate import quad

from wnverify.batch import Batch
from wnverify.catalogue import load, select
from wnverify.engine.least_squares import ends, flow
from wnverify.engine.least_squares import model as engine
from wnverify.engine.least_squares.rows import dot, length
from wnverify.errors import RecordError
from wnverify.families.least_squares.descent import DESCENT
from wnverify.families.least_squares.flow import FLOW, models
from wnverify.families.least_squares.state import LEAST_SQUARES
from wnverify.families.least_squares.state_fields import closed_form, point
from wnverify.family import Family, Situation
from wnverify.judging.judge import Judge

SMALL = Situation({"m": 2, "d": 4}, {"loss": "squared", "rows": "any"})


def draw(family: Family, situation: Situation, regime: str = "gaussian", count: int = 6) -> Batch:
    return family.draw(situation, regime, count, np.random.default_rng(0))


def test_search_coordinates_round_trip_and_keep_the_condition_number() -> None:
    coordinates = LEAST_SQUARES.coordinates(SMALL)
    theta = coordinates.encode(draw(LEAST_SQUARES, SMALL))
    assert coordinates.canonical(theta) == pytest.approx(theta)
    theta[:8] = 1.0  # two equal rows: rank 1
    A = coordinates.decode(coordinates.canonical(theta)).arrays["A"]
    assert np.linalg.cond(np.moveaxis(A, -1, 0)) == pytest.approx(100.0)


@pytest.mark.parametrize("family", [LEAST_SQUARES, FLOW, DESCENT], ids=str)
def test_a_matrix_without_kernel_or_rank_is_refused(family: Family) -> None:
    one = draw(family, next(s for s in family.situations() if s.shape == {"m": 2, "d": 4}), count=1)
    family.check(one)
    A = one.arrays["A"]
    for singular in (np.zeros_like(A), A[[0, 0]], A * np.array([1.0, 1e-3])[:, None, None]):
        with pytest.raises(RecordError, match="a condition number of at most"):
            family.check(one.with_arrays({**one.arrays, "A": singular}))
    cut = {**one.arrays, "A": A[:, :2], **{name: one.arrays[name][:2] for name in ("v", "t", "z")}}
    with pytest.raises(RecordError, match="fewer rows than columns"):
        family.check(Batch(one.family, {"m": 2, "d": 2}, one.settings, cut))


def test_orthonormal_rows_are_orthonormal() -> None:
    A = closed_form(draw(LEAST_SQUARES, Situation(SMALL.shape, {"loss": "squared", "rows": "orthonormal"}))).A
    assert np.einsum("mdb,ndb->mnb", A, A) == pytest.approx(np.eye(2)[..., None] * np.ones(6), abs=1e-13)


def test_descent_counts_the_steps_of_each_instance() -> None:
    batch = draw(DESCENT, DESCENT.situations()[0], count=4)
    at, steps = closed_form(batch), np.array([1.0, 2.0, 5.0, 3.0])
    g, w = engine.descend(at.A, at.y, (at.g, at.w), batch.arrays["gam"], steps)
    for index, count in enumerate(steps):
        gain, unit = at.g[index], at.w[:, index]
        A, y = at.A[..., index], at.y[:, index]
        for _ in range(int(count)):
            e = gain * A @ unit - y
            v = unit - A.T @ e / gain
            gain, unit = gain - batch.arrays["gam"][index] * (A @ unit) @ e, v / np.linalg.norm(v)
        assert g[index] == pytest.approx(gain, rel=1e-12)
        assert w[:, index] == pytest.approx(unit, rel=1e-12)


def test_runs_of_the_flow_reach_the_predicted_limit() -> None:
    situation = Situation({"m": 2, "d": 4}, {"loss": "squared", "rows": "any"})
    batch = draw(FLOW, situation, count=5)
    at = closed_form(batch)
    below = length(at.error) < length(at.y)
    gain = FLOW.quantities["limit_gain"].route.measure(batch)
    X = length(at.x_star)
    wanted = np.sqrt(X**2 + engine.excess(X, length(at.across), at.c, at.g))
    assert below.any()
    assert gain[below] == pytest.approx(wanted[below], rel=1e-9)


def test_a_run_that_needs_too_many_steps_is_not_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "STEPS", 5)
    batch = draw(FLOW, FLOW.situations()[0], count=1)
    assert not flow.to_limit(models(batch)[0])[2]
    assert FLOW.quantities["converged"].route.measure(batch)[0] == 0.0


@pytest.mark.parametrize("rows", [1, 2])
def test_many_runs_end_where_they_end_one_by_one(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    batch = draw(FLOW, Situation({"m": rows, "d": 4}, {"loss": "squared", "rows": "any"}), "kernel")
    monkeypatch.setattr(ends, "FEW", 2)
    many, alone = ends.of(point(batch), models(batch)), [flow.to_limit(model) for model in models(batch)]
    for index, (g, w, finished) in enumerate(alone):
        assert finished
        assert many.finished[index]
        assert many.g[index] == pytest.approx(g, rel=1e-9)
        assert many.w[:, index] == pytest.approx(w, abs=1e-9)
    monkeypatch.setattr(ends, "ARRIVED", -1.0)  # now none counts as an end, and all are begun anew
    assert ends.of(point(batch), models(batch)).g.tolist() == [g for g, _, _ in alone]


@pytest.mark.parametrize("size", [2, 4], ids=lambda size: f"d={size}")
def test_both_routes_say_alike_whether_a_run_converged(size: int) -> None:
    where = next(s for s in FLOW.situations({"loss": ("squared",)}) if s.shape["d"] == size)
    batch = FLOW.draw(where, "gaussian", 8, np.random.default_rng(0))
    route = FLOW.quantities["converged"].route
    assert (route.measure(batch) == 1).all()
    assert (route.second(batch) == 1).all()


def value(batch: Batch, name: str, route: str = "measure") -> np.ndarray:
    found: np.ndarray = getattr(FLOW.quantities[name].route, route)(batch)
    return found


def test_gradient_descent_ends_at_the_kernel_part_of_its_start() -> None:
    """w = (0.8, 0.6) and A = (1, 0): whatever the target, 0.6 g is left."""
    batch = dict(FLOW.structured(FLOW.situations({"loss": ("squared",)})[0]))["near a solution"]
    for route in ("measure", "second"):
        assert value(batch, "descent_distance", route)[:3] == pytest.approx([0.72, 0.72, 0.84], rel=1e-12)


def test_one_step_of_gradient_descent_by_hand() -> None:
    A, y, x = np.array([[[2.0], [0.0]]]), np.array([[3.0]]), np.array([[1.0], [5.0]])
    assert engine.plain_descent(A, y, x, np.array([0.1]), 1)[:, 0] == pytest.approx([1.2, 5.0])
    assert engine.plain_descent(A, y, x, np.array([0.1]), 60)[:, 0] == pytest.approx([1.5, 5.0])


def test_the_root_is_the_distance_at_which_runs_end() -> None:
    batch = draw(FLOW, SMALL, count=5)
    at = closed_form(batch)
    below = length(at.error) < length(at.y)
    for route in ("measure", "second"):
        d2 = value(batch, "root_distance", route) ** 2
        s = value(batch, "X") ** 2 + d2
        assert s * (1 - value(batch, "om") ** 2 * np.exp((at.g**2 - s) / at.c)) == pytest.approx(s - d2, rel=1e-9)
        assert value(batch, "limit_distance", route)[below] ** 2 == pytest.approx(d2[below], rel=1e-6)


def gaussian_growth(c, s):
    return np.exp(s * s / (2 * c))


def test_the_divergence_is_that_of_the_integral() -> None:
    batch = draw(FLOW, SMALL, count=2)
    at = closed_form(batch)
    x, other = value(batch, "flow_bregman"), value(batch, "other_bregman")
    gain, moved = value(batch, "limit_gain"), dot(at.z, at.null)
    found = ends.of(point(batch), models(batch))
    end = found.g * found.w
    for index in range(2):
        growth = partial(gaussian_growth, at.c[index])
        slope = growth(at.g[index]) * at.w[:, index]
        start = at.g[index] * at.w[:, index]
        for found, z in ((x, end[:, index]), (other, end[:, index] + moved[index] * at.null[:, index])):
            size = quad(growth, at.g[index], np.linalg.norm(z))[0]
            assert found[index] == pytest.approx(size - slope @ (z - start), rel=1e-8)
        assert np.linalg.norm(end[:, index]) == pytest.approx(gain[index], rel=1e-9)


@pytest.mark.parametrize("name", ["limit_distance", "distance_to_gradient_descent", "mirror_limit"])
def test_runs_of_another_flow_are_found_out(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The learning rate of the direction is off by a tenth: the limit then is another, though a solution too."""
    judge = Judge(load(select([f"wu2020/{name}"])[0]).claim, FLOW)
    batch = dict(FLOW.structured(FLOW.situations({"loss": ("squared",)})[0]))["near a solution"]
    assert (judge(batch).ratio <= 1).all()
    honest = ends.of
    monkeypatch.setattr(ends, "of", lambda at, models: honest(replace(at, rate_w=1.1 * at.rate_w), models))
    assert (judge(batch.with_arrays(dict(batch.arrays))).ratio > 1).any()
