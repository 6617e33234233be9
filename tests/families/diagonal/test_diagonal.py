"""Families of the diagonal model: problems are posed, and the regimes do what they say."""

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.catalogue import load, select
from wnverify.engine.diagonal import flow, parametrised, timed
from wnverify.engine.diagonal import model as engine
from wnverify.families.diagonal import draws
from wnverify.families.diagonal.flow import DIAGONAL_FLOW
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS
from wnverify.families.diagonal.point import DIAGONAL
from wnverify.judging.judge import Judge
from wnverify.quantities import Interval, Source

FAMILIES = (DIAGONAL, DIAGONAL_LIMITS, DIAGONAL_FLOW)


def batches(family, settings=None, count=3, limit=8):
    for situation in family.situations(settings)[:limit]:
        for regime in family.regimes:
            yield regime, family.draw(situation, regime, count, np.random.default_rng(0))
        yield from family.structured(situation)


def value(family, batch, name, route="measure"):
    found = getattr(family.quantities[name].route, route)
    return found(batch)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_problem_has_a_right_side_and_full_rank(family):
    for words, batch in batches(family, limit=18):
        model, (_, u) = draws.model_of(batch), draws.start_of(batch)
        assert model.A.shape[1] == batch.arrays["z"].shape[0] == u.shape[0], words
        np.testing.assert_allclose(engine.length(u), 1.0, rtol=1e-12)
        assert draws.posed(batch).all(), words
        assert np.linalg.matrix_rank(np.moveaxis(model.A, -1, 0)).min() == model.A.shape[0], words


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_rate_and_radius_are_numbers_of_the_instance_and_can_be_moved(family):
    """They were taken for constants of the situation, and hypotheses about them were refused."""
    radius = "r" if family is DIAGONAL else "r0"
    batch = family.draw(family.situations()[0], family.regimes[0], 20, np.random.default_rng(0))
    for name in ("eta", radius):
        assert family.quantities[name].source is Source.ARRAY
        arrays = family.moves()[name](batch.arrays, Interval(low=3.0))
        moved = value(family, batch.with_arrays(arrays), name)
        assert ((value(family, batch, name) < 3.0) <= (np.abs(moved - 3.0) < 1e-12)).all()
        assert (moved >= 3.0).all()


def test_pairs_are_pairs_of_the_signed_model_only():
    """With an odd number of columns their rates raised in the positive model."""
    (situation,) = [
        found for found in DIAGONAL.situations({"L": ["2"], "model": ["positive"]}) if found.shape == {"M": 2, "n": 5}
    ]
    batch = DIAGONAL.draw(situation, "generic", 2, np.random.default_rng(0))
    assert not value(DIAGONAL, batch, "pair_high").any()
    assert value(DIAGONAL, batch, "radial_push").all()


def test_a_tail_below_the_smallest_number_is_nothing():
    """Γ(a + 1, aη low) underflows and e^{aηr_0²} overflows: their product was not a number."""
    batch = dict(DIAGONAL_LIMITS.structured(DIAGONAL_LIMITS.situations()[0]))["nearly tied"]
    first, second = (value(DIAGONAL_LIMITS, batch, "tail", route) for route in ("measure", "second"))
    np.testing.assert_allclose(first, second, rtol=1e-8, atol=1e-100)


def test_nearly_tied_columns_have_the_first_as_their_minimiser():
    for situation in DIAGONAL_LIMITS.situations({"L": ["2"], "model": ["positive"]}):
        batch = dict(DIAGONAL_LIMITS.structured(situation))["nearly tied"]
        fixed = 0.02 * (situation.shape["M"] - 1)
        first = draws.model_of(batch).y[0]
        np.testing.assert_allclose(value(DIAGONAL_LIMITS, batch, "Q"), first + fixed, rtol=1e-9)
        assert (value(DIAGONAL_LIMITS, batch, "excess") > 0).all()


@pytest.mark.parametrize(("name", "L"), [("excess", "2"), ("excess", "4"), ("weighted_excess", "3")])
def test_both_routes_keep_the_digits_of_an_excess_far_below_rounding(name, L):
    """The second took the difference of two masses."""
    (situation,) = [
        found
        for found in DIAGONAL_LIMITS.situations({"L": [L], "model": ["positive"]})
        if found.shape == {"M": 1, "n": 3}
    ]
    batch = DIAGONAL_LIMITS.draw(situation, "generic", 60, np.random.default_rng(3))
    first, second = (value(DIAGONAL_LIMITS, batch, name, route) for route in ("measure", "second"))
    assert first.min() < 1e-14 * first.max()
    np.testing.assert_allclose(first, second, rtol=1e-10)


def test_the_excess_is_the_difference_of_the_masses():
    for _, batch in batches(DIAGONAL_LIMITS, limit=2):
        for route in ("measure", "second"):
            mass, Q, excess = (value(DIAGONAL_LIMITS, batch, name, route) for name in ("mass", "Q", "excess"))
            np.testing.assert_allclose(mass - Q, excess, atol=1e-9 * mass.max(), rtol=0)


@pytest.mark.parametrize(("rate", "converged"), [(0.1, 0.0), (30.0, 1.0)])
def test_opposed_columns_collapse_at_small_rates_only(rate, converged):
    (situation,) = DIAGONAL_FLOW.situations({"L": ["2"], "model": ["positive"]})[:1]
    batch = DIAGONAL_FLOW.batch(situation, draws.opposed(situation, rate))
    assert value(DIAGONAL_FLOW, batch, "decided").tolist() == [1.0]
    assert value(DIAGONAL_FLOW, batch, "converged").tolist() == [converged]
    assert (value(DIAGONAL_FLOW, batch, "start_loss") > value(DIAGONAL_FLOW, batch, "zero_loss")).all()


def test_a_stalled_run_counts_as_far_as_it_was_followed(monkeypatch):
    """It used to be left out, and every run that was left in had converged."""
    monkeypatch.setattr(timed, "COARSE", 0.0)  # all runs are left to the integrator
    monkeypatch.setattr(flow, "EVALUATIONS", 200)
    (situation,) = DIAGONAL_FLOW.situations({"L": ["2"], "model": ["positive"]})[:1]
    batch = DIAGONAL_FLOW.draw(situation, "generic", 6, np.random.default_rng(0))
    stalled = value(DIAGONAL_FLOW, batch, "decided") == 0
    assert stalled.any()
    for name in ("loss_time", "loss_clock"):
        found = value(DIAGONAL_FLOW, batch, name)
        assert (found[stalled] > 0).all()
        np.testing.assert_allclose(value(DIAGONAL_FLOW, batch, name, "second"), found, rtol=1e-4)
    judge = Judge(load(select(["chou2023/convergence_clock"])[0]).claim, DIAGONAL_FLOW)
    assert judge(batch).accepted.all()
    assert (judge(batch).ratio < 1).all()


def test_a_run_that_collapses_keeps_its_loss_while_the_time_goes_on():
    (situation,) = DIAGONAL_FLOW.situations({"L": ["2"], "model": ["positive"]})[:1]
    batch = DIAGONAL_FLOW.batch(situation, draws.opposed(situation, 0.1))
    assert value(DIAGONAL_FLOW, batch, "loss_time") > 100 * value(DIAGONAL_FLOW, batch, "zero_loss")
    clock, divergence = (value(DIAGONAL_FLOW, batch, name) for name in ("loss_clock", "start_divergence"))
    assert 0 < clock < divergence / 2


def test_the_small_share_of_the_structured_start_is_near_its_floor():
    (situation,) = DIAGONAL_FLOW.situations({"L": ["2"], "model": ["positive"]})[:1]
    batch = dict(DIAGONAL_FLOW.structured(situation))["one small share"]
    share, floor = value(DIAGONAL_FLOW, batch, "least_share"), value(DIAGONAL_FLOW, batch, "share_floor")
    assert (floor <= share).all()
    assert (floor > 0.9 * share).all()


def test_a_problem_without_right_side_is_never_decided():
    situation = DIAGONAL_FLOW.situations({"L": ["2"], "model": ["positive"]})[0]
    batch = DIAGONAL_FLOW.draw(situation, "generic", 1, np.random.default_rng(0))
    arrays = {**batch.arrays, "A": np.array([[[1.0], [-1.0]]]), "z": np.full((2, 1), 0.5)}
    degenerate = Batch(batch.family, batch.shape, batch.settings, arrays)
    assert not draws.posed(degenerate).any()
    assert value(DIAGONAL_FLOW, degenerate, "decided").tolist() == [0.0]
    assert value(DIAGONAL_LIMITS, degenerate, "solved").tolist() == [0.0]


def test_a_radial_gradient_has_no_tangential_part_in_any_direction():
    """Equal columns and equal u: what rounding leaves of the tangential part once pointed along u itself."""
    arrays = {"A": [[-0.837, -0.837]], "z": [0.141, 0.859], "u": [0.707, 0.707], "d": [0.271, -0.188]}
    arrays |= {"eta": [1.32], "r": [0.885]}
    found = {name: np.array(value)[..., None] for name, value in arrays.items()}
    found["u"] = found["u"] / np.linalg.norm(found["u"])
    shape, settings = {"M": 1, "n": 2}, next(iter(DIAGONAL.situations())).settings
    batch = Batch("diagonal", shape, settings, found)
    for route in ("measure", "second"):
        assert value(DIAGONAL, batch, "tangent_gradient", route) < 1e-15
        assert abs(value(DIAGONAL, batch, "tangent_speed", route)) < 1e-15
        assert value(DIAGONAL, batch, "stray_speed", route) < 1e-15
        assert abs(value(DIAGONAL, batch, "radial_speed", route)) > 0.1


def radial_part_left(by_v, v, g):
    """The gradient of l at w = g v/‖v‖, of which a millionth of the radial part was not taken away."""
    return by_v + 1e-6 * engine.length(by_v) * v / engine.length(v)


def not_projected(by_v, v, g):
    return by_v + v / engine.length(v) ** 2 * g


def turned(by_v, v, g):
    """Turned by 1e-6 in the plane of itself and v."""
    return np.cos(1e-6) * by_v - np.sin(1e-6) * engine.length(by_v) * v / engine.length(v)


@pytest.mark.parametrize("planted", [radial_part_left, not_projected, turned])
@pytest.mark.parametrize(("route", "name"), [("measure", "gradient"), ("second", "gradient_by_autograd")])
def test_a_gradient_that_is_not_tangential_is_found_out(monkeypatch, planted, route, name):
    theorem = load(select(["chou2023/unit_sphere"])[0])
    batch = DIAGONAL.draw(DIAGONAL.situations()[4], "generic", 8, np.random.default_rng(3))
    judge = Judge(theorem.claim, DIAGONAL)
    assert (judge(batch, route=route).ratio < 0.1).all()
    honest = getattr(parametrised, name)

    def wrong(model, g, v, *other):
        by_g, by_v = honest(model, g, v, *other)
        return by_g, planted(by_v, v, g)

    monkeypatch.setattr(parametrised, name, wrong)
    again = Batch(batch.family, batch.shape, batch.settings, batch.arrays)
    assert (judge(again, route=route).ratio > 1e3).all()
