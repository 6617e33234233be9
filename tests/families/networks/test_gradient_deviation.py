"""Deviations of gradients over finite sets: known values by hand, simulated samples, and both routes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wnverify.batch import Batch
from wnverify.errors import RecordError
from wnverify.families.networks import gradient_deviation_fields as fields
from wnverify.families.networks.gradient_deviation import GRADIENT_DEVIATIONS
from wnverify.family import Situation

MEASURED = ("deviation_quantile", "mean_deviation", "vector_rademacher", "largest_gradient", "excess_quantile",
            "gradient_floor", "loss", "loss_other", "loss_gradient_norm", "kappa")  # fmt: skip


def situation(*sizes, activation="identity", loss="square") -> Situation:
    shape = dict(zip(("L", "m", "d", "N", "n", "K"), sizes, strict=True))
    return Situation(shape, {"activation": activation, "scaling": "fan_out", "loss": loss})


def drawn(*sizes, regime="generic", count=3, **settings) -> Batch:
    return GRADIENT_DEVIATIONS.draw(situation(*sizes, **settings), regime, count, np.random.default_rng(0))


def measured(name, batch, route="measure"):
    return getattr(GRADIENT_DEVIATIONS.quantities[name].route, route)(batch)


def by_hand(residuals, mass, n, delta) -> Batch:
    """One linear neuron, d = m = 1, x = v = W = 1: ∂f/∂v = 1, ∂f/∂W = 0, so a_j = 2 e_j in one coordinate."""
    N = len(residuals)
    arrays = {"X": np.ones((1, N, 1)), "y": 1.0 - np.array(residuals)[:, None], "mass": np.array(mass)[:, None],
              "W1": np.ones((1, 1, 1, 1)), "v": np.ones((1, 1, 1)), "delta": np.array([delta]),
              "exponent": np.array([2.0])}  # fmt: skip
    place = situation(1, 1, 1, N, n, 1)
    return Batch("gradient_deviation", place.shape, place.settings, arrays)


def test_one_sample_of_a_rare_point_by_hand() -> None:
    """a = (2, 0), p = (q, 1−q): Z is 2(1−q) or 2q, R = 2q."""
    batch = by_hand([1.0, 0.0], [0.1, 0.9], 1, 0.5)
    assert measured("mean_deviation", batch) == pytest.approx(2 * 2 * 0.1 * 0.9)
    assert measured("vector_rademacher", batch) == pytest.approx(0.2)
    assert measured("largest_gradient", batch) == pytest.approx(2.0)
    assert measured("deviation_quantile", batch) == pytest.approx(0.2)
    assert measured("deviation_quantile", by_hand([1.0, 0.0], [0.1, 0.9], 1, 0.05)) == pytest.approx(1.8)


def test_four_coins_by_hand() -> None:
    """a = ±2, n = 4: |Σ|/4·2 is 2, 1 or 0 with chances 1/8, 1/2 and 3/8, and signs change nothing."""
    batch = by_hand([1.0, -1.0], [0.5, 0.5], 4, 0.2)
    assert measured("mean_deviation", batch) == pytest.approx(2 / 8 + 1 / 2)
    assert measured("vector_rademacher", batch) == pytest.approx(2 / 8 + 1 / 2)
    assert measured("deviation_quantile", batch) == pytest.approx(1.0)
    assert measured("deviation_quantile", by_hand([1.0, -1.0], [0.5, 0.5], 4, 0.1)) == pytest.approx(2.0)
    assert measured("gradient_floor", by_hand([1.0, -1.0], [0.5, 0.5], 4, 0.5)) == pytest.approx(1.0)


def test_the_outcomes_are_all_and_their_chances_add_up_to_one() -> None:
    counts = fields.outcomes(5, 3)
    assert counts.shape == (fields.listed(5, 3), 3)
    assert (counts.sum(axis=1) == 5).all()
    p = np.array([[0.2], [0.3], [0.5]])
    chance = fields.chances(counts, p)[:, 0]
    assert chance.sum() == pytest.approx(1.0)
    assert chance[(counts == [2, 1, 2]).all(axis=1)] == pytest.approx(30 * 0.2**2 * 0.3 * 0.5**2)


def test_a_quantile_is_the_least_value_that_is_likely_enough() -> None:
    values, chance = np.array([[3.0], [1.0], [2.0]]), np.array([[0.2], [0.5], [0.3]])
    for level, wanted in ((0.4, 1.0), (0.5, 1.0), (0.6, 2.0), (0.81, 3.0), (1.0, 3.0)):
        assert fields.quantile(values, chance, np.array([level])) == pytest.approx(wanted)


def test_simulated_samples_deviate_as_the_listed_ones_do() -> None:
    batch, rng = drawn(2, 3, 2, 3, 4, 3, count=1), np.random.default_rng(1)
    a, p = fields.gradients(batch)[0][..., 0], fields.probabilities(batch)[:, 0]
    counts = rng.multinomial(4, p, size=20_000) / 4
    found = np.linalg.norm(np.einsum("akj,cj->ack", a, counts - p), axis=0).max(axis=1)
    assert found.mean() == pytest.approx(measured("mean_deviation", batch)[0], rel=0.02)
    signs = rng.choice([-1.0, 1.0], (20_000, 4))
    points = rng.choice(3, p=p, size=(20_000, 4))
    sums = np.einsum("akcn,cn->akc", a[:, :, points], signs) / 4
    assert np.linalg.norm(sums, axis=0).max(axis=0).mean() == pytest.approx(
        measured("vector_rademacher", batch)[0], rel=0.02
    )


@pytest.mark.parametrize("regime", GRADIENT_DEVIATIONS.regimes)
@pytest.mark.parametrize("loss", ["square", "smoothed"])
def test_two_routes_agree(regime, loss) -> None:
    batch = drawn(2, 3, 2, 3, 3, 3, regime=regime, loss=loss, activation="tanh", count=2)
    for name in MEASURED:
        assert measured(name, batch, "second") == pytest.approx(measured(name, batch), rel=1e-7, abs=1e-11)


def test_gradient_domination_is_attained_by_one_network_at_its_population_gradient() -> None:
    """With one point there is no chance: the excess is at most 0, with equality at the network that sets c."""
    batch = drawn(1, 2, 2, 1, 3, 4, count=20)
    assert measured("excess_quantile", batch) == pytest.approx(0.0, abs=1e-9)


def test_steps_lead_down_the_loss_of_the_population() -> None:
    batch = drawn(1, 3, 2, 2, 4, 3, regime="step", count=20)
    assert (measured("loss_other", batch) < measured("loss", batch)).all()
    assert measured("kappa", batch) == pytest.approx(1.0, abs=1e-6)


def test_more_outcomes_than_can_be_listed_are_refused() -> None:
    batch = drawn(1, 2, 2, 2, 1, 3, count=1)
    with pytest.raises(RecordError, match="counts of signed samples"):
        GRADIENT_DEVIATIONS.check(Batch(batch.family, {**batch.shape, "n": 10_000}, batch.settings, batch.arrays))


def test_the_explicit_bound_of_gradients_holds_for_the_largest_one() -> None:
    """‖∇ℓ‖ ≤ λG† with λ = 1 for the smoothed loss, G†² of `depth_free/gradient`."""
    batch = drawn(2, 3, 2, 3, 3, 3, loss="smoothed", count=20)
    rho, rows = measured("rho", batch), [np.linalg.norm(batch.arrays[f"W{i}"], axis=2) for i in (1, 2)]
    omega = np.minimum(*[each.min(axis=(0, 1)) for each in rows])
    kappa = (1 + rho) ** 2 / (3 * omega**2)
    bound = np.sqrt(np.maximum(np.maximum(1.0, kappa + 1 - 1 / 3), (2 - 1 / 3) * kappa))
    assert (measured("largest_gradient", batch) <= bound * (1 + 1e-12)).all()
    assert math.isfinite(bound.max())
