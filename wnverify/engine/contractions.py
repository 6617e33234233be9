"""The products the engine is made of, batch last.

`einsum` runs its inner loop over the batch, which is fastest when many networks lie side by side;
few networks of large width are faster through BLAS, batch first. The crossover was measured at
B ≈ 100 for matrix products and B ≈ 8 for matrix-vector products.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import numpy as np

from wnverify.arrays import FloatArray

MATVEC_UP_TO = 8
MATMUL_UP_TO = 100
SQUARABLE = (1e-140, 1e140)
"""Between these, squares are far from where double precision ends."""
FEW_DIGITS = 1e-290
"""Below this, numbers may have fewer digits than others."""


@contextmanager
def short_buffers() -> Iterator[None]:
    """Run NumPy's ufuncs with a buffer of 256 elements instead of 8192.

    Our inner loops are 50 to 1000 elements long. Below the buffer's size a broadcasting ufunc copies its operands
    into the buffer although none needs a cast (NumPy 2.4, measured: 0.67 ns an element for 256 ≤ N ≤ 1024
    against 0.13–0.24 with a buffer no longer than N). It is a speed setting only: no result depends on it.
    """
    before = np.setbufsize(256)
    try:
        yield
    finally:
        np.setbufsize(before)


def einsum(subscripts: str, *operands: FloatArray) -> FloatArray:
    """Return `np.einsum`, which NumPy leaves untyped."""
    return cast(FloatArray, np.einsum(subscripts, *operands))


def eigvalsh(H: FloatArray) -> FloatArray:
    """Return the eigenvalues in ascending order, (B, p, p) → (B, p); NaN where a matrix has overflowed."""
    try:
        return cast(FloatArray, np.linalg.eigvalsh(H))
    except np.linalg.LinAlgError:
        return eigh(H)[0]


def eigh(H: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the eigenvalues in ascending order and the eigenvectors, (B, p, p) → (B, p), (B, p, p).

    LAPACK's divide and conquer (dsyevd of OpenBLAS) gives up on some finite matrices with repeated eigenvalues;
    dsyevr, slower, takes those. A matrix that has overflowed has NaN for both.
    """
    try:
        values, vectors = np.linalg.eigh(H)
    except np.linalg.LinAlgError:
        values, vectors = (np.stack(part) for part in zip(*map(_by_evr, H), strict=True))
    return values, vectors


def symmetric_norm(H: FloatArray) -> FloatArray:
    """Return the spectral norms, (B, p, p) → (B,); see `or_infinite`."""
    return or_infinite(np.abs(eigvalsh(H)).max(axis=1), H)


def singular_values(A: FloatArray) -> FloatArray:
    """Return the singular values in descending order, (B, m, k) → (B, min(m, k)), of matrices of any size.

    Each is computed near 1 and brought back by a power of two; NaN where an entry is no finite number.

    >>> singular_values(np.array([[[3e200, 0.0], [0.0, 4e200]]])) / 1e200
    array([[4., 3.]])
    """
    known = np.asarray(np.isfinite(A).all(axis=(1, 2)))
    safe = np.where(known[:, None, None], A, 0.0)
    top = np.frexp(np.abs(safe).max(axis=(1, 2)))[1]
    with np.errstate(over="ignore", under="ignore"):
        near = np.ldexp(safe, -top[:, None, None])
        found = np.ldexp(np.linalg.svd(near, compute_uv=False), top[:, None])
    return np.where(known[:, None], found, np.nan)


def or_infinite(values: FloatArray, H: FloatArray) -> FloatArray:
    """Return extreme eigenvalues (B,), infinite where an entry of (B, p, p) is: none is larger than the norm."""
    if np.isfinite(values).all():
        return values
    return np.where(np.isinf(H).any(axis=(1, 2)) & ~np.isnan(H).any(axis=(1, 2)), np.inf, values)


def _by_evr(H: FloatArray) -> tuple[FloatArray, FloatArray]:
    from scipy.linalg import eigh as robust

    found: tuple[FloatArray, FloatArray] = (
        robust(H, driver="evr") if np.isfinite(H).all() else (H[0] * np.nan, H * np.nan)
    )
    return found


def matvec(A: FloatArray, x: FloatArray) -> FloatArray:
    """Return y_i = Σ_k A_ik x_k: (i, k, …), (k, …) → (i, …), trailing axes broadcast."""
    if x.shape[-1] <= MATVEC_UP_TO:
        product = _first(A) @ back(x)[..., None]
        return front(product[..., 0])
    return einsum("ik...,k...->i...", A, x)


def vecmat(y: FloatArray, A: FloatArray) -> FloatArray:
    """Return x_k = Σ_i y_i A_ik: (i, …), (i, k, …) → (k, …), trailing axes broadcast."""
    if y.shape[-1] <= MATVEC_UP_TO:
        return matvec(A.swapaxes(0, 1), y)
    return einsum("ik...,i...->k...", A, y)


def matmul(A: FloatArray, C: FloatArray) -> FloatArray:
    """Return D_ij = Σ_k A_ik C_kj: (i, k, …), (k, j, …) → (i, j, …), trailing axes broadcast."""
    if C.shape[-1] <= MATMUL_UP_TO:
        return front(front(_first(A) @ _first(C)))
    return einsum("ik...,kj...->ij...", A, C)


def outer(y: FloatArray, x: FloatArray) -> FloatArray:
    """Return y_i x_k, (i, k, B); a sample axis is summed: (i, n, B), (k, n, B) → (i, k, 1, B)."""
    if y.ndim == 2:
        return y[:, None] * x[None]
    return einsum("inb,knb->ikb", y, x)[:, :, None]


def row_dots(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return ⟨a_i, b_i⟩ for every row: (m, k, …), (m, k, …) → (m, …)."""
    return einsum("ik...,ik...->i...", a, b)


def dots(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return ⟨a, b⟩: (m, …), (m, …) → (…), trailing axes broadcast."""
    return einsum("i...,i...->...", a, b)


def norm_along(array: FloatArray, axis: int | tuple[int, ...], keepdims: bool = False) -> FloatArray:
    """Return Euclidean norms along an axis: `np.linalg.norm` to the last bit, without what it asks before.

    >>> float(norm_along(np.array([3.0, 4.0]), 0))
    5.0
    """
    square = array * array
    total = np.add.reduce(square, axis=axis, keepdims=True) if keepdims else np.add.reduce(square, axis=axis)
    return np.asarray(np.sqrt(total))


def lengths(plain: FloatArray, vectors: FloatArray, axis: int | tuple[int, ...] = 0) -> FloatArray:
    """Return Euclidean lengths, computed again by powers of two where their squares left double precision.

    Args:
        plain: the lengths as they came out, which stay where their squares are in range.
        vectors: what they are the lengths of.
        axis: along which of its axes.

    >>> tiny = np.array([[3e-200], [4e-200]])
    >>> lengths(np.sqrt(dots(tiny, tiny)), tiny)
    array([5.e-200])
    """
    if squarable(plain):
        return plain
    low, high = SQUARABLE
    top = np.frexp(np.abs(vectors).max(axis=axis, keepdims=True))[1]
    with np.errstate(all="ignore"):
        scaled = np.sqrt(np.sum(np.square(np.ldexp(vectors, -top)), axis=axis))
        again = np.ldexp(scaled, np.squeeze(top, axis))
    return np.where((plain > low) & (plain < high), plain, again)


def squarable(values: FloatArray) -> bool:
    """Whether the squares of all values stay far from where double precision ends; none of them may be 0."""
    return bool(values.min(initial=1.0) > SQUARABLE[0] and values.max(initial=1.0) < SQUARABLE[1])


def units(rows: FloatArray, norms: FloatArray) -> FloatArray:
    """Return the rows (m, k, …) over their norms (m, …), to all digits also where a norm has few of them."""
    if squarable(norms):
        found: FloatArray = rows / norms[:, None]
        return found
    near = np.ldexp(rows, -np.frexp(norms)[1][:, None])
    return np.asarray(near / np.sqrt(row_dots(near, near))[:, None])


def sum_samples(a: FloatArray) -> FloatArray:
    """Return (m, B) as it is, and (m, n, B) summed to (m, 1, B)."""
    if a.ndim == 2:
        return a
    total: FloatArray = a.sum(axis=1, keepdims=True)
    return total


def diagonal(A: FloatArray) -> FloatArray:
    """Return the writeable view A_ii of (i, i, …): (i, …)."""
    return einsum("ii...->i...", A)


def front(a: FloatArray) -> FloatArray:
    """Return the view with the last axis first: (…, B) → (B, …). `np.moveaxis` takes ten times as long."""
    return a.transpose(-1, *range(a.ndim - 1))


def back(a: FloatArray) -> FloatArray:
    """Return the view with the first axis last: (B, …) → (…, B)."""
    return a.transpose(*range(1, a.ndim), 0)


def _first(A: FloatArray) -> FloatArray:
    """Return the view (…, i, k) of (i, k, …)."""
    return A.transpose(*range(2, A.ndim), 0, 1)
