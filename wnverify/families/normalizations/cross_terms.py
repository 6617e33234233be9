"""The cross term of a Hessian by itself: 2⟨v, A_2^L⟩ of a network, and of a direction in its hidden weights.

A_0^0 = x, A_0^l = G^lM^lA_0^{l−1} and A_k^l = D^l(M^lA_k^{l−1} + δ^lA_{k−1}^{l−1}) for k ≥ 1, where D and G are
diagonal with entries in [−1, 1]: φ′(z) and φ(z)/z for every activation of slope at most 1 with φ(0) = 0. Settings:

normalization   rows: M = W̄/√m, and each row of δ is across that row of M;
                frobenius: M = W/‖W‖_F, and δ is across M as a whole.
                Either way ‖M + sδ‖_F² = 1 + |s|²‖δ‖_F² for every complex s.
slopes          any: D and G as they are; rising: their absolute values, as of activations that rise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, box, free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

SIZES = [{"L": L, "m": m} for L, m in ((2, 2), (3, 2), (4, 2), (5, 2), (6, 2), (3, 3), (4, 3), (4, 4))]

LEAST = 1e-8
"""The least square of a norm by which is divided: a row that vanishes stays zero, and none becomes longer than 1."""


def layers(xp: Any, theta: Any) -> tuple[Any, Any]:
    """M and δ, (L, m, m)."""
    axes = -1 if theta.normalization == "rows" else (-2, -1)
    W = xp.reshape(theta.W, (theta.L, theta.m, theta.m))
    units = W / xp.sqrt(xp.maximum(xp.sum(W**2, axis=axes, keepdims=True), LEAST))
    across = theta.U - xp.sum(theta.U * units, axis=axes, keepdims=True) * units
    return (units / xp.sqrt(theta.m) if axes == -1 else units), across


def value(xp: Any, theta: Any, x: Any) -> Any:
    """2⟨v, A_2^L⟩."""
    return 2 * theta.v @ _second(xp, theta, x)


def second_norm(xp: Any, theta: Any, x: Any) -> Any:
    """‖A_2^L‖."""
    found = _second(xp, theta, x)
    return xp.sqrt(xp.sum(found * found))


def _second(xp: Any, theta: Any, x: Any) -> Any:
    """A_2^L."""
    M, across = layers(xp, theta)
    D, G = (theta.D, theta.G) if theta.slopes == "any" else (xp.abs(theta.D), xp.abs(theta.G))
    zeroth, first, second = x, 0 * x, 0 * x
    for layer in range(theta.L):
        second = D[layer] * (M[layer] @ second + across[layer] @ first)
        first = D[layer] * (M[layer] @ first + across[layer] @ zeroth)
        zeroth = G[layer] * (M[layer] @ zeroth)
    return second


Entries: TypeAlias = Mapping[tuple[int, int, int], float]
"""Entries of matrices by layer, row and column."""
A, B = np.sin(np.pi / 5) / np.sqrt(1.25), np.sin(2 * np.pi / 5) / np.sqrt(1.25)
LARGEST: Mapping[int, tuple[Sequence[tuple[int, int]], Entries, int]] = {
    2: ([(0, 0), (0, 0)], {(0, 1, 0): np.sqrt(0.5), (1, 0, 1): np.sqrt(0.5)}, 0),
    3: ([(0, 0), (0, 1), (1, 1)], {(0, 1, 0): B, (1, 0, 0): A, (1, 1, 1): A, (2, 1, 0): B}, 1),
    4: (
        [(0, 0), (0, 1), (0, 0), (0, 1)],
        {(0, 1, 0): 0.5, (1, 0, 0): 0.5, (2, 1, 0): 0.5, (3, 0, 0): 0.5},
        0,
    ),
}
"""By depth: the place of the only entry of each M, the entries of δ, and that of v."""


def largest(sizes: Shape) -> list[Mapping[str, Any]]:
    """The largest cross terms of M = W/‖W‖_F, D = G = 1: 1, (1+√5)/2, 2 at L = 2, 3, 4, and 2 in deeper networks."""
    L, m = sizes["L"], sizes["m"]
    if min(L, m) < 2:
        return []
    places, entries, last = LARGEST[min(L, 4)]
    W, U = np.zeros((L, m, m)), np.zeros((L, m, m))
    for layer, place in enumerate([*places, *[(0, 0)] * L][:L]):
        W[layer][place] = 1.0
    for where, size in entries.items():
        U[where] = size
    unit, one = np.eye(m), np.ones((L, m))
    return [{"W": W.reshape(L, m * m), "U": U, "D": one, "G": one, "v": unit[last], "x": unit[0]}]


def against_the_slope(sizes: Shape) -> list[Mapping[str, Any]]:
    """An instance with φ(z) = −z and φ′(z) = 1 in places, found by ascent: 2.0146 for M = W/‖W‖_F at L = 5."""
    if dict(sizes) != {"L": 5, "m": 2}:
        return []
    W = [[9, 70, -9, -70], [69, 69, 16, 16], [1, 4, 31, 95], [0, -4, 4, 100], [-86, -17, -47, -9]]
    U = [[-6, -44, -6, -44], [-14, -14, 58, 58], [4, -1, 94, -30], [4, 100, 0, 4], [17, -86, 9, -47]]
    G = [[-1, 1], [1, -1], [-1, -1], [0.31, -1], [0.71, 0.71]]
    arrays = {"W": np.array(W) / 100, "U": np.array(U).reshape(5, 2, 2) / 100, "D": np.ones((5, 2)), "G": np.array(G)}
    return [{**arrays, "v": np.array([-0.88, -0.48]), "x": np.array([-0.13, -0.99])}]


_CROSS_TERMS = architecture(
    "cross_terms",
    value,
    theta={
        "W": rows("L", "m*m"),
        "U": free("L", "m", "m"),
        "D": box(-1, 1, "L", "m"),
        "G": box(-1, 1, "L", "m"),
        "v": free("m"),
    },
    x=ball("m"),
    sizes=SIZES,
    normalization=("rows", "frobenius"),
    slopes=("any", "rising"),
).starting({"the largest of linear networks": largest, "against the slope": against_the_slope})
CROSS_TERMS = _CROSS_TERMS.extended(
    [quantity("second_norm", "‖A_2^L‖", second_norm, of=_CROSS_TERMS, low=0, latex=r"\|A_2^L\|")]
)
for _net in (_CROSS_TERMS, CROSS_TERMS):
    _net.control, _net.cost, _net.plentiful = True, 1.5, 1
