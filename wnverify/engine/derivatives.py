"""First derivatives and Hessian–vector products: no Hessian is built.

A reverse sweep of order 0 gives the gradient; one forward tangent and a reverse sweep of order 1 give
the gradient of w0·f + w1·ḟ, where ḟ is the derivative along a fixed direction; w = (0, 1) is the
Hessian–vector product. All derivatives are in the extended variables (W, v, x).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import dots, matvec, outer, row_dots, sum_samples, vecmat
from wnverify.engine.network import Direction, Network, Tape, forward


def gradient(net: Network, tape: Tape | None = None) -> Direction:
    """Return (∂f/∂W, ∂f/∂v, ∂f/∂x), summed over samples for W and v if there is a sample axis."""
    tape = tape or forward(net, 1)
    return pullback(net, tape, np.ones(net.x.shape[1:]))


def pullback(net: Network, tape: Tape, weight: FloatArray) -> Direction:
    """Return the gradient of Σ weight·f; weight has the shape of the value, (B,) or (n, B).

    δ^l = b^l φ′(z^l), ∂f/∂W_i^l = δ_i s(α − ⟨u_i,α⟩u_i)/r_i, b^{l-1} = s U^{lT} δ^l, b^L = κv.
    """
    weight = tape.kappa * weight
    b = weight * net.v
    dv = sum_samples(weight * tape.alpha[-1])
    W = []
    for layer in reversed(range(net.depth)):
        delta = tape.s[layer] * (b * tape.phi[layer][0])
        rows = outer(delta, tape.alpha[layer])
        W.append(_project(rows, tape.u[layer], tape.r[layer]) if net.normalised else rows)
        b = vecmat(delta, tape.u[layer])
    return Direction(tuple(reversed(W)), dv, b)


@dataclass(frozen=True)
class Tangent:
    """First-order part of a jet: per layer ū̇, c = ⟨u, Ẇ⟩ and ż; α̇^0, …, α̇^L."""

    u1: tuple[FloatArray, ...]
    c: tuple[FloatArray, ...]
    z1: tuple[FloatArray, ...]
    alpha1: tuple[FloatArray, ...]


def tangent(net: Network, direction: Direction, tape: Tape) -> Tangent:
    """Push `direction` forward: u̇ = (Ẇ − ⟨u,Ẇ⟩u)/r, ż = s(u̇·α + u·α̇), α̇ = φ′ż."""
    u1s, cs, z1s, alpha1s = [], [], [], [direction.x]
    for layer, e in enumerate(direction.W):
        u = tape.u[layer]
        c = row_dots(e, u)
        u1 = (e - c[:, None] * u) / tape.r[layer][:, None] if net.normalised else e
        z1 = tape.s[layer] * (matvec(u1, tape.alpha[layer]) + matvec(u, alpha1s[-1]))
        u1s.append(u1)
        cs.append(c)
        z1s.append(z1)
        alpha1s.append(tape.phi[layer][0] * z1)
    return Tangent(tuple(u1s), tuple(cs), tuple(z1s), tuple(alpha1s))


def slope(net: Network, direction: Direction, tape: Tape, tan: Tangent) -> FloatArray:
    """Return ḟ = κ(⟨v̇, α⟩ + ⟨v, α̇⟩)."""
    return tape.kappa * (dots(direction.v, tape.alpha[-1]) + dots(net.v, tan.alpha1[-1]))


def hvp(net: Network, direction: Direction, tape: Tape | None = None) -> Direction:
    """Return ∇²f · direction in the extended variables (W, v, x), shapes as `direction`."""
    tape = tape or forward(net, 2)
    zero, one = np.zeros(net.x.shape[1:]), np.ones(net.x.shape[1:])
    return pullback1(net, direction, (tape, tangent(net, direction, tape)), (zero, one))


def pullback1(
    net: Network, direction: Direction, tapes: tuple[Tape, Tangent], weights: tuple[FloatArray, FloatArray]
) -> Direction:
    """Return the gradient of Σ (w0·f + w1·ḟ) with `direction` held fixed.

    Cotangents (a0, a1) of (α, α̇) → ζ1 = φ′a1, ζ0 = φ′a0 + φ″ż a1; rows: ū ← s(ζ0αᵀ + ζ1α̇ᵀ), u̇ ← sζ1αᵀ;
    below: a0 ← s(u̇ᵀζ1 + uᵀζ0), a1 ← s uᵀζ1.
    """
    tape, tan = tapes
    w0, w1 = tape.kappa * weights[0], tape.kappa * weights[1]
    a0, a1 = w0 * net.v + w1 * direction.v, w1 * net.v
    dv = sum_samples(w0 * tape.alpha[-1] + w1 * tan.alpha1[-1])
    W = []
    for layer in reversed(range(net.depth)):
        first, second = tape.phi[layer][:2]
        zeta1 = tape.s[layer] * first * a1
        zeta0 = tape.s[layer] * (first * a0 + second * tan.z1[layer] * a1)
        g0 = outer(zeta0, tape.alpha[layer]) + outer(zeta1, tan.alpha1[layer])
        g1 = outer(zeta1, tape.alpha[layer])
        W.append(_rows1(net, direction.W[layer], (tape, tan, layer), (g0, g1)))
        a0 = vecmat(zeta1, tan.u1[layer]) + vecmat(zeta0, tape.u[layer])
        a1 = vecmat(zeta1, tape.u[layer])
    return Direction(tuple(reversed(W)), dv, a0)


def _rows1(
    net: Network, e: FloatArray, place: tuple[Tape, Tangent, int], g: tuple[FloatArray, FloatArray]
) -> FloatArray:
    # S = ⟨g0,u⟩ + (⟨g1,e⟩ − c⟨g1,u⟩)/r with c = ⟨u,e⟩ and u = w/r, differentiated in c, u and r:
    # ∂c = −⟨g1,u⟩/r, ∂u = g0 − (c/r)g1 + ∂c·e, ∂r = −(⟨g1,e⟩ − c⟨g1,u⟩)/r², ∂w = (I − uuᵀ)∂u/r + ∂r·u.
    if not net.normalised:
        return g[0]
    tape, tan, layer = place
    u, r, c = tape.u[layer], tape.r[layer], tan.c[layer]
    along, across = row_dots(g[1], u), row_dots(g[1], e)
    du = g[0] - (c / r)[:, None] * g[1] - (along / r)[:, None] * e
    dr = (c * along - across) / (r * r)
    return _project(du, u, r) + dr[:, None] * u


def _project(rows: FloatArray, u: FloatArray, r: FloatArray) -> FloatArray:
    """Return (I − uuᵀ)rows/r, row by row."""
    projected: FloatArray = (rows - row_dots(rows, u)[:, None] * u) / r[:, None]
    return projected
