"""`xp.spectral_norm`: the largest singular value of a matrix, with its gradient uvᵀ and no second derivative."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive

from wnverify.arithmetic.faults import FunctionError, told, unknown_operation
from wnverify.arithmetic.series import Series, lifted
from wnverify.arithmetic.spaces import Balls, Raw, Space, Traced, TracedBalls
from wnverify.arrays import FloatArray
from wnverify.errors import expected

NAME = "xp.spectral_norm"


def spectral_norm(space: Space, a: Any) -> Series:
    """‖A‖₂ of a matrix of series that do not move, or of one that a reverse sweep moves.

    Raises:
        UnknownOperation: for derivatives along a line.
        FunctionError: for anything but a matrix.
    """
    matrix = lifted(space, a)
    if matrix.ndim != 2 or not matrix.size:
        raise FunctionError(told(expected(f"a matrix for {NAME}", f"an array of shape {matrix.shape}")))
    if isinstance(space, TracedBalls) or any(part is not None for part in matrix.c[1:]):
        raise unknown_operation(NAME, "second derivatives")
    if isinstance(space, Balls):
        return Series(space, [_in_balls(matrix.value)])
    return Series(space, [of_lanes(matrix.value) if isinstance(space, Traced) else largest(matrix.value)])


def largest(matrices: FloatArray) -> FloatArray:
    """The largest singular value in every lane of (a, b, lanes); NaN where an entry is no number."""
    first = np.moveaxis(matrices, -1, 0)
    lost = np.asarray(~np.isfinite(first).all(axis=(1, 2)))
    values = np.linalg.norm(np.where(lost[:, None, None], 0.0, first), ord=2, axis=(1, 2))
    return np.where(lost, np.nan, values)


def _pulled(_: Any, matrices: FloatArray) -> Any:
    left, _values, right = np.linalg.svd(np.nan_to_num(np.moveaxis(matrices, -1, 0)), full_matrices=False)
    push = np.moveaxis(left[:, :, :1] * right[:, :1], 0, -1)
    return lambda g: g * push


of_lanes = primitive(largest)
defvjp(of_lanes, _pulled)


def of_one(matrix: Any) -> Any:
    """The same for one plain matrix, as autograd differentiates it once.

    Raises:
        FunctionError: for anything but a matrix.
    """
    if np.ndim(matrix) != 2:
        raise FunctionError(told(expected(f"a matrix for {NAME}", f"an array of shape {np.shape(matrix)}")))
    return anp.sum(of_lanes(anp.reshape(matrix, (*matrix.shape, 1))))


def _in_balls(matrices: Raw) -> Raw:
    from flint import arb_mat

    from wnverify.balls.spectrum import symmetric_norm

    found = []
    for lane in range(matrices.shape[-1]):
        matrix = arb_mat(matrices[..., lane].tolist())
        square = matrix * matrix.transpose() if matrix.nrows() <= matrix.ncols() else matrix.transpose() * matrix
        found.append(symmetric_norm(square).nonnegative_part().sqrt())
    return np.array(found, dtype=object)
