"""Second-order jets along a line, and the gradient of their coefficients.

With H = ∇²f and a unit eigenvector u of a simple extreme eigenvalue λ, ∂λ/∂θ = ∂/∂θ (uᵀHu) with u frozen:
the gradient of the second derivative of f along θ + tu. It needs φ‴ and one adjoint sweep.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import dots, matvec, outer, row_dots, sum_samples, vecmat
from wnverify.engine.derivatives import Tangent, slope, tangent
from wnverify.engine.network import Direction, Network, Tape, forward, value

Triple = tuple[FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True)
class Curve:
    """Second-order part of a jet: per layer ü and z̈; α̈^0, …, α̈^L; and |Ẇ_i|² per layer."""

    u2: tuple[FloatArray, ...]
    z2: tuple[FloatArray, ...]
    alpha2: tuple[FloatArray, ...]
    size: tuple[FloatArray, ...]


def jet(net: Network, direction: Direction, tape: Tape | None = None) -> Triple:
    """Return (f, ḟ, f̈) at t = 0 along (W, v, x) + t·direction, each (B,).

    >>> from wnverify.engine.activations import activation
    >>> one, row = np.ones((1, 1)), np.ones((1, 1, 1))
    >>> net = Network((row,), one, one, activation("identity"))
    >>> [float(part[0]) for part in jet(net, Direction((row,), one, one))]
    [1.0, 2.0, 2.0]
    """
    tape = tape or forward(net, 2)
    tan = tangent(net, direction, tape)
    cur = curve(net, direction, tape, tan)
    return value(net, tape), slope(net, direction, tape, tan), bend(net, direction, (tape, tan, cur))


def bend(net: Network, direction: Direction, tapes: tuple[Tape, Tangent, Curve]) -> FloatArray:
    """Return f̈ = κ(2⟨v̇, α̇⟩ + ⟨v, α̈⟩)."""
    tape, tan, cur = tapes
    return tape.kappa * (2.0 * dots(direction.v, tan.alpha1[-1]) + dots(net.v, cur.alpha2[-1]))


def curve(net: Network, direction: Direction, tape: Tape, tan: Tangent) -> Curve:
    """Push the second order forward.

    ü = −(2c(e − cu) + (|e|² − c²)u)/r² with e = Ẇ, c = ⟨u,e⟩ (zero for a plain network),
    z̈ = s(ü·α + 2u̇·α̇ + u·α̈), α̈ = φ″ż² + φ′z̈.
    """
    u2s, z2s, sizes, alpha2s = [], [], [], [np.zeros_like(net.x)]
    for layer, e in enumerate(direction.W):
        u, r, c = tape.u[layer], tape.r[layer], tan.c[layer]
        size = row_dots(e, e)
        u2 = np.zeros_like(u)
        if net.normalised:
            u2 = -((2.0 * c)[:, None] * e + (size - 3.0 * c * c)[:, None] * u) / (r * r)[:, None]
        z2 = matvec(u2, tape.alpha[layer]) + 2.0 * matvec(tan.u1[layer], tan.alpha1[layer])
        z2 = tape.s[layer] * (z2 + matvec(u, alpha2s[-1]))
        first, second = tape.phi[layer][:2]
        u2s.append(u2)
        z2s.append(z2)
        sizes.append(size)
        alpha2s.append(second * np.square(tan.z1[layer]) + first * z2)
    return Curve(tuple(u2s), tuple(z2s), tuple(alpha2s), tuple(sizes))


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
    """Return the gradient of Σ (w0·f + w1·ḟ + w2·f̈): the adjoint sweep of `jet`.

    Cotangents (a0, a1, a2) of (α, α̇, α̈) → ζ2 = φ′a2, ζ1 = φ′a1 + 2φ″ż a2, ζ0 = φ′a0 + φ″ż a1 + (φ‴ż² + φ″z̈)a2;
    below: a0 ← s(üᵀζ2 + u̇ᵀζ1 + uᵀζ0), a1 ← s(2u̇ᵀζ2 + uᵀζ1), a2 ← s uᵀζ2.
    """
    tape, tan, cur = tapes
    w0, w1, w2 = (tape.kappa * w for w in weights)
    a0 = w0 * net.v + w1 * direction.v
    a1 = w1 * net.v + 2.0 * w2 * direction.v
    a2 = w2 * net.v
    dv = sum_samples(w0 * tape.alpha[-1] + w1 * tan.alpha1[-1] + w2 * cur.alpha2[-1])
    W = []
    for layer in reversed(range(net.depth)):
        zeta = _through_activation(tapes, layer, (a0, a1, a2))
        u, u1, u2 = tape.u[layer], tan.u1[layer], cur.u2[layer]
        W.append(_rows2(net, direction.W[layer], (*tapes, layer), _row_cotangents(tapes, layer, zeta)))
        a0 = vecmat(zeta[2], u2) + vecmat(zeta[1], u1) + vecmat(zeta[0], u)
        a1 = 2.0 * vecmat(zeta[2], u1) + vecmat(zeta[1], u)
        a2 = vecmat(zeta[2], u)
    return Direction(tuple(reversed(W)), dv, a0)


def _through_activation(tapes: tuple[Tape, Tangent, Curve], layer: int, a: Triple) -> Triple:
    """Return s·(ζ0, ζ1, ζ2)."""
    tape, tan, cur = tapes
    first, second, third = tape.phi[layer]
    z1, s = tan.z1[layer], tape.s[layer]
    bent = third * np.square(z1) + second * cur.z2[layer]
    zeta0 = s * (first * a[0] + second * z1 * a[1] + bent * a[2])
    return zeta0, s * (first * a[1] + 2.0 * second * z1 * a[2]), s * first * a[2]


def _row_cotangents(tapes: tuple[Tape, Tangent, Curve], layer: int, zeta: Triple) -> Triple:
    """Return the cotangents of (u, u̇, ü): ζ0αᵀ + ζ1α̇ᵀ + ζ2α̈ᵀ, ζ1αᵀ + 2ζ2α̇ᵀ, ζ2αᵀ."""
    alpha, alpha1, alpha2 = (part[layer] for part in (tapes[0].alpha, tapes[1].alpha1, tapes[2].alpha2))
    g0 = outer(zeta[0], alpha) + outer(zeta[1], alpha1) + outer(zeta[2], alpha2)
    return g0, outer(zeta[1], alpha) + 2.0 * outer(zeta[2], alpha1), outer(zeta[2], alpha)


def _rows2(net: Network, e: FloatArray, place: tuple[Tape, Tangent, Curve, int], g: Triple) -> FloatArray:
    # S = ⟨g0,u⟩ + (⟨g1,e⟩ − c⟨g1,u⟩)/r − (2c⟨g2,e⟩ + (|e|² − 3c²)⟨g2,u⟩)/r² with c = ⟨u,e⟩, u = w/r.
    # ∂c = −⟨g1,u⟩/r − (2⟨g2,e⟩ − 6c⟨g2,u⟩)/r²
    # ∂u = g0 − (c/r)g1 − ((|e|² − 3c²)/r²)g2 + ∂c·e
    # ∂r = −(⟨g1,e⟩ − c⟨g1,u⟩)/r² + 2(2c⟨g2,e⟩ + (|e|² − 3c²)⟨g2,u⟩)/r³,   ∂w = (I − uuᵀ)∂u/r + ∂r·u
    if not net.normalised:
        return g[0]
    tape, tan, cur, layer = place
    u, r, c = tape.u[layer], tape.r[layer], tan.c[layer]
    g1u, g1e, g2u, g2e = row_dots(g[1], u), row_dots(g[1], e), row_dots(g[2], u), row_dots(g[2], e)
    k = cur.size[layer] - 3.0 * c * c
    r2 = r * r
    dc = -g1u / r - (2.0 * g2e - 6.0 * c * g2u) / r2
    dr = (c * g1u - g1e) / r2 + 2.0 * (2.0 * c * g2e + k * g2u) / (r2 * r)
    du = g[0] - (c / r)[:, None] * g[1] - (k / r2)[:, None] * g[2] + dc[:, None] * e
    return (du - row_dots(du, u)[:, None] * u) / r[:, None] + dr[:, None] * u
