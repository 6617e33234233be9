"""WeightNorm networks with φ(0) = 0, in shapes deep and wide enough to tell 2 − 1/m from 2, and L from no L.

The networks, their quantities and their draws are those of `weight_norm`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wnverify.families.networks.weight_norm import LIPSCHITZ, STANDARD, WeightNorm, c0

__all__ = ["CENTRED", "DEEP", "NETWORKS", "PLAIN_NETWORKS", "SEARCHED", "SMOOTH"]

CENTRED: Mapping[str, tuple[Any, str, Any]] = {**LIPSCHITZ, "phi(0) = 0": (c0, "<=", 0)}
"""Hypotheses of the depth-free bounds on values and gradients."""
SMOOTH: Mapping[str, tuple[Any, str, Any]] = {**STANDARD, "phi(0) = 0": (c0, "<=", 0)}
"""The same with a bounded second derivative of the activation."""

DEEP = (
    (1, 2, 2), (2, 2, 2), (8, 3, 2), (1, 1, 1), (1, 4, 2), (2, 4, 2), (3, 3, 2), (2, 6, 2),
    (5, 4, 2), (2, 12, 2), (3, 6, 2), (6, 2, 2), (12, 2, 2), (4, 4, 4), (8, 6, 2), (3, 8, 4),
)  # fmt: skip
NETWORKS = WeightNorm(shapes=DEEP, cost=1.5)
PLAIN_NETWORKS = WeightNorm(normalised=False, shapes=DEEP, cost=1.5)

NARROW = (
    (3, 2, 2), (3, 3, 2), (2, 1, 2), (2, 2, 2), (5, 2, 2), (2, 3, 2), (2, 4, 2), (3, 4, 2),
    (8, 2, 2), (5, 3, 2), (6, 4, 2), (2, 6, 2), (12, 2, 2), (8, 3, 2), (3, 6, 2), (4, 8, 2),
)  # fmt: skip
SEARCHED = WeightNorm(shapes=NARROW, cost=1.0)
"""Small networks under long ascents, for what is only conjectured: its maxima are hard to climb."""
