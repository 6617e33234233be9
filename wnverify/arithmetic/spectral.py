"""`xp.spectral_norm`: the largest singular value σ of a matrix, which has derivatives where the next one is smaller.

Of a matrix that does not move, it is a value with its gradient uvᵀ. Of one that moves, let M = AᵀA, and v and λ = σ²
its largest eigenpair at the point. With S = (λ − M)⁺ there, w(A) = v + S M(A) v is the eigenvector of M(A) up to
O(‖ΔM‖²), so that its Rayleigh quotient is λ(A) up to O(‖ΔM‖⁴): v and S may be held fixed for three derivatives.
"""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive
from autograd.tracer import getval, isbox

from wnverify.arithmetic.faults import FunctionError, Undecided, told
from wnverify.arithmetic.series import Series, lifted, matmul
from wnverify.arithmetic.spaces import Balls, Raw, Space, Traced, TracedBalls
from wnverify.arrays import BoolArray, FloatArray
from wnverify.errors import expected

NAME = "xp.spectral_norm"
LEAST_GAP = 1e-12
"""Eigenvalues of AᵀA that are closer than this, relative to the largest, are taken for one."""
SQUARES = (1e-200, 1e200)
"""Between these the sum of the squares of all entries lies where their sums of products keep all digits."""
MANY, APART = 64, -0.9
"""Lanes from which matrices of three are solved side by side; the least cosine at which that keeps all digits."""


def spectral_norm(space: Space, a: Any) -> Series:
    """‖A‖₂ of a matrix of series.

    Raises:
        FunctionError: for anything but a matrix.
        Undecided: where a matrix of balls moves, if they cannot tell the largest singular value from the next.
    """
    matrix = lifted(space, a)
    if matrix.ndim != 2 or not matrix.size:
        raise FunctionError(told(expected(f"a matrix for {NAME}", f"an array of shape {matrix.shape}")))
    if isinstance(space, TracedBalls) or any(part is not None for part in matrix.c[1:]):
        return _moving(space, matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T)
    if isinstance(space, Balls):
        return Series(space, [_in_balls(matrix.value)])
    of = space.call(of_lanes, matrix.value) if isinstance(space, Traced) else largest(matrix.value)
    return Series(space, [of])


def _moving(space: Space, matrix: Series) -> Series:
    """The root of the Rayleigh quotient at w = v + S M v."""
    fixed = _enclosed if isinstance(space, Balls) else _fixed
    v, S = (Series(space, [part]) for part in fixed(space, getval(matrix.value)))
    M = matmul(matrix.T, matrix)
    w = v + matmul(S, matmul(M, v))
    return (matmul(w, matmul(M, w)) / matmul(w, w)).elementwise("sqrt")


def _fixed(space: Space, matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """v and S in every lane of (a, b, lanes); where the two largest eigenvalues are one, there is no derivative."""
    first = np.moveaxis(matrices, -1, 0)
    lost = np.asarray(~np.isfinite(first).all(axis=(1, 2)))
    first = np.where(lost[:, None, None], 0.0, first)
    values, vectors = np.linalg.eigh(np.swapaxes(first, 1, 2) @ first)
    gaps = values[:, -1:] - values[:, :-1]
    none = lost | _tied(values)[:, 0, 0]
    space.kink(np.asarray(none)[None])
    inverse = 1.0 / np.where(none[:, None], 1.0, gaps)
    others = vectors[:, :, :-1]
    S = np.einsum("ljk,lk,lik->jil", others, inverse, others)
    return np.where(none, np.nan, vectors[:, :, -1].T), S


def largest(matrices: FloatArray) -> FloatArray:
    """The largest singular value in every lane of (a, b, lanes); NaN where an entry is no number.

    As √λ_max(AᵀA), of which no digit is lost where squares neither overflow nor vanish: half the time of the singular
    values, of which one is asked for.
    """
    tall = matrices if matrices.shape[0] >= matrices.shape[1] else np.swapaxes(matrices, 0, 1)
    squares = np.einsum("ijz,ikz->jkz", tall, tall)
    trace = np.einsum("jjz->z", squares)
    odd = ~((trace > SQUARES[0]) & (trace < SQUARES[1]))
    if not odd.any():
        return _by_squares(squares, trace)
    found = _by_squares(np.where(odd, 0.0, squares), np.where(odd, 0.0, trace))
    found[odd] = _by_values(matrices[..., odd])
    return found


def _by_squares(squares: FloatArray, trace: FloatArray) -> FloatArray:
    if len(squares) < 3:
        apart = np.hypot(squares[0, 0] - squares[-1, -1], 2.0 * squares[0, -1]) if len(squares) == 2 else trace
        return np.sqrt((trace + apart) / 2.0)
    many = len(squares) == 3 and squares.shape[-1] > MANY
    found: FloatArray = np.sqrt(np.maximum(_of_three(squares, trace) if many else _top(squares), 0.0))
    return found


def _top(squares: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.eigvalsh(np.moveaxis(squares, -1, 0))[:, -1])


def _of_three(squares: FloatArray, trace: FloatArray) -> FloatArray:
    """λ_max of symmetric matrices M of three, of trace 3q, by the roots of the cubic.

        λ_max = q(1 + 2p cos φ),    B = M/q − 1,    p² = tr B²/6,    cos 3φ = det B/(2p³).

    Where cos 3φ is near −1 the two largest nearly agree, and φ has half of the digits: there LAPACK is asked.
    Elsewhere the error is a few roundings of λ_max.
    """
    q = np.where(trace > 0.0, trace, 1.0) / 3.0
    a, b, c = (squares[k, k] / q - 1.0 for k in range(3))
    d, e, f = squares[0, 1] / q, squares[0, 2] / q, squares[1, 2] / q
    dd, ee, ff = d * d, e * e, f * f
    p = np.sqrt((a * a + b * b + c * c + 2.0 * (dd + ee + ff)) / 6.0)
    with np.errstate(invalid="ignore"):
        cosine = (a * (b * c - ff) - b * ee - c * dd + 2.0 * d * e * f) / (2.0 * p * p * p)
        found: FloatArray = q * (1.0 + 2.0 * p * np.cos(np.arccos(np.minimum(cosine, 1.0)) / 3.0))
    if (near := ~(cosine > APART)).any():  # also where p = 0
        found[near] = _top(squares[..., near])
    return found


def _by_values(matrices: FloatArray) -> FloatArray:
    """The same at any size of the entries."""
    first = np.moveaxis(matrices, -1, 0)
    lost = np.asarray(~np.isfinite(first).all(axis=(1, 2)))
    values = np.linalg.norm(np.where(lost[:, None, None], 0.0, first), ord=2, axis=(1, 2))
    return np.where(lost, np.nan, values)


def _push(matrices: FloatArray) -> FloatArray:
    """uvᵀ in every lane: (Av)vᵀ/σ, with v from AᵀA where that keeps all digits; NaN where two values are largest."""
    first = np.moveaxis(matrices, -1, 0)
    square = np.einsum("zij,zij->z", first, first)
    if not ((square > SQUARES[0]) & (square < SQUARES[1])).all():
        left, values, right = np.linalg.svd(np.nan_to_num(first), full_matrices=False)
        shares = values[:, ::-1] / np.where(values[:, :1] > 0.0, values[:, :1], 1.0)
        found = np.where(_tied(shares**2), np.nan, left[:, :, :1] * right[:, :1])
        return np.moveaxis(found, 0, -1)
    tall = first if first.shape[1] >= first.shape[2] else np.swapaxes(first, 1, 2)
    values, vectors = np.linalg.eigh(np.swapaxes(tall, 1, 2) @ tall)
    v = np.where(_tied(values), np.nan, vectors[:, None, :, -1])
    u = tall @ np.swapaxes(v, 1, 2)
    found = u / np.sqrt(np.sum(u * u, axis=1, keepdims=True)) * v
    return np.moveaxis(found if tall is first else np.swapaxes(found, 1, 2), 0, -1)


def _tied(squares: FloatArray) -> BoolArray:
    """Whether the largest of each row of increasing eigenvalues is 0 or that of two, so that σ has no derivative."""
    top = squares[:, -1:]
    near = (top - squares[:, :-1] <= LEAST_GAP * top).any(axis=1) | (top[:, 0] <= 0.0)
    return np.asarray(near)[:, None, None]


def _pulled(_: Any, matrices: FloatArray) -> Any:
    push = _push(matrices)
    return lambda g: g * push


of_lanes = primitive(largest)
of_lanes.slope = _push  # for those who know that nothing is traced any more
defvjp(of_lanes, _pulled)


def of_one(matrix: Any) -> Any:
    """The same for one plain matrix, as autograd differentiates it: by a step of inverse iteration.

    With v and λ of the point held fixed, (λ − M)y + ηv = 0 and ⟨v, y⟩ = 1 have an eigenvector up to O(‖ΔM‖²) as y.

    Raises:
        FunctionError: for anything but a matrix.
    """
    if np.ndim(matrix) != 2:
        raise FunctionError(told(expected(f"a matrix for {NAME}", f"an array of shape {np.shape(matrix)}")))
    if not isbox(matrix):
        return np.linalg.norm(matrix, 2)
    matrix = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    point, M = _plain(matrix), matrix.T @ matrix
    values, vectors = np.linalg.eigh(point.T @ point)
    if _tied(values[None]).any():
        return np.linalg.norm(point, 2) + anp.sqrt(anp.sum((matrix - point) ** 2))  # a root at 0: no derivative
    v, n = vectors[:, -1:], len(vectors)
    bordered = anp.vstack([anp.hstack([values[-1] * np.eye(n) - M, v]), anp.hstack([v.T, np.zeros((1, 1))])])
    y = anp.linalg.solve(bordered, np.eye(n + 1)[:, -1])[:n]
    return anp.sqrt(anp.dot(y, anp.dot(M, y)) / anp.dot(y, y))


def _plain(matrix: Any) -> FloatArray:
    """What is in the boxes, one in another where derivatives are differentiated."""
    while isbox(matrix):
        matrix = getval(matrix)
    return np.asarray(matrix)


def _in_balls(matrices: Raw) -> Raw:
    from flint import arb_mat

    from wnverify.balls.spectrum import symmetric_norm

    found = []
    for lane in range(matrices.shape[-1]):
        matrix = arb_mat(matrices[..., lane].tolist())
        square = matrix * matrix.transpose() if matrix.nrows() <= matrix.ncols() else matrix.transpose() * matrix
        found.append(symmetric_norm(square).nonnegative_part().sqrt())
    return np.array(found, dtype=object)


def _enclosed(space: Space, matrices: Raw) -> tuple[Raw, Raw]:
    """v and S in balls, lane by lane; lanes with the same entries are one.

    Raises:
        Undecided: if the largest eigenvalue is not told from the next.
    """
    from wnverify.balls.eigenpair import largest_pair

    known: dict[tuple[int, ...], Any] = {}
    found = []
    for lane in range(matrices.shape[-1]):
        entries = matrices[..., lane]
        key = tuple(map(id, entries.ravel()))
        if key not in known:
            known[key] = largest_pair(entries.T @ entries)
        if known[key] is None:
            wanted = "a largest singular value that balls tell from the next"
            raise Undecided(told(expected(wanted, "two that overlap")))
        found.append(known[key])
    return np.stack([v for v, _ in found], axis=-1), np.stack([S for _, S in found], axis=-1)
