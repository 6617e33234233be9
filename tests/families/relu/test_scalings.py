"""Exponents of ensembles by both routes."""

import numpy as np
import pytest

from wnverify.families.relu.scalings import RELU_SCALINGS, gain_exponent
from wnverify.family import Situation


@pytest.mark.parametrize("along", ["width", "alpha"])
def test_both_routes_to_an_exponent_agree(along):
    situation = Situation(RELU_SCALINGS.shapes()[0], {"along": along})
    batch = RELU_SCALINGS.draw(situation, "gaussian", 2, np.random.default_rng(0))
    assert np.allclose(gain_exponent.route.measure(batch), gain_exponent.route.second(batch), atol=1e-4)
