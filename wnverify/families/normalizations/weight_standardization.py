"""Weight standardization: rows w are centred before they are normalised, w̃ = Cw/√(‖Cw‖² + ε); f = ⟨v, α^L⟩.

C = I − 11ᵀ/m, and α^l = φ(W̃^l α^{l−1}/√m). All layers are of width m = d.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from wnverify.families.normalizations.divisors import divisor
from wnverify.families.normalizations.rms_norm import plane
from wnverify.families.own.declare import architecture
from wnverify.families.own.draws import REGIMES
from wnverify.families.own.kinds import ball, free, rows
from wnverify.family import Shape

EPSILON = {"0": 0.0, "1": 1.0}
"""ε by the value of the setting."""


def _standardised(xp: Any, theta: Any, layer: int) -> tuple[Any, Any]:
    """The centred rows of a layer, and what they are divided by, as a column."""
    centred = theta.W[layer] - xp.mean(theta.W[layer], axis=-1, keepdims=True)
    size = xp.sum(centred * centred, axis=-1, keepdims=True) + EPSILON[theta.epsilon]
    return centred, xp.sqrt(size)


def value(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x)."""
    for layer in range(theta.L):
        centred, size = _standardised(xp, theta, layer)
        x = xp.phi((centred / size) @ x / xp.sqrt(theta.m))
    return theta.v @ x


def least_norm(xp: Any, theta: Any, _: Any) -> Any:
    """min √(‖Cw‖² + ε) over all rows."""
    return xp.min(xp.stack([xp.min(_standardised(xp, theta, layer)[1]) for layer in range(theta.L)]))


def across(sizes: Shape) -> list[Mapping[str, Any]]:
    """One layer: centred rows along x, but one across it, which has all of v."""
    if sizes["L"] > 1:
        return []
    m = sizes["m"]
    p, q = plane(m)
    W = np.tile(p, (1, m, 1))
    W[0, 0] = q
    return [
        {"W": W * size, "v": V * size * np.eye(m)[0], "x": p} for size, V in product((1.0, 1e3), (0.01, 1.0, 10.0))
    ]


_NET = architecture(
    "weight_standardization",
    value,
    theta={"W": rows("L", "m", "m"), "v": free("m")},
    x=ball("m"),
    sizes={"L": (1, 2), "m": (3,)},
    activation=("identity", "tanh"),
    epsilon=tuple(EPSILON),
).starting({"one row across": across})
WEIGHT_STANDARDIZATION = _NET.extended(
    [divisor("omega_c", "the least √(‖Cw‖² + ε) of the rows w, C the centring", least_norm, _NET, latex=r"\omega_C")]
)
for _net in (_NET, WEIGHT_STANDARDIZATION):
    _net.control, _net.cost, _net.plentiful = True, 10.0, 1
    _net.regimes = tuple(regime for regime in REGIMES if regime != "edge")  # equal entries vanish when centred
