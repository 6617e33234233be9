"""Derivatives of a two-layer ReLU network with gains, from its values alone.

No formula for a gradient enters, so nothing is orthogonal, projected or inversely proportional by construction. The
network is evaluated at complex parameters: F(p + ihe) = F(p) + ihF′(p)e + O(h²), and the imaginary part is free of
cancellation, whatever h. A neuron's summand depends on its own direction and gain only, so that one evaluation moves
all neurons at once; it is linear in the products ⟨v_k, x_i⟩, so that only the factor before these is evaluated there.
Shapes: `B` instances, `m` neurons, `n` inputs, `d` their dimension; the batch is last.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import FloatArray
from wnverify.engine.relu.gains import State

Numbers: TypeAlias = NDArray[Any]
"""Real or complex numbers."""
H = 1e-100
"""The imaginary step: its square is nothing beside 1."""


def pace(square: Numbers, g: Numbers) -> Numbers:
    """g_k/|v_k|, by which a direction becomes a weight, of real or complex Σ_j v_kj² and g_k."""
    return np.asarray(g / np.sqrt(square))


def effective(v: Numbers, g: Numbers) -> Numbers:
    """w_k = g_k v_k/|v_k| of real or complex v (m, d, B) and g (m, B): (m, d, B)."""
    return np.asarray(v * pace(np.sum(v * v, axis=1), g)[:, None])


def network(at: State, v: FloatArray, g: FloatArray) -> FloatArray:
    """f_i = m^{-1/2} Σ_k c_k relu(⟨w_k, x_i⟩) at other parameters than the state's, (n, B)."""
    z = np.einsum("kdb,idb->kib", effective(v, g), at.x)
    return np.asarray(np.einsum("kb,kib->ib", at.c / np.sqrt(at.m), np.maximum(z, 0.0)))


def back(at: State, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Jᵀz, J the derivative of f by v and by g, for z (n, B): shapes (m, d, B) and (m, B).

    ⟨z, f⟩ = Σ_k p_k ⟨v_k, q_k⟩ with q_k = m^{-1/2} c_k Σ_i z_i 1_ik x_i. How the factor p_k, which is g_k/|v_k|,
    changes with g_k and with Σ_j v_kj² is read off at complex numbers.
    """
    square = np.sum(at.v * at.v, axis=1)
    products = np.einsum("kdb,idb->kib", at.v, at.x)
    on = (at.c / np.sqrt(at.m))[:, None] * (products * at.g[:, None] > 0)
    q = np.einsum("kib,idb->kdb", on * z, at.x)
    whole = np.einsum("kdb,kdb->kb", at.v, q)
    by_square = pace(square * (1 + 1j * H), at.g).imag / H / square  # the move is in proportion to v, however short
    to_v = (2 * by_square * whole)[:, None] * at.v + pace(square, at.g)[:, None] * q
    return to_v, np.asarray(pace(square, at.g + 1j * H).imag / H * whole)


def slopes(at: State) -> tuple[FloatArray, FloatArray]:
    """∂L/∂v (m, d, B) and ∂L/∂g (m, B), L = |f − y|²/2."""
    return back(at, network(at, at.v, at.g) - at.y)


def effective_slope(at: State, by_v: FloatArray, by_g: FloatArray) -> FloatArray:
    """w_k′ when v′ = `by_v` (m, d, B) and g′ = `by_g` (m, B), shape (m, d, B)."""
    return np.asarray(effective(at.v + 1j * H * by_v, at.g + 1j * H * by_g).imag / H)
