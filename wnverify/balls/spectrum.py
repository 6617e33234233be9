"""Two-sided enclosures of spectral norms and extreme eigenvalues of symmetric matrices of balls.

Floats only propose; balls decide. Below: |uᵀHu|/uᵀu at an approximate top eigenvector u. Above: τ, once
τI − H and τI + H are seen to be positive definite by an LDLᵀ factorisation in balls with all pivots > 0,
or the Frobenius norm, whichever is smaller; of an eigenvalue likewise. No eigenvalue is isolated, so multiplicity
does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from flint import acb_mat, arb, arb_mat, ctx

from wnverify.arrays import FloatArray
from wnverify.balls.ball import at_least
from wnverify.errors import DomainError, expected

GROWTH_BITS = 8
SHARP, LARGEST_SHARP = 512, 24
"""Bits from which an eigenvector is wanted in more digits than floats have, and the largest matrix of which."""


def symmetric_norm(matrix: arb_mat, precision: int = 128) -> arb:
    """Return a ball that contains ‖H‖₂ for every symmetric H in the matrix of balls (p × p).

    Raises:
        DomainError: the matrix is not square, or empty.

    >>> norm = symmetric_norm(arb_mat([[2, 0], [0, -2]]))
    >>> norm.contains(arb(2)), float(norm.rad()) < 1e-25
    (True, True)
    """
    _check_square(matrix)
    with at_least(precision):
        frobenius = euclidean_norm(matrix.entries())
        if not frobenius.is_finite() or frobenius == 0:
            return frobenius
        lower = abs(_quotient(matrix, abs)).lower()
        return lower.union(_upper(matrix, lower, frobenius.upper(), precision))


def spectral_norm(matrix: arb_mat, precision: int = 128) -> arb:
    """Return a ball that contains ‖A‖₂ for every A in the matrix of balls (m × k): the root of ‖AAᵀ‖₂.

    >>> norm = spectral_norm(arb_mat([[3, 0], [0, 0], [0, -4]]))
    >>> norm.contains(arb(4)), float(norm.rad()) < 1e-25
    (True, True)
    """
    with at_least(precision):
        wide = matrix.nrows() <= matrix.ncols()
        square = symmetric_norm(matrix * matrix.transpose() if wide else matrix.transpose() * matrix, precision)
        # end by end: a ball beside 0 may reach below it, where no root is
        return square.abs_lower().sqrt().union(square.abs_upper().sqrt())


def greatest_eigenvalue(matrix: arb_mat, precision: int = 128) -> arb:
    """Return a ball that contains λ_max(H) for every symmetric H in the matrix of balls (p × p).

    Below: uᵀHu/uᵀu at an approximate eigenvector. Above: τ with τI − H positive definite, or the Frobenius norm.

    Raises:
        DomainError: the matrix is not square, or empty.

    >>> found = greatest_eigenvalue(arb_mat([[-2, 0], [0, -3]]))
    >>> found.contains(arb(-2)), float(found.rad()) < 1e-25
    (True, True)
    """
    _check_square(matrix)
    with at_least(precision):
        frobenius = euclidean_norm(matrix.entries())
        if not frobenius.is_finite() or frobenius == 0:
            return frobenius if frobenius == 0 else arb(0, arb.pos_inf())
        lower = _quotient(matrix, lambda value: value).lower()
        for bits in _widths(matrix, precision):
            tau = (lower + frobenius * arb((1, -bits))).upper()
            if tau >= frobenius:
                break
            if is_positive_definite(_shifted(matrix, tau, 1)):
                return lower.union(tau)
        return lower.union(frobenius.upper())


def least_eigenvalue(matrix: arb_mat, precision: int = 128) -> arb:
    """Return a ball that contains λ_min(H); see `greatest_eigenvalue`.

    Raises:
        DomainError: the matrix is not square, or empty.

    >>> least_eigenvalue(arb_mat([[2, 0], [0, 3]])).contains(arb(2))
    True
    """
    with at_least(precision):  # a sign changed at fewer bits would round
        return -greatest_eigenvalue(-matrix, precision)


def euclidean_norm(values: Iterable[arb]) -> arb:
    """Return (Σ value²)^{1/2}, from the smallest to the largest that the balls allow.

    >>> euclidean_norm([arb(3), arb(-4)])
    5.00000000000000
    """
    low, high = arb(0), arb(0)
    for value in values:
        smallest, largest = value.abs_lower(), value.abs_upper()
        low, high = low + smallest * smallest, high + largest * largest
    return low.sqrt().union(high.sqrt())


def is_positive_definite(matrix: arb_mat) -> bool:
    """Return True only if every symmetric matrix in the balls is positive definite; False says nothing.

    >>> is_positive_definite(arb_mat([[2, 1], [1, 2]])), is_positive_definite(arb_mat([[1, 2], [2, 1]]))
    (True, False)
    """
    rows = [[matrix[i, j] for j in range(i + 1)] for i in range(matrix.nrows())]
    for k, pivot_row in enumerate(rows):
        pivot = pivot_row[k]
        if not pivot > 0:
            return False
        # Schur complement of the leading block, lower triangle
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot
            for j in range(k + 1, i + 1):
                rows[i][j] -= factor * rows[j][k]
    return True


def _upper(matrix: arb_mat, lower: arb, frobenius: arb, precision: int) -> arb:
    """Return the first certified τ = lower·(1 + 2^{−e}), e falling; the Frobenius norm if none is below it."""
    for bits in _widths(matrix, precision):
        tau = (lower * (1 + arb((1, -bits)))).upper()
        if tau >= frobenius:
            break
        if all(is_positive_definite(_shifted(matrix, tau, sign)) for sign in (1, -1)):
            return tau
    return frobenius


def _is_sharp(matrix: arb_mat) -> bool:
    """Whether an eigenvector is to be found in more digits than floats have."""
    return bool(ctx.prec >= SHARP and matrix.nrows() <= LARGEST_SHARP)


def _widths(matrix: arb_mat, precision: int) -> range:
    """How many bits below 1 the width of an enclosure may be, the sharpest first."""
    sharpest = ctx.prec if _is_sharp(matrix) else precision
    return range(3 * sharpest // 4, -GROWTH_BITS, -max(GROWTH_BITS, sharpest // 16))


def _shifted(matrix: arb_mat, tau: arb, sign: int) -> arb_mat:
    """Return τI − sign·H."""
    size = matrix.nrows()
    return arb_mat(size, size, [tau if i == j else arb(0) for i in range(size) for j in range(size)]) - matrix * sign


def _check_square(matrix: arb_mat) -> None:
    if matrix.nrows() != matrix.ncols() or matrix.nrows() == 0:
        raise DomainError(expected("a square matrix", f"shape {matrix.nrows()} × {matrix.ncols()}"))


def _quotient(matrix: arb_mat, rank: Callable[[Any], Any]) -> arb:
    """Return uᵀHu/uᵀu at the eigenvector of the eigenvalue that ranks highest, sharp to second order in u's error."""
    values, vectors = _eigh(_midpoint(matrix))
    u = arb_mat(matrix.nrows(), 1, vectors[:, int(np.argmax(rank(values)))].tolist())
    if _is_sharp(matrix):
        sharp = _sharp_vector(matrix.mid(), rank)
        u = u if sharp is None else sharp
    return (u.transpose() * matrix * u)[0, 0] / (u.transpose() * u)[0, 0]


def _eigh(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    try:
        values, vectors = np.linalg.eigh(matrix)
    except np.linalg.LinAlgError:  # it gives up on some repeated eigenvalues
        from scipy.linalg import eigh

        values, vectors = eigh(matrix, driver="evr")
    return values, vectors


def _sharp_vector(matrix: arb_mat, rank: Callable[[Any], Any]) -> arb_mat | None:
    """The same eigenvector in the working precision: floats have none of an eigenvalue far below their rounding."""
    size = matrix.nrows()
    try:
        found, vectors = acb_mat(matrix).eig(right=True, algorithm="approx")
    except ValueError:  # it did not converge
        return None
    ranks = [rank(value.real.mid()) for value in found]
    top = ranks.index(max(ranks))
    u = arb_mat(size, 1, [vectors[i, top].real.mid() for i in range(size)])
    return u if euclidean_norm(u.entries()) > 0 else None


def _midpoint(matrix: arb_mat) -> FloatArray:
    """Return the midpoints in float64, scaled by a power of two so that nothing over- or underflows."""
    entries = [entry.mid() for entry in matrix.entries()]
    pairs = [tuple(int(part) for part in entry.man_exp()) for entry in entries]
    top = max((mantissa.bit_length() + exponent for mantissa, exponent in pairs if mantissa), default=0)
    flat = np.array([float(entry * arb((1, -top))) for entry in entries])
    return flat.reshape(matrix.nrows(), matrix.ncols())
