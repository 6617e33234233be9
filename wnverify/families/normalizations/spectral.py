"""Spectral normalization: f = ⟨v, α^L⟩, α^l = φ(W^l α^{l−1}/‖W^l‖₂); all layers are of width m = d.

An array W holds each matrix as one vector of m² entries. The singular values of a 2×2 matrix (a, b, c, d) have a
closed form, faster than any other: σ₁, σ₂ = (p ± q)/2 with p² = (a+d)² + (b−c)² and q² = (a−d)² + (b+c)². It has no
derivative where p or q vanish (multiples of rotations and of reflections), and σ₁ has none where σ₁ = σ₂.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import BETA, Step, ends
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.own.declare import architecture
from wnverify.families.own.draws import REGIMES
from wnverify.families.own.kinds import ball, free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

SIZES = ((1, 2), (2, 2), (1, 3), (3, 2), (2, 3), (6, 2), (1, 4), (2, 4))
"""L and m."""
GAPS = (0.5, 0.1, 0.01, 1e-3, 1e-4)
"""1 − s at the instances that attain the bounds."""


def parts(xp: Any, W: Any) -> tuple[Any, Any]:
    """p and q of one 2×2 matrix; σ₁ = (p + q)/2, and σ₂ = |p − q|/2."""
    a, b, c, d = (W[entry] for entry in range(4))
    return xp.sqrt((a + d) ** 2 + (b - c) ** 2), xp.sqrt((a - d) ** 2 + (b + c) ** 2)


def largest(xp: Any, W: Any, m: int) -> Any:
    """σ₁ of one matrix."""
    if m != 2:
        return xp.spectral_norm(xp.reshape(W, (m, m)))
    p, q = parts(xp, W)
    return (p + q) / 2


def ratio(xp: Any, W: Any, m: int) -> Any:
    """s = σ₂/σ₁; of larger matrices by the norm σ₁σ₂ of the matrix of all 2×2 minors."""
    if m == 2:
        p, q = parts(xp, W)
        return xp.abs(p - q) / (p + q)
    matrix = xp.reshape(W, (m, m))
    one, other = np.triu_indices(m, 1)
    minors = matrix[one][:, one] * matrix[other][:, other] - matrix[one][:, other] * matrix[other][:, one]
    return xp.spectral_norm(minors) / xp.spectral_norm(matrix) ** 2


def value(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x)."""
    for layer in range(theta.L):
        W = theta.W[layer]
        x = xp.phi(xp.reshape(W, (theta.m, theta.m)) @ x / largest(xp, W, theta.m))
    return theta.v @ x


def _layers(xp: Any, theta: Any) -> list[tuple[Any, Any]]:
    """(σ₁, s) of each layer."""
    return [(largest(xp, theta.W[layer], theta.m), ratio(xp, theta.W[layer], theta.m)) for layer in range(theta.L)]


def shares(xp: Any, theta: Any, _: Any) -> Any:
    """Σ_l (1 + s_l²)/σ_l²."""
    return sum((1 + s * s) / (sigma * sigma) for sigma, s in _layers(xp, theta))


def least_norm(xp: Any, theta: Any, _: Any) -> Any:
    """min_l σ₁(W^l)."""
    return xp.min(xp.stack([sigma for sigma, _ in _layers(xp, theta)]))


def closeness(xp: Any, theta: Any, _: Any) -> Any:
    """max_l 1/(1 − s_l)."""
    return xp.max(xp.stack([1 / (1 - s) for _, s in _layers(xp, theta)]))


def steps(xp: Any, theta: Any, x: Any) -> list[Step]:
    """What each layer adds to the chain of derivatives; ℓ = λ_max[[2s, 1], [1, 1/(1−s)]]."""
    found = []
    for layer, (sigma, s) in enumerate(_layers(xp, theta)):
        a, wide, t = xp.sqrt(xp.sum(x * x)), xp.sqrt(1 + s * s), 1 / (1 - s)
        curved = (2 * s + t + xp.sqrt((2 * s - t) ** 2 + 4)) / 2
        found.append(Step(1.0, wide * a / sigma, BETA[theta.activation], wide / sigma, a * curved / sigma**2))
        x = xp.phi(xp.reshape(theta.W[layer], (theta.m, theta.m)) @ x / sigma)
    return found


def second(sizes: Shape) -> list[Mapping[str, Any]]:
    """W^l = diag(1, s, 0, …) for s close to 1, x = v = e₂: hardly normalised in the direction that is used."""
    e2 = np.eye(sizes["m"])[1]
    found: list[Mapping[str, Any]] = []
    for gap, size, V in product(GAPS, (0.1, 1.0, 10.0), (0.01, 1.0, 10.0)):
        W = np.zeros((sizes["m"], sizes["m"]))
        W[0, 0], W[1, 1] = size, size * (1 - gap)
        found.append({"W": np.tile(W.ravel(), (sizes["L"], 1)), "v": V * e2, "x": e2})
    return found


_NET = architecture(
    "spectral",
    value,
    theta={"W": rows("L", "m*m"), "v": free("m")},
    x=ball("m"),
    sizes=[{"L": L, "m": m} for L, m in SIZES],
    activation=("identity", "tanh"),
).starting({"W = diag(1, s, 0, …), x = v = e₂": second})
_REACH, _BEND = ends(steps)
SPECTRAL = _NET.extended(
    [
        quantity(
            "shares",
            "Σ_l (1 + s_l²)/σ_l², σ_l = ‖W^l‖₂, s_l = σ₂/σ₁",
            shares,
            of=_NET,
            low=0,
            latex=r"\sum_l\frac{1+s_l^2}{\sigma_l^2}",
        ),
        divisor("sigma", "the least ‖W^l‖₂", least_norm, _NET, latex=r"\sigma_{\min}"),
        quantity(
            "closeness",
            "the largest 1/(1 − s_l) = σ₁/(σ₁ − σ₂) of the W^l",
            closeness,
            of=_NET,
            low=1,
            latex=r"\max_l\frac{\sigma_1}{\sigma_1-\sigma_2}",
        ),
        quantity("reach", "b, the root of Σ (p_l T_l)² in `chain`", _REACH, of=_NET, low=0, latex="b"),
        quantity("bend", "λ_max(Q) in `chain`", _BEND, of=_NET, low=0, latex=r"\lambda_{\max}(Q)"),
    ]
)
for _net in (_NET, SPECTRAL):
    _net.control, _net.cost, _net.plentiful = True, 10.0, 1
    _net.regimes = tuple(regime for regime in REGIMES if regime != "edge")  # entries ±1 have no gap
