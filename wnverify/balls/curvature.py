"""Certified second derivatives of one network besides ‖∇²_θ f‖₂: trace, blocks, ∇²_x f, and brackets for any size.

A bracket needs no matrix: uᵀ∇²f u/uᵀu at one vector on one side, a majorant M ≥ ‖∇²f‖₂ on the other.
"""

from __future__ import annotations

import numpy as np
from flint import arb, arb_mat

from wnverify.arrays import FloatArray
from wnverify.balls.ball import at_least
from wnverify.balls.majorant import curvature_majorant
from wnverify.balls.network import PRECISION, Network, directional, hessian_product, input_hessian_product
from wnverify.balls.spectrum import euclidean_norm, spectral_norm


def trace(matrix: arb_mat, precision: int = PRECISION) -> arb:
    """Return the sum of the diagonal.

    >>> trace(arb_mat([[2, 1], [1, -3]]))
    -1.00000000000000
    """
    with at_least(precision):
        return sum((matrix[i, i] for i in range(matrix.nrows())), arb(0))


def hessian_trace(net: Network, precision: int = PRECISION) -> arb:
    """Return tr ∇²_θ f = Σ ∂²f/∂θ_i² over the entries of W, as f is linear in v; no matrix is formed.

    >>> float(hessian_trace(Network([np.ones((1, 1))], np.ones(1), np.ones(1), "identity", normalised=False)))
    0.0
    """
    with at_least(precision):
        axes = np.eye(net.p)[: net.p - net.v.size]
        bends = (directional(net, *net.unflatten(axis), precision=precision)[2] for axis in axes)
        return sum(bends, arb(0))


def rayleigh(net: Network, direction: FloatArray, precision: int = PRECISION) -> arb:
    """Return uᵀ∇²_θ f u/uᵀu for the vector u = direction, between the ends of the spectrum.

    Raises:
        DomainError: the direction is not finite, or not of length p.

    >>> float(rayleigh(Network([np.ones((1, 2))], np.ones(1), np.ones(2)), np.array([0, 0, 1.0])))
    0.0
    """
    with at_least(precision):
        bend = directional(net, *net.unflatten(direction), precision=precision)[2]
        return bend / euclidean_norm(map(arb, direction.tolist())) ** 2


def bracket_of_end(net: Network, direction: FloatArray, sign: int, precision: int = PRECISION) -> arb:
    """Return [uᵀ∇²_θ f u/uᵀu, M], which contains λ_max for sign 1; [−M, uᵀ∇²_θ f u/uᵀu] with λ_min for −1.

    Raises:
        DomainError: as for `rayleigh`.
    """
    with at_least(precision):
        quotient = sign * rayleigh(net, direction, precision)
        return sign * quotient.lower().union(curvature_majorant(net, precision))


def bracket_of_trace(net: Network, precision: int = PRECISION) -> arb:
    """Return [−(p − m)M, (p − m)M], which contains tr ∇²f."""
    with at_least(precision):
        most = curvature_majorant(net, precision) * (net.p - net.v.size)
        return most.union(-most)


def bracket_of_frobenius(net: Network, direction: FloatArray, precision: int = PRECISION) -> arb:
    """Return [|uᵀ∇²f u|/uᵀu, √p M], which contains ‖∇²f‖_F.

    Raises:
        DomainError: as for `rayleigh`.
    """
    with at_least(precision):
        most = curvature_majorant(net, precision) * arb(net.p).sqrt()
        return abs(rayleigh(net, direction, precision)).lower().union(most)


# ---- blocks


def hidden_block(matrix: arb_mat, width: int) -> arb_mat:
    """Return the block of the hidden layers of ∇²_θ f, without the last `width` rows and columns.

    >>> hidden_block(arb_mat([[2, 1], [1, 0]]), 1)
    [2.00000000000000]
    """
    size = matrix.nrows() - width
    return arb_mat([[matrix[i, j] for j in range(size)] for i in range(size)])


def cross_norm(net: Network, precision: int = PRECISION) -> arb:
    """Return ‖∂²f/∂W∂v‖₂, of the matrix with the rows ∇_W(∂f/∂v_i); no larger one is formed.

    >>> net = Network([np.array([[2.0]])], np.array([3.0]), np.ones(1), "identity", normalised=False)
    >>> float(cross_norm(net))
    1.0
    """
    with at_least(precision):
        count = net.p - net.v.size
        axes = np.eye(net.p)[count:]
        rows = arb_mat([hessian_product(net, axis, precision)[:count] for axis in axes])
        return spectral_norm(rows, precision)


def input_hessian(net: Network, precision: int = PRECISION) -> arb_mat:
    """Return ∇²_x f, d × d, exactly symmetric.

    >>> net = Network([np.array([[2.0]])], np.array([3.0]), np.ones(1), "identity", normalised=False)
    >>> float(input_hessian(net)[0, 0])
    0.0
    """
    with at_least(precision):
        columns = [input_hessian_product(net, axis, precision) for axis in np.eye(net.x.size)]
        d = range(net.x.size)
        return arb_mat([[columns[max(i, j)][min(i, j)] for j in d] for i in d])
