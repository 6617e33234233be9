"""The largest eigenvalue of a symmetric matrix of balls, with its eigenvector and the inverse on what is across it.

Floats propose, and Newton's method in balls decides: where Krawczyk's map takes a box of pairs into its interior, the
box holds exactly one eigenpair of every matrix in the balls. That no other eigenvalue is as large is seen by LDLᵀ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat

from wnverify.balls.spectrum import is_positive_definite

STEPS = 8
"""Of Newton's method on midpoints: each doubles the digits."""


def largest_pair(matrix: Any) -> tuple[Any, Any] | None:
    """v and S = (λ − M)⁺ as arrays, for every symmetric M in balls (n × n); None if λ is not seen to be simple.

    >>> v, S = largest_pair(np.array([[arb(2), arb(0)], [arb(0), arb(1)]]))
    >>> abs(v[0]).contains(arb(1)), S[1, 1].contains(arb(1)), S[0, 0].contains(arb(0))
    (True, True, True)
    """
    M = arb_mat(matrix.tolist())
    n = M.nrows()
    if not all(entry.is_finite() for entry in M.entries()):
        return None
    try:
        pair = _krawczyk(M, _refined(M))
        if pair is None or not _dominates(M, pair):
            return None
        inverse = _bordered(M, pair, sign=-1).inv()
    except ZeroDivisionError:
        return None
    v = np.array([pair[i, 0] for i in range(n)], dtype=object)
    return v, np.array([[inverse[i, j] for j in range(n)] for i in range(n)], dtype=object)


def _bordered(M: arb_mat, pair: arb_mat, sign: int = 1) -> arb_mat:
    """[[M − λ, −v], [vᵀ, 0]], the Jacobian of (Mv − λv, (‖v‖² − 1)/2); for sign −1 [[λ − M, v], [vᵀ, 0]]."""
    n = M.nrows()
    found = arb_mat(n + 1, n + 1)
    for i in range(n):
        for j in range(n):
            found[i, j] = sign * (M[i, j] - (pair[n, 0] if i == j else 0))
        found[i, n], found[n, i] = -sign * pair[i, 0], pair[i, 0]
    return found


def _residual(M: arb_mat, pair: arb_mat) -> arb_mat:
    """(Mv − λv, (‖v‖² − 1)/2)."""
    n = M.nrows()
    v = arb_mat(n, 1, [pair[i, 0] for i in range(n)])
    off = M * v - pair[n, 0] * v
    length = (v.transpose() * v)[0, 0]
    return arb_mat(n + 1, 1, [*off.entries(), (length - 1) / 2])


def _refined(M: arb_mat) -> arb_mat:
    """An approximate largest eigenpair, exact numbers."""
    n = M.nrows()
    values, vectors = np.linalg.eigh([[float(M[i, j].mid()) for j in range(n)] for i in range(n)])
    middle = M.mid()
    pair = arb_mat(n + 1, 1, [*vectors[:, -1].tolist(), float(values[-1])])
    for _ in range(STEPS):
        pair = (pair - _bordered(middle, pair).inv() * _residual(middle, pair)).mid()
    return pair


def _krawczyk(M: arb_mat, pair: arb_mat) -> arb_mat | None:
    """A box with exactly one eigenpair of each matrix; None if none is found around the approximate one."""
    n = M.nrows() + 1
    inverse = _bordered(M.mid(), pair).inv().mid()
    step = inverse * _residual(M, pair)
    tiny = max((abs(entry).upper() for entry in step.entries()), default=arb(0)) * 4 + arb((1, -2000))
    around = arb_mat(n, 1, [arb(0, tiny)] * n)
    eye = arb_mat(n, n, [arb(int(i == j)) for i in range(n) for j in range(n)])
    moved = (eye - inverse * _bordered(M, pair + around)) * around - step
    if not all(abs(entry).upper() < tiny for entry in moved.entries()):
        return None
    return pair + moved


def _dominates(M: arb_mat, pair: arb_mat) -> bool:
    """Whether λ is above 0 and every other eigenvalue below λ: λ − (M − λvvᵀ) is positive definite."""
    n = M.nrows()
    value = pair[n, 0]
    rest = arb_mat(n, n)
    for i in range(n):
        for j in range(n):
            rest[i, j] = value * (pair[i, 0] * pair[j, 0] + (1 if i == j else 0)) - M[i, j]
    return bool(value > 0) and is_positive_definite(rest)
