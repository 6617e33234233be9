from __future__ import annotations

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.engine.least_squares import flow
from wnverify.engine.least_squares import model as engine
from wnverify.errors import RecordError
from wnverify.families.least_squares.descent import DESCENT
from wnverify.families.least_squares.flow import FLOW, models
from wnverify.families.least_squares.state import LEAST_SQUARES
from wnverify.families.least_squares.state_fields import closed_form
from wnverify.family import Family, Situation

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
    below = engine.length(at.error) < engine.length(at.y)
    gain = FLOW.quantities["limit_gain"].route.measure(batch)
    X = engine.length(at.x_star)
    wanted = np.sqrt(X**2 + engine.excess(X, engine.length(at.across), at.c, at.g))
    assert below.any()
    assert gain[below] == pytest.approx(wanted[below], rel=1e-9)


def test_a_run_that_needs_too_many_steps_is_not_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "STEPS", 5)
    batch = draw(FLOW, FLOW.situations()[0], count=1)
    assert not flow.to_limit(models(batch)[0], 1.0).finished
    assert FLOW.quantities["converged"].route.measure(batch)[0] == 0.0


def test_runs_side_by_side_are_the_runs_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "MANY", 2)
    batch = draw(FLOW, Situation({"m": 2, "d": 4}, {"loss": "squared", "rows": "any"}), count=6)
    many = flow.to_limits(models(batch), batch.arrays["clock"])
    for model, clock, one in zip(models(batch), batch.arrays["clock"], many, strict=True):
        other = flow.to_limit(model, float(clock))
        assert one.finished
        assert one.g == pytest.approx(other.g, rel=1e-7)
        assert one.w == pytest.approx(other.w, abs=1e-7)
        assert one.integrals == pytest.approx(other.integrals, rel=1e-7)
    monkeypatch.setattr(flow, "SIDE_BY_SIDE", 3)
    begun_anew = flow.to_limits(models(batch), batch.arrays["clock"])[0]
    assert begun_anew.g.tolist() == flow.to_limit(models(batch)[0], float(batch.arrays["clock"][0])).g.tolist()


@pytest.mark.parametrize("size", [2, 4], ids=lambda size: f"d={size}")
def test_both_routes_say_alike_whether_a_run_converged(size: int) -> None:
    where = next(s for s in FLOW.situations({"loss": ("squared",)}) if s.shape["d"] == size)
    batch = FLOW.draw(where, "gaussian", 8, np.random.default_rng(0))
    route = FLOW.quantities["converged"].route
    assert (route.measure(batch) == 1).all()
    assert (route.second(batch) == 1).all()
