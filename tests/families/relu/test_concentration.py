from __future__ import annotations

import numpy as np
import pytest

from wnverify.families.relu.concentration import CONCENTRATION
from wnverify.family import Situation

SITUATIONS = CONCENTRATION.situations()


@pytest.mark.parametrize("regime", CONCENTRATION.regimes)
def test_parameters_are_the_same_in_every_repetition(regime: str) -> None:
    batch = CONCENTRATION.draw(SITUATIONS[2], regime, 5, np.random.default_rng(1))
    for name in ("x", "alpha", "delta", "share", "radius"):
        assert np.ptp(batch.arrays[name], axis=-1).max() == 0.0
    for name in ("u", "c"):
        assert np.ptp(batch.arrays[name], axis=-1).max() > 0.0
    for name in ("lambda_0", "V_variance", "kappa"):
        assert np.ptp(CONCENTRATION.quantities[name].route.measure(batch)) <= 1e-12


def test_neurons_along_one_input_see_all_of_it_and_those_opposite_nothing() -> None:
    for situation in (situation for situation in SITUATIONS if situation.shape["n"] == 1):
        for words, batch in CONCENTRATION.structured(situation):
            active = CONCENTRATION.quantities["G_least"].route.measure(batch)[0]
            assert active == pytest.approx(0.0 if "opposite" in words else 1.0)


def test_mean_squared_distances_are_their_closed_forms() -> None:
    """E|V(0) − V∞|_F² = S_V/m, and the same of G, within five standard errors."""
    batch = CONCENTRATION.draw(
        Situation({"n": 3, "d": 4, "m": 6}, {}), "sphere, half", 4000, np.random.default_rng(2)
    )
    for kernel in "VG":
        distance, variance = (
            CONCENTRATION.quantities[f"{kernel}_{name}"].route.measure(batch) for name in ("distance", "variance")
        )
        assert abs(np.mean(distance**2) - variance[0] / 6) <= 5 * np.std(distance**2) / np.sqrt(4000)
