"""Weight standardization against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.families.normalizations.naive import drawn, lanes
from wnverify.families.normalizations.weight_standardization import EPSILON, WEIGHT_STANDARDIZATION


@pytest.mark.parametrize("epsilon", EPSILON)
def test_weight_standardization_centres_rows_and_divides_by_their_norms(epsilon) -> None:
    batch = drawn(WEIGHT_STANDARDIZATION, epsilon=epsilon)
    for one, found in lanes(WEIGHT_STANDARDIZATION, batch, "omega_c"):
        alpha, sizes = one["x"], []
        for W in one["W"]:
            centred = W - W.mean(axis=1, keepdims=True)
            size = np.sqrt(np.sum(centred**2, axis=1) + EPSILON[epsilon])
            sizes.append(size.min())
            alpha = np.tanh(centred / size[:, None] @ alpha / len(W) ** 0.5)
        assert found == pytest.approx([one["v"] @ alpha, min(sizes)], rel=1e-12)
