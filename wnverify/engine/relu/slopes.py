"""Derivatives of a two-layer ReLU network with gains, from its values alone.

No formula for a gradient enters, so nothing is orthogonal, projected or inversely proportional by construction. The
network is evaluated at complex parameters: F(p + ihe) = F(p) + ihF′(p)e + O(h²), and the imaginary part is free of
cancellation, whatever h. A neuron's summand depends on its own direction and gain only, so that one evaluation moves
one coordinate of all neurons at once.
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


def effective(v: Numbers, g: Numbers) -> Numbers:
    """w_k = g_k v_k/|v_k| of real or complex v (m, d, B) and g (m, B): (m, d, B)."""
    return np.asarray(v * (g / np.sqrt(np.sum(v * v, axis=1)))[:, None])


def summands(at: State, v: Numbers, g: Numbers) -> Numbers:
    """m^{-1/2} c_k relu(⟨w_k, x_i⟩) at real or complex parameters of a state's shapes, (m, n, B).

    The sign of the real part decides which side of the kink is taken.
    """
    z = np.einsum("kdb,idb->kib", effective(v, g), at.x)
    return np.asarray(at.c[:, None] * np.where(z.real > 0, z, 0.0) / np.sqrt(at.m))


def network(at: State, v: FloatArray, g: FloatArray) -> FloatArray:
    """f at other parameters than the state's, (n, B)."""
    return np.asarray(np.sum(summands(at, v, g), axis=0))


def jacobian(at: State) -> tuple[FloatArray, FloatArray]:
    """∂f_i/∂v_k and ∂f_i/∂g_k, shapes (m, d, n, B) and (m, n, B)."""
    to_v = np.empty((*at.v.shape[:2], at.x.shape[0], at.v.shape[-1]))
    for j in range(at.v.shape[1]):
        moved = at.v.astype(complex)
        moved[:, j] += 1j * H * at.length  # in proportion to v, whatever its length
        to_v[:, j] = summands(at, moved, at.g).imag / (H * at.length[:, None])
    return to_v, summands(at, at.v, at.g + 1j * H).imag / H


def slopes(at: State) -> tuple[FloatArray, FloatArray]:
    """∂L/∂v (m, d, B) and ∂L/∂g (m, B), L = |f − y|²/2."""
    r = network(at, at.v, at.g) - at.y
    to_v, to_g = jacobian(at)
    return np.einsum("kdib,ib->kdb", to_v, r), np.einsum("kib,ib->kb", to_g, r)


def effective_slope(at: State, by_v: FloatArray, by_g: FloatArray) -> FloatArray:
    """w_k′ when v′ = `by_v` (m, d, B) and g′ = `by_g` (m, B), shape (m, d, B)."""
    return np.asarray(effective(at.v + 1j * H * by_v, at.g + 1j * H * by_g).imag / H)
