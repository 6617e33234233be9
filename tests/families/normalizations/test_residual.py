"""Residual layers against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.families.normalizations.naive import drawn, lanes
from wnverify.families.normalizations.residual import RESIDUAL


def test_residual_layers_add_to_what_they_see() -> None:
    batch = drawn(RESIDUAL)
    for one, found in lanes(RESIDUAL, batch, "norm_c"):
        alpha = one["x"]
        for W in [one["W1"], *one["W"]]:
            unit = W / np.linalg.norm(W, axis=1, keepdims=True)
            alpha = alpha + one["c"] * np.tanh(unit @ alpha / len(W) ** 0.5)
        assert found == pytest.approx([one["v"] @ alpha, float(one["c"])], rel=1e-12)
