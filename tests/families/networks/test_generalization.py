from __future__ import annotations

import math

import numpy as np
import pytest

from wnverify.families.networks.generalization import GENERALIZATION
from wnverify.families.networks.generalization_class import NAMES
from wnverify.families.networks.generalization_fields import climbed
from wnverify.family import Situation
from wnverify.quantities import Interval


@pytest.mark.parametrize("regime", GENERALIZATION.regimes)
@pytest.mark.parametrize("shape", GENERALIZATION.shapes()[:4], ids=str)
def test_repetitions_share_everything_but_the_sample(shape, regime) -> None:
    situation = Situation(shape, {"activation": "tanh", "scaling": "fan_out"})
    batch = GENERALIZATION.draw(situation, regime, 5, np.random.default_rng(0))
    assert (batch.arrays["counts"].sum(axis=0) == shape["n"]).all()
    for name in ("X", "y", "p", "rho", "lipschitz", "span", "delta"):
        assert np.ptp(batch.arrays[name], axis=-1).max() == 0
    assert batch.arrays["p"].sum(axis=0) == pytest.approx(1.0)


def test_the_ascent_never_makes_the_predictor_better() -> None:
    situation = Situation(GENERALIZATION.shapes()[1], {"activation": "tanh", "scaling": "fan_out"})
    batch = GENERALIZATION.draw(situation, "one-sided", 5, np.random.default_rng(0))
    gap = GENERALIZATION.quantities["generalization_gap"].route.measure
    further = climbed(batch, 10)
    assert (gap(further) >= gap(batch) - 1e-15).all()
    assert np.linalg.norm(further.arrays["v"], axis=0) == pytest.approx(1 + batch.arrays["rho"])


def test_the_worst_linear_predictor_is_found_in_closed_form() -> None:
    situation = Situation({"L": 1, "m": 1, "d": 4, "N": 4, "n": 10}, {"activation": "identity", "scaling": "fan_out"})
    batch = GENERALIZATION.draw(situation, "one-sided", 20, np.random.default_rng(0))
    arrays = batch.arrays
    shift = np.einsum("kjb,jb->kb", arrays["X"], arrays["p"] - arrays["counts"] / 10)
    exact = arrays["lipschitz"] * (1 + arrays["rho"]) * np.linalg.norm(shift, axis=0)
    assert GENERALIZATION.quantities["generalization_gap"].route.measure(batch) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("activation", GENERALIZATION.settings["activation"])
def test_memorising_goes_beyond_chance_whatever_the_activation(activation: str) -> None:
    """With targets around 0 outputs of softplus never came near them: the loss was M everywhere, and the gap 0."""
    situation = Situation(GENERALIZATION.shapes()[2], {"activation": activation, "scaling": "fan_out"})
    arrays = (batch := GENERALIZATION.draw(situation, "memorising", 4, np.random.default_rng(0))).arrays
    chance = 3 * arrays["span"] * np.sqrt(np.log(2 / arrays["delta"]) / (2 * situation.shape["n"]))
    assert (GENERALIZATION.quantities["generalization_gap"].route.measure(batch) > 1.15 * chance).all()


def offset_draw(regime: str, count: int = 50):
    situation = Situation(
        {"L": 1, "m": 64, "d": 8, "N": 16, "n": 8}, {"activation": "softplus", "scaling": "fan_out"}
    )
    return GENERALIZATION.draw(situation, regime, count, np.random.default_rng(3))


def test_two_sided_targets_stand_where_the_offset_leads() -> None:
    batch = offset_draw("two-sided", 5)
    top = (1 + batch.arrays["rho"]) * (1 + 8 * np.log(2.0))
    assert np.abs(batch.arrays["y"]) == pytest.approx(np.tile(top, (16, 1)))
    assert set(np.sign(batch.arrays["y"][:, 0])) == {-1.0, 1.0}
    assert (batch.arrays["span"] >= 2 * batch.arrays["lipschitz"] * top * (1 - 1e-12)).all()


def test_an_offset_makes_predictors_worse_that_tell_nothing_apart() -> None:
    """The gap of the constant ±(1+ρ₁)√m φ(0) is κ times it times the excess of one side; the ascent finds as much."""
    batch = offset_draw("two-sided")
    arrays = batch.arrays
    excess = arrays["p"] - arrays["counts"] / 8
    constant = (
        arrays["lipschitz"]
        * (1 + arrays["rho"])
        * 8
        * np.log(2.0)
        * np.abs(np.sum(excess * np.sign(arrays["y"]), axis=0))
    )
    gap = GENERALIZATION.quantities["generalization_gap"].route.measure(batch)
    assert (gap >= 0.9 * constant).all()


def test_an_offset_does_not_keep_the_ascent_from_memorising() -> None:
    gap = GENERALIZATION.quantities["generalization_gap"].route.measure(offset_draw("memorising"))
    assert np.median(gap) > 0.0


def test_the_predictor_follows_the_radius_of_its_class() -> None:
    situation = Situation(GENERALIZATION.shapes()[0], {"activation": "identity", "scaling": "fan_out"})
    batch = GENERALIZATION.draw(situation, "one-sided", 5, np.random.default_rng(0))
    moved = GENERALIZATION.moves()["rho"](batch.arrays, Interval(2.0, 2.0))
    assert np.linalg.norm(moved["v"], axis=0) == pytest.approx(3.0)
    assert (moved["rho"] == 2.0).all()


@pytest.mark.parametrize(
    ("shape", "activation", "regime"),
    [
        ((1, 1, 8, 8, 1), "identity", "one-sided"),
        ((2, 3, 2, 3, 6), "softplus", "memorising"),
        ((3, 2, 4, 4, 3), "tanh", "two-sided"),
    ],
)
def test_sums_over_all_samples_agree_with_those_one_by_one(shape, activation, regime) -> None:
    batch = small(shape, activation, regime, 2)
    for name in NAMES:
        route = GENERALIZATION.quantities[name].route
        assert route.measure(batch) == pytest.approx(route.second(batch), rel=1e-12)


def small(shape, activation: str, regime: str, count: int):
    sizes = dict(zip(("L", "m", "d", "N", "n"), shape, strict=True))
    situation = Situation(sizes, {"activation": activation, "scaling": "fan_out"})
    return GENERALIZATION.draw(situation, regime, count, np.random.default_rng(0))


def test_the_class_is_that_of_all_samples() -> None:
    """For orthonormal inputs none of it is worse for a sample than the one that is found for it."""
    batch = small((1, 1, 8, 8, 1), "identity", "one-sided", 20)
    found = {name: GENERALIZATION.quantities[name].route.measure(batch) for name in NAMES}
    gap = GENERALIZATION.quantities["generalization_gap"].route.measure(batch)
    assert found["uniform_gap"] == pytest.approx(gap, rel=1e-12)
    assert np.ptp(found["expected_gap"]) == 0.0
    assert found["loss_rademacher"] == pytest.approx(batch.arrays["lipschitz"] * found["output_rademacher"])


def test_a_sample_too_large_to_be_listed_has_no_sums() -> None:
    batch = small((1, 1, 4, 4, 10), "identity", "one-sided", 2)
    assert math.isnan(GENERALIZATION.quantities["expected_gap"].route.measure(batch)[0])


def test_a_search_keeps_samples_of_distributions() -> None:
    batch = small((2, 3, 2, 3, 6), "tanh", "two-sided", 5)
    coordinates = GENERALIZATION.coordinates(Situation(batch.shape, batch.settings))
    theta = coordinates.encode(batch)
    moved = coordinates.canonical(theta + np.random.default_rng(1).standard_normal(theta.shape))
    GENERALIZATION.check(coordinates.decode(moved))
    assert coordinates.canonical(theta) == pytest.approx(theta, abs=1e-12)
