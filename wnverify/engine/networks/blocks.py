"""Blocks of second derivatives that need no p × p matrix: ∂²f/∂x² and ∂²f/∂W∂v.

With U, s, K, q, V of `factors.py`,

    ∇²_x f = s_1² U^{1T} K^{11} U^1                                        (d × d),
    ∂²f/∂v_i∂W_j^k = V^k_ij q_j^k, so that (V^k_ij ‖q_j^k‖)_{i,(k,j)} has its singular values   (m × Lm).

As f is linear in v, ∂²f/∂W∂v·w = ∇_W f(W, w; x): the derivative of the largest singular value is that of
‖∇_W f(W, w; x)‖ with the left singular vector w held fixed.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.engine.contractions import front, matmul, singular_values
from wnverify.engine.networks.extremes import times
from wnverify.engine.networks.factors import Factors, factors
from wnverify.engine.networks.first_layer import row_lengths
from wnverify.engine.networks.hessian import piecewise
from wnverify.engine.networks.network import Network, forward
from wnverify.engine.networks.spectral import factors_in_range


def input_hessian(net: Network) -> FloatArray:
    """Return ∇²_x f, (B, d, d).

    >>> from wnverify.engine.activations import activation
    >>> one = np.ones((1, 1))
    >>> input_hessian(Network((one[None],), 3.0 * one, one, activation("sin"))).round(6)
    array([[[-2.524413]]])

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    return piecewise(net, _input_hessian)


def _input_hessian(net: Network) -> FloatArray:
    net, parts, tame = factors_in_range(net)
    tape = forward(net, 0)
    A = tape.s[0] * tape.u[0]
    found = matmul(A.swapaxes(0, 1), matmul(parts.K[0], A))
    return np.ascontiguousarray(front(found if tame is None else tame.value(found)))


def cross_norm(net: Network) -> FloatArray:
    """Return ‖∂²f/∂W∂v‖₂, (B,); NaN where it overflows.

    >>> from wnverify.engine.activations import activation
    >>> W, one = np.ones((1, 2, 1)), np.ones((1, 1))
    >>> cross_norm(Network((W,), one, np.array([[1.0], [-1.0]]), activation("identity"))).round(12)
    array([1.])

    Raises:
        DomainError: the network has a zero row, a NaN or an infinity.
    """
    return piecewise(net, _cross_norm)


def _cross_norm(net: Network) -> FloatArray:
    net, parts, tame = factors_in_range(net)
    layers = _cross(parts)
    if tame is not None:
        layers = [tame.known(times(part, -k)) for part, k in zip(layers, tame.rows, strict=True)]
    return singular_values(_beside(layers))[:, 0]


def _cross(parts: Factors) -> list[FloatArray]:
    """V^k_ij ‖q_j^k‖ of every layer k, (m, m, B)."""
    return [V * row_lengths(q) for V, q in zip(parts.V, parts.q, strict=True)]


def _beside(layers: list[FloatArray]) -> FloatArray:
    """The matrices (B, m, Lm) with the singular values of ∂²f/∂v∂W."""
    return np.ascontiguousarray(front(np.concatenate(layers, axis=1)))


def cross_vector(net: Network) -> FloatArray:
    """Return the unit vector w in v with ‖∂²f/∂W∂v·w‖ = ‖∂²f/∂W∂v‖₂, (m, B), of networks in range."""
    layers = _cross(factors(net, forward(net, 2)))
    left, _, _ = np.linalg.svd(_beside(layers), full_matrices=False)
    return np.ascontiguousarray(left[:, :, 0].T)
