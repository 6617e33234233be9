"""Networks whose layers act through matrices of Frobenius norm 1: f = ⟨v, α^L⟩, α^l = φ(M^l α^{l−1}), M = W/‖W‖_F.

An array W holds the matrix of each layer as one vector of m² entries, so that `omega` is min_l ‖W^l‖_F.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from wnverify.families.normalizations.frobenius_pieces import bent, curvature, layers, turning
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

SIZES = [{"L": L, "m": m} for L, m in ((1, 2), (2, 2), (3, 2), (1, 3), (4, 2), (2, 3), (3, 3))]
ACTIVATIONS = ("identity", "tanh", "sin")
"""With |φ′| ≤ 1 and φ(0) = 0."""


def value(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x)."""
    units = xp.unit_rows(theta.W)
    for layer in range(theta.L):
        x = xp.phi(xp.reshape(units[layer], (theta.m, theta.m)) @ x)
    return theta.v @ x


def pairs(length: int, *pairs: tuple[int, int]) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """The matrices e_i e_jᵀ for some (i, j), each as a vector.

    >>> pairs(2, (0, 1))[0].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    unit = np.eye(length)
    return [np.outer(unit[i], unit[j]).ravel() for i, j in pairs]


def handed_on(sizes: Shape) -> list[Mapping[str, Any]]:
    """W¹ = e₁xᵀ, W² = e₁e₂ᵀ, deeper layers e₁e₁ᵀ, v = e₁: the first two layers have all of the gradient."""
    L, m = sizes["L"], sizes["m"]
    if m < 2:
        return []
    first = np.eye(m)[0]
    W = np.stack(pairs(m, (0, 0), (0, 1), *[(0, 0)] * L)[:L])
    return [{"W": W * size, "v": V * first, "x": first} for size, V in product((0.1, 1.0, 10.0), (0.3, 1.0, 10.0))]


def turned(xp: Any, theta: Any, x: Any) -> Any:
    """Σ_l ‖Γ‖² − ⟨Γ, M⟩², Γ = ∂f/∂M^l = c α^{l−1}ᵀ, as the square of what of Γ is across M."""
    total = 0.0
    for layer in layers(xp, theta, x):
        gradient = xp.outer(layer.c, layer.before)
        total = total + xp.sum((gradient - xp.sum(gradient * layer.matrix) * layer.matrix) ** 2)
    return total


def telescoped(xp: Any, theta: Any, x: Any) -> Any:
    """Σ_l ‖c‖²(‖α^{l−1}‖² − ‖Mα^{l−1}‖²) + ‖α^{l−1}‖²(‖c‖² − ‖Mᵀc‖²)."""
    total = 0.0
    for layer in layers(xp, theta, x):
        X, C = xp.sum(layer.before**2), xp.sum(layer.c**2)
        total = total + C * (X - xp.sum(layer.z**2)) + X * (C - xp.sum((layer.matrix.T @ layer.c) ** 2))
    return total


_FROBENIUS = architecture(
    "frobenius",
    value,
    theta={"W": rows("L", "m*m"), "v": free("m")},
    x=ball("m"),
    sizes=SIZES,
    activation=ACTIVATIONS,
).starting({"one vector handed on": handed_on})
FROBENIUS = _FROBENIUS.extended(
    [
        quantity(
            "turned",
            "Σ_l ‖Γ^l‖² − ⟨Γ^l, M^l⟩², Γ^l = ∂f/∂M^l: what of it is across M^l",
            turned,
            of=_FROBENIUS,
            low=0,
            latex=r"\sum_l\|\Gamma_\perp^{(l)}\|_F^2",
        ),
        quantity(
            "telescoped",
            "Σ_l ‖c‖²(‖α^{l−1}‖² − ‖Mα^{l−1}‖²) + ‖α^{l−1}‖²(‖c‖² − ‖Mᵀc‖²), c = ∂f/∂z^l",
            telescoped,
            of=_FROBENIUS,
            latex=r"\Sigma_L",
        ),
        quantity(
            "curvature",
            "max_l ‖Γ^l‖_F/‖W^l‖_F², Γ^l = ∂f/∂M^l, which bounds the normalization's own curvature",
            curvature,
            of=_FROBENIUS,
            low=0,
            latex=r"\max_l\frac{\|\Gamma^{(l)}\|_F}{\|W^{(l)}\|_F^2}",
        ),
        quantity(
            "turning",
            "norm of 2 Σ_l ⟨∂f/∂z^l, δ^l α̇^{l−1}⟩, what layers that turn together add to the Hessian",
            turning,
            of=_FROBENIUS,
            low=0,
            latex=r"\|H_{\times}\|_2",
        ),
        quantity(
            "bent",
            "norm of Σ_l Σ_i (∂f/∂α_i^l) φ″(z_i^l)(ż_i^l)², what activations that bend add to the Hessian",
            bent,
            of=_FROBENIUS,
            low=0,
            latex=r"\|H_{\phi}\|_2",
        ),
    ]
)
for _net in (_FROBENIUS, FROBENIUS):
    _net.control, _net.cost, _net.plentiful = True, 10.0, 1
