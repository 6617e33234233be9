"""Spectral normalization with layers of two units: f = ⟨v, α^L⟩, α^l = φ(W^l α^{l−1}/‖W^l‖₂).

The singular values of a 2×2 matrix have a closed form, so that second derivatives and balls know it:
σ₁, σ₂ = (p ± q)/2 with p² = (a+d)² + (b−c)² and q² = (a−d)² + (b+c)². An array W holds each matrix (a, b, c, d) as
one vector. Where p or q vanish (multiples of rotations and of reflections) there is no derivative.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from wnverify.families.normalizations.chain import BETA, Step, coupling, reaches
from wnverify.families.normalizations.divisors import divisor
from wnverify.families.own.declare import architecture
from wnverify.families.own.draws import REGIMES
from wnverify.families.own.kinds import ball, free, rows
from wnverify.families.own.own_quantity import quantity
from wnverify.family import Shape

GAPS = (0.5, 0.1, 0.01, 1e-3, 1e-4)
"""1 − s at the instances that attain the bounds."""


def parts(xp: Any, W: Any) -> tuple[Any, Any]:
    """p and q of one matrix; σ₁ = (p + q)/2, and σ₂ = |p − q|/2."""
    a, b, c, d = (W[entry] for entry in range(4))
    return xp.sqrt((a + d) ** 2 + (b - c) ** 2), xp.sqrt((a - d) ** 2 + (b + c) ** 2)


def value(xp: Any, theta: Any, x: Any) -> Any:
    """f(θ; x)."""
    for layer in range(theta.L):
        p, q = parts(xp, theta.W[layer])
        x = xp.phi(xp.reshape(theta.W[layer], (2, 2)) @ x * 2 / (p + q))
    return theta.v @ x


def _layers(xp: Any, theta: Any) -> list[tuple[Any, Any]]:
    """(σ₁, s) of each layer, s = σ₂/σ₁."""
    found = []
    for layer in range(theta.L):
        p, q = parts(xp, theta.W[layer])
        found.append(((p + q) / 2, xp.abs(p - q) / (p + q)))
    return found


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
        x = xp.phi(xp.reshape(theta.W[layer], (2, 2)) @ x / sigma)
    return found


def reach(xp: Any, theta: Any, x: Any) -> Any:
    """b of the chain."""
    return reaches(xp, steps(xp, theta, x))


def bend(xp: Any, theta: Any, x: Any) -> Any:
    """λ_max(Q) of the chain."""
    return coupling(xp, steps(xp, theta, x))


def second(sizes: Shape) -> list[Mapping[str, Any]]:
    """W^l = diag(1, s) for s close to 1, x = v = e₂: hardly normalised in the direction that is used."""
    e2 = np.array([0.0, 1.0])
    return [
        {"W": np.tile([1.0, 0.0, 0.0, 1 - gap], (sizes["L"], 1)) * size, "v": V * e2, "x": e2}
        for gap, size, V in product(GAPS, (0.1, 1.0, 10.0), (0.01, 1.0, 10.0))
    ]


_NET = architecture(
    "spectral",
    value,
    theta={"W": rows("L", 4), "v": free(2)},
    x=ball(2),
    sizes={"L": (1, 2, 3, 6)},
    activation=("identity", "tanh"),
).starting({"W = diag(1, s), x = v = e₂": second})
SPECTRAL = _NET.extended(
    [
        quantity("shares", "Σ_l (1 + s_l²)/σ_l², σ_l = ‖W^l‖₂, s_l = σ₂/σ₁", shares, of=_NET, low=0),
        divisor("sigma", "the least ‖W^l‖₂", least_norm, _NET),
        quantity("closeness", "the largest 1/(1 − s_l) = σ₁/(σ₁ − σ₂) of the W^l", closeness, of=_NET, low=1),
        quantity("reach", "b, the root of Σ (p_l T_l)² in `chain`", reach, of=_NET, low=0),
        quantity("bend", "λ_max(Q) in `chain`", bend, of=_NET, low=0),
    ]
)
for _net in (_NET, SPECTRAL):
    _net.control, _net.cost = True, 3.0
    _net.regimes = tuple(regime for regime in REGIMES if regime != "edge")  # entries ±1 have no gap
