"""Spectral norms of many symmetric matrices, each enclosed between a Ritz value and an upper bound.

After k steps of Lanczos H is [[T, βe_k e_1ᵀ], [βe_1 e_kᵀ, D]] in an orthonormal basis, and Frobenius norms tell how
large D is: ‖D‖₂² ≤ ‖D‖_F² = ‖H‖_F² − ‖T‖_F² − 2β² =: g². A number x > g lies above the spectrum of H if the Schur
complement x − T − β²[(x − D)⁻¹]₁₁ e_k e_kᵀ is positive, hence if T + β²/(x − g) e_k e_kᵀ has no eigenvalue from x on
(the rule of Gauss and Radau, with g for the end of the interval). So with the largest |eigenvalue| θ of T,

    θ ≤ ‖H‖₂ < x = θ(1 + share)

as soon as ±T pass that test: both sides agree to rounding, and nothing else can be larger. Most matrices pass after
16 steps. Where Lanczos finds an invariant subspace it goes on beside it, so that repeated eigenvalues count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.engine.contractions import SQUARABLE, dots, matvec, vecmat
from wnverify.engine.tridiagonal import above, eigenvector, extreme

Indices: TypeAlias = NDArray[np.int64]
Product: TypeAlias = Callable[[FloatArray], FloatArray]
Products: TypeAlias = Callable[[Indices], Product]
"""Which of the matrices -> the product of those with vectors (p, B)."""

CHECKS = (8, 12, 16, 20, 24, 32, 48)
"""Steps after which those that are enclosed drop out."""
LEAST = 24
SHARE = 1e-13
"""How far apart, relative, both sides of an exact norm are at most."""
MOVED = 1e-8
"""By how much, relative, a Ritz value that has settled moves from one check to the next."""
ROUNDING = 64 * np.finfo(np.float64).eps
"""Of the square of a Frobenius norm: what a sum of squares may be off by."""
CLOSED = 1e-13
"""Of a Frobenius norm: what leads out of an invariant subspace only by rounding."""
NOISE = 2.0**-58
"""Of a Frobenius norm: far below rounding, it leads out of an invariant subspace."""


@dataclass(frozen=True)
class Enclosure:
    """The eigenvalue of largest modulus as far as it was found.

    Attributes:
        signed: the Ritz value of largest modulus, (B,).
        vector: its unit vector, (p, B), or None if not asked for.
        sure: where no eigenvalue is larger in modulus, up to rounding, (B,).
    """

    signed: FloatArray
    vector: FloatArray | None
    sure: BoolArray


@dataclass(frozen=True)
class _Lanczos:
    """Basis (k + 1, p, B), T as its diagonal and what is beside it (k, B), and the Frobenius norms of H (B,)."""

    basis: FloatArray
    diagonal: FloatArray
    beside: FloatArray
    frobenius: FloatArray

    @property
    def steps(self) -> int:
        """k."""
        return int(self.diagonal.shape[0])

    def select(self, chosen: Indices | BoolArray) -> _Lanczos:
        """Some of the matrices."""
        return _Lanczos(*(part[..., chosen] for part in (self.basis, self.diagonal, self.beside, self.frobenius)))

    def upto(self, steps: int) -> _Lanczos:
        """The same with room for more steps."""
        known, (size, p, B) = self.steps, self.basis.shape
        basis, line = np.empty((min(steps + 1, p), p, B)), np.zeros((2, steps, B))
        basis[:size] = self.basis
        line[:, :known] = self.diagonal, self.beside
        return _Lanczos(basis, line[0], line[1], self.frobenius)


def enclosed(
    products: Products, frobenius: FloatArray, p: int, *, vectors: bool = False, lower: bool = False
) -> Enclosure:
    """Enclose the spectral norms of B symmetric matrices of which products and Frobenius norms are known.

    Where `sure` is False the value is a lower estimate: after the last step, or for a matrix whose squares double
    precision does not hold. A matrix that is zero has the value 0.

    Args:
        products: which matrices -> their product with vectors.
        frobenius: their Frobenius norms, (B,).
        p: their size.
        vectors: whether to return Ritz vectors.
        lower: whether to stop as well where the Ritz value has settled, and nothing is proved.

    >>> H = np.diag([3.0, -5.0, 1.0])
    >>> found = enclosed(lambda chosen: lambda x: H @ x, np.array([35.0**0.5]), 3)
    >>> float(found.signed[0].round(12)), bool(found.sure[0])
    (-5.0, True)
    """
    signed, sure = np.zeros(frobenius.shape), frobenius == 0
    vector = np.zeros((p, frobenius.size)) if vectors else None
    if vector is not None:
        vector[0] = 1.0
    (left,) = np.nonzero((frobenius > SQUARABLE[0]) & (frobenius < SQUARABLE[1]))
    state = _start(p, frobenius[left])
    checks = _checks(p)
    for known, steps in pairwise(checks):
        if left.size == 0:
            break
        state = state.upto(steps)
        _extend(state, products(left), known)
        before, signed[left] = signed[left], extreme(state.diagonal, state.beside[:-1])
        sure[left] = done = _certified(state, np.abs(signed[left]))
        if lower:
            done = done | (np.abs(signed[left] - before) <= MOVED * np.abs(signed[left])) | _closed(state)
        if vector is not None:
            ready = done | (steps == checks[-1])
            vector[:, left[ready]] = _vector(state.select(ready), signed[left[ready]])
        left, state = left[~done], state.select(~done)
    return Enclosure(signed, vector, sure)


def _checks(p: int) -> list[int]:
    """The steps to look after, from 0 on: what is still open after p/3 is left to others."""
    last = min(p, CHECKS[-1], max(LEAST, p // 3))
    return [0, *(steps for steps in CHECKS if steps < last), last]


def _start(p: int, frobenius: FloatArray) -> _Lanczos:
    basis = np.broadcast_to(_anywhere(p, 0)[None], (1, p, frobenius.size))
    empty = np.empty((0, frobenius.size))
    return _Lanczos(basis, empty, empty, frobenius)


@cache
def _anywhere(p: int, number: int) -> FloatArray:
    """One of several unit vectors (p, 1) without any structure, the same for every matrix, so that results repeat."""
    vector = np.sin((number + 1.0) * np.square(np.arange(1.0, p + 1.0)))
    unit: FloatArray = vector / np.linalg.norm(vector)
    return unit[:, None]


def _extend(state: _Lanczos, product: Product, known: int) -> None:
    """Take the steps from `known` on, in place; the basis ends with one vector more, to go on from."""
    basis, noise = state.basis, NOISE * state.frobenius
    for k in range(known, state.steps):
        q, so_far = basis[k], basis[: k + 1]
        w = product(q)
        along = dots(w, q)
        w = w - along * q
        if k:
            w -= state.beside[k - 1] * basis[k - 1]
        w += noise * _anywhere(q.shape[0], k + 1)
        again = matvec(so_far, w)
        w -= vecmat(again, so_far)
        state.diagonal[k] = along + again[k]
        if k + 1 < q.shape[0]:
            state.beside[k] = np.sqrt(dots(w, w))
            np.divide(w, state.beside[k], out=basis[k + 1])


def _closed(state: _Lanczos) -> BoolArray:
    """Where Lanczos met an invariant subspace: from a start without structure, every eigenvalue is there once."""
    return np.asarray((state.beside <= CLOSED * state.frobenius).any(axis=0))


def _certified(state: _Lanczos, ritz: FloatArray) -> BoolArray:
    """Where nothing in H is larger in modulus than the Ritz value (B,), by the rule above."""
    whole = np.square(state.frobenius)
    seen = np.square(state.diagonal).sum(axis=0) + 2.0 * np.square(state.beside).sum(axis=0)
    rest = np.sqrt(np.maximum(whole - seen, 0.0) + ROUNDING * whole)
    x = ritz * (1.0 + SHARE)
    room = x - rest
    diagonal = np.stack([state.diagonal, -state.diagonal], axis=1)
    diagonal[-1] += np.square(state.beside[-1]) / np.where(room > 0, room, np.inf)
    found = above(diagonal, np.square(state.beside[:-1])[:, None], x[None])
    return np.asarray((room > 0) & found.all(axis=0))


def _vector(state: _Lanczos, signed: FloatArray) -> FloatArray:
    """The Ritz vectors (p, B)."""
    sign = np.sign(signed)
    s = eigenvector(sign * state.diagonal, sign * state.beside[:-1], np.abs(signed) * (1.0 + 1e-10))
    vector = vecmat(s, state.basis[: state.steps])
    unit: FloatArray = vector / np.sqrt(dots(vector, vector))
    return unit
