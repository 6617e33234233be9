"""Second-order jets along a line, and the gradient of their coefficients.

With H = ∇²f and a unit eigenvector u of a simple extreme eigenvalue λ, ∂λ/∂θ = ∂/∂θ (uᵀHu) with u frozen:
the gradient of the second derivative of f along θ + tu. It needs φ‴ and one adjoint sweep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import dots, matvec, outer, row_dots, sum_samples, vecmat
from wnverify.engine.networks.derivatives import Tangent, tangent
from wnverify.engine.networks.network import Direction, Network, Tape, forward

Triple = tuple[FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True)
class Curve:
    """Second-order part of a jet: per layer k = |Ẇ|² − 3c², ⟨Ẇ,α̇⟩, ⟨u,α̈⟩, z̈; and α̈^0 … α̈^L."""

    k: tuple[FloatArray, ...]
    ea1: tuple[FloatArray, ...]
    ua2: tuple[FloatArray, ...]
    z2: tuple[FloatArray, ...]
    alpha2: tuple[FloatArray, ...]


def bend(net: Network, direction: Direction, tapes: tuple[Tape, Tangent, Curve]) -> FloatArray:
    """Return f̈ = κ(2⟨v̇, α̇⟩ + ⟨v, α̈⟩)."""
    tape, tan, cur = tapes
    return tape.kappa * (2.0 * dots(direction.v, tan.alpha1[-1]) + dots(net.v, cur.alpha2[-1]))


def curve(net: Network, direction: Direction, tape: Tape, tan: Tangent) -> Curve:
    """Push the second order forward, without forming u̇ or ü.

    ü = −(2c(e − cu) + (|e|² − c²)u)/r² = −(2ce + ku)/r² with e = Ẇ, c = ⟨u,e⟩, k = |e|² − 3c² (c = k = 0 for a
    plain network), z̈ = s(⟨ü,α⟩ + 2⟨u̇,α̇⟩ + ⟨u,α̈⟩), α̈ = φ″ż² + φ′z̈.
    """
    ks, ea1s, ua2s, z2s, alpha2s = [], [], [], [], [np.zeros_like(net.x)]
    for layer, e in enumerate(direction.W):
        r, c, s = tape.r[layer], tan.c[layer], tape.s[layer]
        k = row_dots(e, e) - 3.0 * c * c if net.normalised else np.zeros_like(r)
        ea1, ua2 = matvec(e, tan.alpha1[layer]), matvec(tape.u[layer], alpha2s[-1])
        own = (2.0 * s * c * tan.ea[layer] + k * tape.z[layer]) / (r * r)
        z2 = s * (2.0 * (ea1 - c * tan.ua[layer]) / r + ua2) - own
        first, second = tape.phi[layer][:2]
        ks.append(k)
        ea1s.append(ea1)
        ua2s.append(ua2)
        z2s.append(z2)
        alpha2s.append(second * np.square(tan.z1[layer]) + first * z2)
    return Curve(tuple(ks), tuple(ea1s), tuple(ua2s), tuple(z2s), tuple(alpha2s))


def jet_gradient(
    net: Network,
    direction: Direction,
    weights: tuple[FloatArray | float, FloatArray | float, FloatArray | float],
    tape: Tape | None = None,
) -> Direction:
    """Return the gradient in (W, v, x) of w0·f + w1·ḟ + w2·f̈, `direction` held fixed; weights (B,) or scalars."""
    tape = tape or forward(net, 3)
    tan = tangent(net, direction, tape)
    cur = curve(net, direction, tape, tan)
    shape = net.x.shape[1:]
    w0, w1, w2 = (np.broadcast_to(np.asarray(w, dtype=np.float64), shape) for w in weights)
    return pullback2(net, direction, (tape, tan, cur), (w0, w1, w2))


def pullback2(net: Network, direction: Direction, tapes: tuple[Tape, Tangent, Curve], weights: Triple) -> Direction:
    """Return the gradient of Σ (w0·f + w1·ḟ + w2·f̈): the adjoint sweep of `tangent` and `curve`.

    Cotangents (a0, a1, a2) of (α, α̇, α̈) → ζ2 = φ′a2, ζ1 = φ′a1 + 2φ″ż a2, ζ0 = φ′a0 + φ″ż a1 + (φ‴ż² + φ″z̈)a2,
    all times s. Below: a0 ← üᵀζ2 + u̇ᵀζ1 + uᵀζ0, a1 ← 2u̇ᵀζ2 + uᵀζ1, a2 ← uᵀζ2; with P0 = ζ0 − (c/r)ζ1 − (k/r²)ζ2 and
    P1 = ζ1 − 2(c/r)ζ2 that is a0 = eᵀ(P1/r) + uᵀP0, a1 = eᵀ(2ζ2/r) + uᵀP1. Rows: see `_rows2`.
    """
    tape, tan, cur = tapes
    w0, w1, w2 = (tape.kappa * w for w in weights)
    a0 = w0 * net.v + w1 * direction.v
    a1 = w1 * net.v + 2.0 * w2 * direction.v
    a2 = w2 * net.v
    dv = sum_samples(w0 * tape.alpha[-1] + w1 * tan.alpha1[-1] + w2 * cur.alpha2[-1])
    W = []
    for layer in reversed(range(net.depth)):
        e, u, r = direction.W[layer], tape.u[layer], tape.r[layer]
        P = P0, P1, zeta2 = _cotangents(tapes, layer, (a0, a1, a2))
        rows = outer(P0, tape.alpha[layer]) + outer(P1, tan.alpha1[layer]) + outer(zeta2, cur.alpha2[layer])
        W.append(_rows2(rows, e, (*tapes, layer), P) if net.normalised else rows)
        a0 = vecmat(P1 / r, e) + vecmat(P0, u)
        a1 = vecmat(2.0 * zeta2 / r, e) + vecmat(P1, u)
        a2 = vecmat(zeta2, u)
    return Direction(tuple(reversed(W)), dv, a0)


def _cotangents(tapes: tuple[Tape, Tangent, Curve], layer: int, a: Triple) -> Triple:
    """Return (P0, P1, ζ2)."""
    tape, tan, cur = tapes
    first, second, third = tape.phi[layer]
    z1, s, r = tan.z1[layer], tape.s[layer], tape.r[layer]
    turn = tan.c[layer] / r
    bent = third * np.square(z1) + second * cur.z2[layer]
    zeta0 = s * (first * a[0] + second * z1 * a[1] + bent * a[2])
    zeta1 = s * (first * a[1] + 2.0 * second * z1 * a[2])
    zeta2 = s * first * a[2]
    return zeta0 - turn * zeta1 - cur.k[layer] / (r * r) * zeta2, zeta1 - 2.0 * turn * zeta2, zeta2


def _rows2(rows: FloatArray, e: FloatArray, place: tuple[Tape, Tangent, Curve, int], P: Triple) -> FloatArray:
    # Cotangents of (u, u̇, ü): g0 = ζ0αᵀ + ζ1α̇ᵀ + ζ2α̈ᵀ, g1 = ζ1αᵀ + 2ζ2α̇ᵀ, g2 = ζ2αᵀ, and with c = ⟨u,e⟩, u = w/r,
    # S = ⟨g0,u⟩ + (⟨g1,e⟩ − c⟨g1,u⟩)/r − (2c⟨g2,e⟩ + (|e|² − 3c²)⟨g2,u⟩)/r²:
    # ∂c = −⟨g1,u⟩/r − (2⟨g2,e⟩ − 6c⟨g2,u⟩)/r²
    # ∂r = −(⟨g1,e⟩ − c⟨g1,u⟩)/r² + 2(2c⟨g2,e⟩ + k⟨g2,u⟩)/r³
    # ∂u = g0 − (c/r)g1 − (k/r²)g2 + ∂c·e,   ∂w = (I − uuᵀ)∂u/r + ∂r·u.
    # `rows` is ∂u − ∂c·e = P0αᵀ + P1α̇ᵀ + ζ2α̈ᵀ, and ζ1 = P1 + 2(c/r)ζ2.
    tape, tan, cur, layer = place
    P0, P1, zeta2 = P
    r, c, k, pa = tape.r[layer], tan.c[layer], cur.k[layer], tape.z[layer] / tape.s[layer]
    ea, ua = tan.ea[layer], tan.ua[layer]
    zeta1 = P1 + (2.0 * c / r) * zeta2
    g1u, g1e = sum_samples(zeta1 * pa + 2.0 * zeta2 * ua), sum_samples(zeta1 * ea + 2.0 * zeta2 * cur.ea1[layer])
    g2u, g2e = sum_samples(zeta2 * pa), sum_samples(zeta2 * ea)
    r2 = r * r
    dc = -g1u / r - (2.0 * g2e - 6.0 * c * g2u) / r2
    dr = (c * g1u - g1e) / r2 + 2.0 * (2.0 * c * g2e + k * g2u) / (r2 * r)
    inner = sum_samples(P0 * pa + P1 * ua + zeta2 * cur.ua2[layer]) + dc * c
    rows += dc[:, None] * e
    rows /= r[:, None]
    rows += (dr - inner / r)[:, None] * tape.u[layer]
    return rows
