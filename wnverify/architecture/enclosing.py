"""A user's function on balls: values, gradients and Hessians of one instance that are certainly right.

The same power series, over balls: along e_i the first coefficient is ∂_i f, and along e_i and e_i + e_j the second
ones give ∂_i∂_j f = (D²[e_i + e_j] − D²[e_i] − D²[e_j])/2. Directions are lanes; what does not depend on them, every
value and every derivative of an activation, is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from flint import arb, arb_mat

from wnverify.architecture.program import Program
from wnverify.architecture.series import Series
from wnverify.architecture.spaces import Balls, Raw, in_balls
from wnverify.batch import Batch

Arrays = Mapping[str, Raw]
PRECISION = 128
"""Bits."""


def arrays_of(batch: Batch) -> dict[str, Raw]:
    """The arrays of one instance as exact balls, with one lane."""
    return {name: in_balls(array[..., :1]) for name, array in batch.arrays.items()}


def value(program: Program, batch: Batch, arrays: Arrays) -> arb:
    """A ball around f."""
    return _run(program, batch, arrays, {}, 0)[0][0]


def gradient(program: Program, batch: Batch, arrays: Arrays, names: Sequence[str]) -> list[arb]:
    """Balls around ∂f over the entries of some arrays."""
    p = sum(arrays[name].size for name in names)
    directions = _cut(np.eye(p), arrays, names)
    return list(_run(program, batch, arrays, directions, 1)[1])


def curvature(program: Program, batch: Batch, arrays: Arrays, direction: Mapping[str, Any]) -> arb:
    """A ball around uᵀ∇²f u, for floats u by array, (*shape, 1)."""
    return _run(program, batch, arrays, direction, 2)[2][0]


def hessian(program: Program, batch: Batch, arrays: Arrays, names: Sequence[str]) -> arb_mat:
    """Balls around ∇²f over the entries of some arrays."""
    p = sum(arrays[name].size for name in names)
    pairs = np.array([(i, j) for i in range(p) for j in range(i + 1)])
    units = np.eye(p)
    directions = units[:, pairs[:, 0]] + np.where(pairs[:, 0] == pairs[:, 1], 0.0, units[:, pairs[:, 1]])
    second = _run(program, batch, arrays, _cut(directions, arrays, names), 2)[2]
    matrix = arb_mat(p, p)
    along = {int(i): ball for (i, j), ball in zip(pairs, second, strict=True) if i == j}
    for (i, j), ball in zip(pairs.tolist(), second, strict=True):
        entry = ball if i == j else (ball - along[i] - along[j]) / 2
        matrix[i, j] = matrix[j, i] = entry
    return matrix


def _run(program: Program, batch: Batch, arrays: Arrays, direction: Mapping[str, Any], order: int) -> list[list[arb]]:
    lanes = max((u.shape[-1] for u in direction.values()), default=1)
    space = Balls(order, lanes)
    moved = {name: in_balls(u) for name, u in direction.items()}
    series = {name: Series(space, [array, moved.get(name)][: order + 1]) for name, array in arrays.items()}
    found = program.run(space, series, batch)
    return [[arb(0)] * lanes if part is None else [*np.broadcast_to(part, (lanes,))] for part in found.c]


def _cut(flat: Any, arrays: Arrays, names: Sequence[str]) -> dict[str, Any]:
    found, start = {}, 0
    for name in names:
        shape = arrays[name].shape[:-1]
        size = int(np.prod(shape, dtype=int))
        found[name] = flat[start : start + size].reshape(*shape, flat.shape[-1])
        start += size
    return found
