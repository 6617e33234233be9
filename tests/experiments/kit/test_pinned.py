"""Pinned networks keep their scales, wherever a step leads."""

import numpy as np
import pytest

from wnverify.experiments.kit.pinned import PinnedNetworks
from wnverify.family import Situation


@pytest.mark.parametrize("normalised", [True, False])
def test_pinned_networks_keep_their_scales(normalised):
    family = PinnedNetworks(3.0, normalised=normalised)
    situation = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_in"})
    drawn = family.draw(situation, "sparse", 5, np.random.default_rng(0))
    coordinates = family.coordinates(situation)
    theta = coordinates.encode(drawn)
    moved = theta + np.random.default_rng(1).standard_normal(theta.shape)
    for batch in (drawn, coordinates.decode(coordinates.canonical(moved))):
        assert np.allclose(np.linalg.norm(batch.arrays["W2"], axis=1), 3.0)
        assert np.allclose(np.linalg.norm(batch.arrays["v"], axis=0), 1.0)
        assert np.allclose(np.linalg.norm(batch.arrays["x"], axis=0), np.sqrt(2))
