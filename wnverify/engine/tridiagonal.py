"""Extreme eigenvalues of symmetric tridiagonal matrices, batch last: what Lanczos leaves, many at a time.

T has the diagonal a_1, …, a_k and the squares b_1², …, b_{k-1}² of what stands beside it. With the pivots
q_i = x − a_i − b_{i-1}²/q_{i-1} of x − T, det(x − T) = Π q_i, and x lies above the spectrum where all are positive.
Unlike an eigensolver called for one matrix after the other, the loops run over k, and NumPy's over the batch.
"""

from __future__ import annotations

import numpy as np

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.contractions import eigvalsh

MOST_STEPS = 10
SETTLED = 4 * np.finfo(np.float64).eps
MANY = 128
"""Matrices from which the iteration is faster than one call of LAPACK after the other."""


def extreme(diagonal: FloatArray, beside: FloatArray) -> FloatArray:
    """Return the eigenvalues of largest modulus, (k, B) and b itself (k − 1, B) → (B,).

    >>> extreme(np.array([[0.0], [-1.0]]), np.array([[0.0]]))
    array([-1.])
    """
    if diagonal.shape[1] < MANY:
        ends = _by_lapack(diagonal, beside)
        high, low = ends[-1], -ends[0]
    else:
        high, low = _largest(np.stack([diagonal, -diagonal], axis=1), beside)
    return np.where(high >= low, high, -low)


def _largest(diagonal: FloatArray, beside: FloatArray) -> FloatArray:
    """The largest eigenvalues of T and −T, with the diagonals (k, 2, B), by Laguerre's iteration.

    From above it converges monotonically, as all roots are real, and cubically to simple ones (Parlett, The Symmetric
    Eigenvalue Problem, 7.5); it starts at the bound of Gershgorin. To repeated ones it converges slowly: LAPACK.
    """
    k, squares = diagonal.shape[0], np.square(beside)[:, None]
    x = _gershgorin(diagonal, np.abs(beside)[:, None])
    scale = np.maximum(np.abs(x), np.abs(diagonal).max(axis=0))
    with np.errstate(all="ignore"):
        for _ in range(MOST_STEPS):
            first, second = _logarithmic(diagonal, squares, x)
            root = np.sqrt(np.maximum((k - 1) * (k * second - first * first), 0.0))
            step = k / (first + root)
            step = np.where((first > 0) & (step > 0), step, 0.0)  # at a root (NaN), or by rounding below it: done
            x = x - step
            slow = step > SETTLED * scale
            if not slow.any():
                return x
    (left,) = np.nonzero(slow.any(axis=0))
    ends = _by_lapack(diagonal[:, 0, left], beside[:, left])
    x[:, left] = ends[-1], -ends[0]
    return x


def _by_lapack(diagonal: FloatArray, beside: FloatArray) -> FloatArray:
    """All eigenvalues in ascending order, (k, B)."""
    (k, B), along = diagonal.shape, np.arange(diagonal.shape[0])
    T = np.zeros((B, k, k))
    T[:, along, along] = diagonal.T
    T[:, along[1:], along[:-1]] = beside.T  # the part that LAPACK reads
    return eigvalsh(T).T


def above(diagonal: FloatArray, squares: FloatArray, x: FloatArray) -> BoolArray:
    """Return where x (…) lies above all eigenvalues of T, (k, …), (k − 1, …)."""
    with np.errstate(all="ignore"):
        pivot = x - diagonal[0]
        positive = pivot > 0
        for a, b in zip(diagonal[1:], squares, strict=True):
            pivot = x - a - b / pivot
            positive &= pivot > 0
    return positive


def eigenvector(diagonal: FloatArray, beside: FloatArray, x: FloatArray) -> FloatArray:
    """Return unit vectors (k, …) of the eigenvalue next to x, which lies above all: two steps of inverse iteration.

    Args:
        diagonal: (k, …).
        beside: b itself, (k − 1, …).
        x: a little above the largest eigenvalue, (…).
    """
    k = diagonal.shape[0]
    pivots = [x - diagonal[0]]
    for a, b in zip(diagonal[1:], beside, strict=True):
        pivots.append(x - a - b * (b / pivots[-1]))
    shares = [b / pivot for b, pivot in zip(beside, pivots, strict=False)]
    s = 1.0 + np.arange(k, dtype=np.float64).reshape(-1, *(1,) * x.ndim) / k + np.zeros(diagonal.shape)
    for _ in range(2):
        for i in range(1, k):
            s[i] += shares[i - 1] * s[i - 1]
        s[-1] /= pivots[-1]
        for i in reversed(range(k - 1)):
            s[i] = s[i] / pivots[i] + shares[i] * s[i + 1]
        s /= np.sqrt(np.sum(s * s, axis=0))
    return s


def _gershgorin(diagonal: FloatArray, beside: FloatArray) -> FloatArray:
    bound = diagonal.copy()
    bound[1:] += beside
    bound[:-1] += beside
    found: FloatArray = bound.max(axis=0)
    return found


def _logarithmic(diagonal: FloatArray, squares: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (log det)′ and −(log det)″ at x: with r = q′/q and s = q″/q the sums of r and of r² − s."""
    q = x - diagonal[0]
    r = 1.0 / q
    square = r * r
    s, first, second = np.zeros_like(q), r.copy(), square.copy()
    for a, b in zip(diagonal[1:], squares, strict=True):
        t = b / q
        q = x - a - t
        s = t * (s - 2.0 * square) / q
        r = (1.0 + t * r) / q
        square = r * r
        first += r
        second += square - s
    return first, second
