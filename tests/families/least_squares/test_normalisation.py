from __future__ import annotations

import numpy as np
import pytest

from tests.families.domains import check_domain
from wnverify.families.least_squares.normalisation import NORMALISATION
from wnverify.family import Situation

SITUATIONS = NORMALISATION.situations()


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
@pytest.mark.parametrize("regime", NORMALISATION.regimes)
def test_both_routes_agree_and_draws_lie_in_the_domain(situation: Situation, regime: str) -> None:
    batch = NORMALISATION.draw(situation, regime, 50, np.random.default_rng(0))
    check_domain(NORMALISATION, batch)
    assert np.linalg.norm(batch.arrays["u"], axis=0) == pytest.approx(1.0)
    for name in ("first_derivative", "second_derivative"):
        route = NORMALISATION.quantities[name].route
        scale = np.linalg.norm(batch.arrays["w"], axis=0) ** (1 if name == "first_derivative" else 2)
        assert scale * route.measure(batch) == pytest.approx(scale * route.second(batch), rel=1e-9, abs=1e-12)


def test_the_steepest_angle_attains_the_constant() -> None:
    batch = dict(NORMALISATION.structured(Situation({"k": 3}, {})))["u at the steepest angle"]
    length = np.linalg.norm(batch.arrays["w"], axis=0)
    found = NORMALISATION.quantities["second_derivative"].route.measure(batch) * length**2
    assert found == pytest.approx(2 / np.sqrt(3), rel=1e-12)
