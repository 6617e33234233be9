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
from wnverify.engine.networks.network import Direction, Network, Tape, forward


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
    """First-order part of a jet: per layer c = ⟨u,Ẇ⟩ (0 for a plain network), ⟨Ẇ,α⟩, ⟨u,α̇⟩, ż; and α̇^0 … α̇^L."""

    c: tuple[FloatArray, ...]
    ea: tuple[FloatArray, ...]
    ua: tuple[FloatArray, ...]
    z1: tuple[FloatArray, ...]
    alpha1: tuple[FloatArray, ...]


def tangent(net: Network, direction: Direction, tape: Tape) -> Tangent:
    """Push `direction` forward: u̇ = (Ẇ − cu)/r, ż = s(⟨u̇,α⟩ + ⟨u,α̇⟩), α̇ = φ′ż; u̇ itself is never formed."""
    cs, eas, uas, z1s, alpha1s = [], [], [], [], [direction.x]
    for layer, e in enumerate(direction.W):
        u, r, s = tape.u[layer], tape.r[layer], tape.s[layer]
        c = row_dots(e, u) if net.normalised else np.zeros_like(r)
        ea, ua = matvec(e, tape.alpha[layer]), matvec(u, alpha1s[-1])
        z1 = (s * ea - c * tape.z[layer]) / r + s * ua
        cs.append(c)
        eas.append(ea)
        uas.append(ua)
        z1s.append(z1)
        alpha1s.append(tape.phi[layer][0] * z1)
    return Tangent(tuple(cs), tuple(eas), tuple(uas), tuple(z1s), tuple(alpha1s))


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

    Cotangents (a0, a1) of (α, α̇) → ζ1 = φ′a1, ζ0 = φ′a0 + φ″ż a1, both times s. Below, with e = Ẇ and
    P = ζ0 − (c/r)ζ1: a0 ← u̇ᵀζ1 + uᵀζ0 = eᵀ(ζ1/r) + uᵀP, a1 ← uᵀζ1. Rows: see `_rows1`.
    """
    tape, tan = tapes
    w0, w1 = tape.kappa * weights[0], tape.kappa * weights[1]
    a0, a1 = w0 * net.v + w1 * direction.v, w1 * net.v
    dv = sum_samples(w0 * tape.alpha[-1] + w1 * tan.alpha1[-1])
    W = []
    for layer in reversed(range(net.depth)):
        first, second = tape.phi[layer][:2]
        s, e, u, r = tape.s[layer], direction.W[layer], tape.u[layer], tape.r[layer]
        zeta1 = s * first * a1
        P = s * (first * a0 + second * tan.z1[layer] * a1) - tan.c[layer] / r * zeta1
        rows = outer(P, tape.alpha[layer]) + outer(zeta1, tan.alpha1[layer])
        W.append(_rows1(rows, e, (tape, tan, layer), (P, zeta1)) if net.normalised else rows)
        a0 = vecmat(zeta1 / r, e) + vecmat(P, u)
        a1 = vecmat(zeta1, u)
    return Direction(tuple(reversed(W)), dv, a0)


def _rows1(
    rows: FloatArray, e: FloatArray, place: tuple[Tape, Tangent, int], zeta: tuple[FloatArray, FloatArray]
) -> FloatArray:
    # Cotangents of (u, u̇): g0 = ζ0αᵀ + ζ1α̇ᵀ and g1 = ζ1αᵀ, and S = ⟨g0,u⟩ + (⟨g1,e⟩ − c⟨g1,u⟩)/r, c = ⟨u,e⟩, u = w/r:
    # ∂c = −⟨g1,u⟩/r, ∂u = g0 − (c/r)g1 + ∂c·e, ∂r = −(⟨g1,e⟩ − c⟨g1,u⟩)/r², ∂w = (I − uuᵀ)∂u/r + ∂r·u.
    # `rows` is g0 − (c/r)g1; its product with u needs ⟨α,u⟩ = z/s and ⟨α̇,u⟩ only.
    tape, tan, layer = place
    P, zeta1 = zeta
    r, c, pa = tape.r[layer], tan.c[layer], tape.z[layer] / tape.s[layer]
    along, across = sum_samples(zeta1 * pa), sum_samples(zeta1 * tan.ea[layer])
    dc = -along / r
    dr = (c * along - across) / (r * r)
    inner = sum_samples(P * pa + zeta1 * tan.ua[layer]) + dc * c
    rows += dc[:, None] * e
    rows /= r[:, None]
    rows += (dr - inner / r)[:, None] * tape.u[layer]
    return rows


def _project(rows: FloatArray, u: FloatArray, r: FloatArray) -> FloatArray:
    """Return (I − uuᵀ)rows/r, row by row."""
    projected: FloatArray = (rows - row_dots(rows, u)[:, None] * u) / r[:, None]
    return projected
