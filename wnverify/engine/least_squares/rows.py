"""The rows of matrices A (m, d, B): a basis of what they span, the part of a vector across them, singular values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wnverify.arrays import FloatArray

TINY = 1e-300
ROUNDING = 1e-14
"""How far ⟨aᵢ, aⱼ⟩ may be from 0 and 1 where rows are orthonormal up to rounding."""


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """⟨a, b⟩ of each instance: (d, B), (d, B) -> (B,)."""
    return np.asarray(np.einsum("db,db->b", a, b))


def length(a: FloatArray) -> FloatArray:
    """‖a‖₂ of each instance: (d, B) -> (B,)."""
    return np.sqrt(dot(a, a))


def apply(A: FloatArray, w: FloatArray) -> FloatArray:
    """A w: (m, d, B), (d, B) -> (m, B)."""
    return np.asarray(np.einsum("mdb,db->mb", A, w))


def pull(A: FloatArray, e: FloatArray) -> FloatArray:
    """Aᵀe: (m, d, B), (m, B) -> (d, B)."""
    return np.asarray(np.einsum("mdb,mb->db", A, e))


@dataclass(frozen=True)
class Factors:
    """Singular value decomposition, batched: A = U diag(s) V."""

    U: FloatArray
    s: FloatArray
    V: FloatArray

    def matrix(self, s: FloatArray) -> FloatArray:
        """U diag(s) V with other singular values (m, B)."""
        return np.asarray(np.einsum("mkb,kb,kdb->mdb", self.U, s, self.V))


@dataclass(frozen=True)
class Rows:
    """The rows of A, of full rank; what is asked of them is computed once."""

    A: FloatArray

    @cached_property
    def factors(self) -> Factors:
        """The singular value decomposition."""
        A = self.A
        if len(A) == 1 and (lengths := length(A[0])[None]).all():
            return Factors(np.ones((1, 1, A.shape[-1])), lengths, A / lengths)
        U, s, V = np.linalg.svd(np.moveaxis(A, -1, 0), full_matrices=False)
        return Factors(np.moveaxis(U, 0, -1), s.T, np.moveaxis(V, 0, -1))

    @cached_property
    def _reduced(self) -> tuple[FloatArray, FloatArray]:
        """An orthonormal basis by Gram and Schmidt, (m, d, B), and how much of each row is across those before it."""
        basis, left = np.empty_like(self.A), np.empty((len(self.A), self.A.shape[-1]))
        for index, row in enumerate(self.A):
            for _ in range(2 if index else 0):  # twice against rounding
                row = row - pull(basis[:index], apply(basis[:index], row))
            left[index] = length(row)
            basis[index] = row / np.maximum(left[index], TINY)
            if index:  # what was left may be short, and its rounding long
                basis[index] -= pull(basis[:index], apply(basis[:index], basis[index]))
        return basis, left

    @property
    def basis(self) -> FloatArray:
        """Orthonormal rows (m, d, B) that span the same."""
        return self._reduced[0]

    @cached_property
    def s(self) -> FloatArray:
        """Singular values, largest first (m, B).

        Of two rows s₁² = (p + r + √((p − r)² + 4q²))/2 for AAᵀ = (p q; q r), and s₁s₂ = ‖a₁‖ ‖a₂ across a₁‖.
        """
        if len(self.A) == 1:
            return length(self.A[0])[None]
        if len(self.A) > 2:
            return np.asarray(np.linalg.svd(np.moveaxis(self.A, -1, 0), compute_uv=False).T)
        first, second = self.A
        p, q, r = dot(first, first), dot(first, second), dot(second, second)
        largest = np.sqrt((p + r + np.hypot(p - r, 2 * q)) / 2)
        return np.stack([largest, self._reduced[1].prod(axis=0) / np.maximum(largest, TINY)])

    @property
    def least(self) -> FloatArray:
        """A lower bound of the least singular value, (B,).

        The product of all is that of what is left of each row; the m − 1 others have a mean square of at most
        ‖A‖_F²/(m − 1), and so a product of at most its (m − 1)/2-th power.
        """
        others = len(self.A) - 1
        root = np.sqrt(np.einsum("mdb,mdb->b", self.A, self.A) / max(others, 1))
        return np.asarray(self._reduced[1].prod(axis=0) / np.maximum(root**others, TINY))

    def along(self, w: FloatArray) -> FloatArray:
        """The part of w (d, B) in the span of the rows."""
        return pull(self.basis, apply(self.basis, w))

    def across(self, w: FloatArray) -> FloatArray:
        """P_⊥w, the part of w in the kernel of A; projected twice against rounding."""
        rest = w - self.along(w)
        return rest - self.along(rest)


def conditioned(A: FloatArray, limit: float) -> FloatArray:
    """A with its singular values raised to at least the largest over `limit`, decomposed where they are lower."""
    rows, size = Rows(A), np.sqrt(np.einsum("mdb,mdb->b", A, A))
    doubtful = np.flatnonzero(
        ~(rows.least >= np.maximum(size, 1e-100) / limit)
    )  # elsewhere a bound shows that they are not
    values = Rows(np.take(A, doubtful, axis=-1)).s
    low = doubtful[~(values[-1] >= np.maximum(values[0], 1e-100) / limit)]
    if not low.size:
        return A
    factors, found = Rows(np.take(A, low, axis=-1)).factors, A.copy()
    found[..., low] = factors.matrix(np.maximum(factors.s, np.maximum(factors.s[0], 1e-100) / limit))
    return found


def orthonormal(A: FloatArray) -> FloatArray:
    """(AAᵀ)^{-1/2}A, the nearest matrix with orthonormal rows; where they are so up to rounding it is A itself."""
    off = np.abs(np.einsum("mdb,ndb->mnb", A, A) - np.eye(len(A))[..., None]).max(axis=(0, 1))
    rest = np.flatnonzero(~(off <= ROUNDING))
    if not rest.size:
        return A
    factors, found = Rows(A[..., rest]).factors, A.copy()
    found[..., rest] = factors.matrix(np.ones_like(factors.s))
    return found
