"""Rademacher complexity at orthonormal inputs r e_1, …, r e_n, exact in the signs however many they are; one layer.

If a class does not change when columns of W change their signs, and φ is odd, then f(θ; r e_i) may be multiplied by
ε_i, so that sup_θ (1/n) Σ ε_i f(θ; r e_i) is the same for all ε, and one W and v bound the complexity from below by
⟨v, Σ φ(W r e_i)⟩/n. So it is for RMSNorm and LayerNorm (ε = 0) and for W/‖W‖₂ (`ORTHONORMAL`, `SOFT`).
If columns may be permuted and set to 0, and φ(0) = 0, then for any φ it is at least ⟨v, Σ_{i ≤ h} φ(W r e_i)⟩/n with
n = 2h: of all signs h agree, and −v is in the class (`HALVES`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.families.normalizations.gains import even
from wnverify.families.normalizations.signed import ODD, Arrays, complexity, lean
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import box, free
from wnverify.family import Shape

NOISE = 1e-24
"""What centring leaves of a column, relative to its square, that is rounding."""


def reached(xp: Any, theta: Any, alpha: Any) -> Any:
    """⟨v, Σ α_i⟩/n, where column i is α_i."""
    return theta.v @ xp.sum(alpha, axis=1) / theta.n


def normed(xp: Any, theta: Any, x: Any) -> Any:
    """RMSNorm or LayerNorm of the columns: α_i = φ(√m Hz_i/‖Hz_i‖)/√m; 0 for Hz_i = 0, a mean of ±α_i nearby."""
    z = theta.W * x
    size = NOISE * xp.sum(z * z, axis=0, keepdims=True)
    z = z - xp.mean(z, axis=0, keepdims=True) if theta.norm == "LayerNorm" else z
    square = xp.sum(z * z, axis=0, keepdims=True)
    u = xp.where(square > size, z / xp.sqrt(xp.where(square > size, square, 1.0)), 0.0)
    return reached(xp, theta, xp.phi(xp.sqrt(theta.m) * u) / xp.sqrt(theta.m))


def all_alike(sizes: Shape) -> list[Arrays]:
    """Every column (1, −1, 1, …): W = (1, −1, …)ᵀ(Σ ε_i x_i)ᵀ for each sign vector; (1, 1, …) is 0 for LayerNorm."""
    turns = np.where(np.arange(sizes["m"]) % 2, -1.0, 1.0)
    return [{"W": np.tile(turns[:, None], (1, sizes["n"])), "v": turns, "x": 1.0}]


ORTHONORMAL = architecture(
    "orthonormal_rms_norm",
    normed,
    theta={"W": free("m", "n"), "v": free("m")},
    x=box(0, 1),
    sizes=[{"m": 2, "n": 64}],
    activation=ODD,
    norm=("RMSNorm", "LayerNorm"),
).starting({"all columns alike": all_alike})


def soft(xp: Any, theta: Any, x: Any) -> Any:
    """W/‖W‖₂ with φ the soft threshold at t: odd, φ(0) = 0, |φ′| ≤ 1."""
    z = theta.W * x / xp.spectral_norm(theta.W)
    return reached(xp, theta, xp.maximum(z - theta.t, 0.0) - xp.maximum(-z - theta.t, 0.0))


def incidence(q: int) -> FloatArray:
    """Points and lines of the projective plane of order q, a prime: ones where a point lies on a line.

    >>> incidence(2).sum(axis=0).tolist() == [3.0] * 7, incidence(3).shape
    (True, (13, 13))
    """
    points = [(0, 0, 1), *((0, 1, a) for a in range(q)), *((1, a, b) for a in range(q) for b in range(q))]
    meeting = np.array(points) @ np.array(points).T % q == 0
    return np.asarray(meeting, dtype=float)


def plane(sizes: Shape) -> list[Arrays]:
    """W = (B − θJ)/√q, θ = (q + 1)/n, B the incidences of a plane of order q, and the threshold θ/√q."""
    q = {q * q + q + 1: q for q in (2, 3, 5, 7)}.get(sizes["n"], 0)
    if not q or sizes["m"] != sizes["n"]:
        return []
    share = (q + 1) / sizes["n"]
    return [{"W": (incidence(q) - share) / q**0.5, "v": even(sizes["m"]), "t": share / q**0.5, "x": 1.0}]


SOFT = architecture(
    "orthonormal_spectral",
    soft,
    theta={"W": free("m", "n"), "v": free("m"), "t": box(0, 1)},
    x=box(0, 1),
    sizes=[{"m": 31, "n": 31}],
).starting({"a projective plane": plane})


def folded(xp: Any, theta: Any, x: Any) -> Any:
    """W/‖W‖₂ with φ = |·| on the h inputs whose signs agree, of n = 2h."""
    return theta.v @ xp.sum(xp.abs(theta.W * x / xp.spectral_norm(theta.W)), axis=1) / (2 * theta.h)


def hadamard(sizes: Shape) -> list[Arrays]:
    """Sylvester's matrix of ±1, whose columns are orthogonal."""
    h = sizes["h"]
    if h != sizes["m"] or h & (h - 1):
        return []
    W: FloatArray = np.ones((1, 1))
    while len(W) < h:
        W = np.asarray(np.kron(W, [[1.0, 1.0], [1.0, -1.0]]), dtype=float)
    return [{"W": W, "v": even(h), "x": 1.0}]


HALVES = architecture(
    "orthonormal_halves",
    folded,
    theta={"W": free("m", "h"), "v": free("m")},
    x=box(0, 1),
    sizes=[{"m": 32, "h": 32}],
).starting({"the columns of a Hadamard matrix": hadamard})

ORTHONORMAL, SOFT, HALVES = (lean(each).extended([complexity(each)]) for each in (ORTHONORMAL, SOFT, HALVES))
