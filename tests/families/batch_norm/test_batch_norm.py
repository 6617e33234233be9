from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from wnverify.batch import Batch
from wnverify.engine.batch_norm.model import State
from wnverify.errors import RecordError
from wnverify.families.batch_norm import state_fields
from wnverify.families.batch_norm.descent import BATCH_NORM_DESCENT
from wnverify.families.batch_norm.state import BATCH_NORM
from wnverify.family import Family, Situation

PLANE = Situation({"n": 2, "P": 1, "d": 2}, {})


def plane(w: tuple[float, float], gamma: float = 1.0) -> Batch:
    """Two samples z = (1, ±1)."""
    arrays = {
        "zeta": np.array([1.0, -1.0]).reshape(2, 1, 1, 1), "s": np.ones(1), "w": np.array(w)[:, None],
        "gamma": np.array([gamma]), "step": np.ones(1),
    }  # fmt: skip
    return BATCH_NORM.batch(PLANE, arrays)


def measured(family: Family, name: str, batch: Batch, route: str = "measure") -> float:
    return float(getattr(family.quantities[name].route, route)(batch)[0])


@pytest.mark.parametrize("route", ["measure", "second"])
def test_a_state_by_hand_by_both_routes(route: str) -> None:
    names = [name for name, quantity in BATCH_NORM.quantities.items() if quantity.route.second]
    found = {name: measured(BATCH_NORM, name, plane((3.0, 4.0), 5.0), route) for name in names}
    steep, flat = 1 / (1 + np.exp(-1.0)), 1 / (1 + np.exp(7.0))
    wanted = {
        "sigma_norm": 5.0, "weight_norm": 5.0, "target_norm": 1.0, "largest_input": np.sqrt(2), "lambda_min": 1.0,
        "lambda_max": 1.0, "discrepancy": 1.28, "slope_min": flat, "slope_max": steep,
        "slope_mean": (steep + flat) / 2,
        "mean_margin": 0.6, "least_margin": -0.2, "distance": 4.0, "sigma_distance": 4.0, "pair_spread": 1.28,
        "pair_weighted": 1.28 * steep,
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == pytest.approx(wanted)
    assert found["next_norm"] ** 2 == pytest.approx(25.0 + found["gradient_norm"] ** 2)
    assert found["progress"] == pytest.approx(found["pair_progress"])


def test_balls_hold_the_counterexample() -> None:
    balls = BATCH_NORM.enclosures(
        plane((-1.0, -0.1)), ["progress", "sigma_norm", "slope_min", "discrepancy", "gamma"]
    )
    assert balls is not None
    bound = balls["gamma"] / (2 * balls["sigma_norm"]) * balls["slope_min"] * balls["discrepancy"]
    assert balls["progress"] < bound


def test_a_gradient_and_a_deviation_that_vanish_have_balls_around_0() -> None:
    batch = plane((0.1, 0.0), 0.3)  # equal margins: w is the target's direction already
    balls = BATCH_NORM.enclosures(batch, ["gradient_norm", "sigma_distance", "discrepancy", "next_norm"])
    assert balls is not None
    for name in ("gradient_norm", "sigma_distance", "discrepancy"):
        assert balls[name].contains(0)
        assert balls[name] < 1e-30
    assert balls["next_norm"].contains(arb(0.1))


def test_balls_hold_the_second_route() -> None:
    batch = BATCH_NORM.draw(Situation({"n": 3, "P": 2, "d": 2}, {}), "any", 1, np.random.default_rng(1))
    names = [name for name, quantity in BATCH_NORM.quantities.items() if quantity.route.second]
    balls = BATCH_NORM.enclosures(batch, names)
    assert balls is not None
    found = {name: float(balls[name].mid()) for name in names}
    assert found == pytest.approx({name: measured(BATCH_NORM, name, batch, "second") for name in names})


def test_balls_know_eigenvalues_in_the_plane_only() -> None:
    wide = BATCH_NORM.draw(Situation({"n": 4, "P": 1, "d": 3}, {}), "any", 1, np.random.default_rng(0))
    assert BATCH_NORM.enclosures(wide, ["lambda_min"]) is None
    assert BATCH_NORM.enclosures(wide, ["discrepancy"]) is not None
    found = BATCH_NORM.enclosures(plane((1.0, 0.5)), ["lambda_min", "lambda_max"])
    assert found is not None
    assert float(found["lambda_min"].mid()) == pytest.approx(1.0)


def test_a_planted_error_shows_between_the_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gradient that forgets the change of ‖w‖_Σ."""

    def forgetful(batch: Batch) -> State:
        at = State(state_fields.inputs(batch), batch.arrays["w"], batch.arrays["gamma"])
        direct = at.gamma / (2 * at.sigma) * np.einsum("nb,npdb->db", at.slopes, at.z)
        vars(at)["descent"] = (direct, np.zeros(1))
        return at

    batch = plane((1.0, 0.5))
    assert measured(BATCH_NORM, "progress", batch) == pytest.approx(measured(BATCH_NORM, "progress", batch, "second"))
    monkeypatch.setattr(state_fields, "state_of", forgetful)
    again = plane((1.0, 0.5))
    assert abs(measured(BATCH_NORM, "progress", again) - measured(BATCH_NORM, "progress", again, "second")) > 1e-2


@pytest.mark.parametrize("family", [BATCH_NORM, BATCH_NORM_DESCENT], ids=str)
def test_instances_without_margins_or_room_are_refused(family: Family) -> None:
    one = family.draw(PLANE, family.regimes[0], 1, np.random.default_rng(0))
    family.check(one)
    hidden = {**one.arrays, "zeta": np.full((2, 1, 1, 1), 2.0), "w": np.array([[-2.0], [1.0]])}
    with pytest.raises(RecordError, match="an input with"):
        family.check(one.with_arrays(hidden))
    flat = {**one.arrays, "zeta": np.zeros((2, 1, 0, 1)), "w": np.ones((1, 1))}
    line = Batch(one.family, {"n": 2, "P": 1, "d": 1}, {}, flat)
    with pytest.raises(RecordError, match="dimension 2 or more"):
        family.check(line)


def test_a_search_gives_margins_to_w() -> None:
    batch = plane((1.0, 0.5))
    coordinates = BATCH_NORM.coordinates(PLANE)
    hidden = batch.with_arrays({**batch.arrays, "zeta": np.full((2, 1, 1, 1), 2.0), "w": np.array([[-2.0], [1.0]])})
    BATCH_NORM.check(coordinates.decode(coordinates.canonical(coordinates.encode(hidden))))


def test_runs_turn_to_the_uniform_margin_classifier_by_both_routes() -> None:
    situation = Situation({"n": 2, "P": 2, "d": 2}, {})
    drawn = BATCH_NORM_DESCENT.draw(situation, "fast", 20, np.random.default_rng(3))
    long = drawn.with_arrays({**drawn.arrays, "steps": np.full(20, 300.0)})

    def value(name):
        return BATCH_NORM_DESCENT.quantities[name].route.measure(long)

    assert (value("distance_end") <= value("distance")).all()
    assert (value("norm_end") >= value("weight_norm")).all()
    assert (value("gamma_end") > value("gamma")).all()
    one = long.one(0)
    for name in ("spread", "clock", "gamma_end", "loss_end", "norm_end", "distance_end", "discrepancy_end"):
        second = measured(BATCH_NORM_DESCENT, name, one, "second")
        assert second == pytest.approx(measured(BATCH_NORM_DESCENT, name, one), rel=1e-7)
