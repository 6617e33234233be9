"""A user's function on balls: values, gradients and Hessians of one instance that are certainly right.

The same power series, over balls: along e_i the first coefficient is ∂_i f, and a reverse sweep of it gives a column
of the Hessian; or, without a sweep, along e_i and e_i + e_j the second ones give
∂_i∂_j f = (D²[e_i + e_j] − D²[e_i] − D²[e_j])/2. Directions are lanes; in a run forward, what does not depend on
them, every value and every derivative of an activation, is computed once.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from autograd import make_vjp
from flint import arb, arb_mat, ctx

from wnverify.arithmetic.faults import FunctionError
from wnverify.arithmetic.joint import Joint
from wnverify.arithmetic.program import Program, single
from wnverify.arithmetic.series import Series
from wnverify.arithmetic.spaces import Balls, Raw, TracedBalls, in_balls
from wnverify.batch import Batch
from wnverify.errors import WnverifyError

Arrays = Mapping[str, Raw]
PRECISION = 128
"""Bits."""
ENTRIES = 8_000
"""How many balls the arrays of one reverse sweep hold, at most; its tape holds some dozens for each."""


def arrays_of(batch: Batch) -> dict[str, Raw]:
    """The arrays of one instance as exact balls, with one lane."""
    return {name: in_balls(array[..., :1]) for name, array in batch.arrays.items()}


def as_they_are(batch: Batch) -> Arrays:
    """The same, once for whoever asks for an instance: what is read of them is known to be of that instance."""
    return batch.memo(as_they_are, lambda: MappingProxyType(arrays_of(batch)))


def of_norm_1(array: Any, each: int) -> Raw:
    """Balls around an array of one instance over its norm, (*shape, 1).

    Args:
        array: (*shape, 1).
        each: how many leading axes tell several apart, each over a norm of its own.
    """
    whole = in_balls(array)
    squares = np.sum(whole * whole, axis=tuple(range(each, whole.ndim)), keepdims=True)
    return whole * np.frompyfunc(lambda x: x.rsqrt(), 1, 1)(squares)


def value(program: Program, batch: Batch, arrays: Arrays) -> arb:
    """A ball around f; at an instance as it is, what f shares with other functions is computed once for all."""
    if program.joint is not None and arrays is as_they_are(batch):
        found = _jointly(program.joint, program, batch)
        if found is not None:
            return found
    return _run(program, batch, arrays, {}, 0)[0][0]


def _jointly(joint: Joint, program: Program, batch: Batch) -> arb | None:
    """None where that fails: the function by itself will tell why."""
    space = Balls(0, 1)
    series = {name: Series(space, [array]) for name, array in as_they_are(batch).items()}
    try:
        functions = batch.memo((_jointly, joint, ctx.prec), lambda: joint.begun(space, series, batch))
        with np.errstate(all="ignore"):
            found = single(functions[program.place](), space, program.written.name)
    except WnverifyError:
        raise
    except Exception:
        return None
    return arb(in_balls(found.value).ravel()[0])


def gradient(program: Program, batch: Batch, arrays: Arrays, names: Sequence[str]) -> list[arb]:
    """Balls around ∂f over the entries of some arrays."""
    p = sum(arrays[name].size for name in names)
    directions = _cut(np.eye(p), arrays, names)
    return list(_run(program, batch, arrays, directions, 1)[1])


def curvature(program: Program, batch: Batch, arrays: Arrays, direction: Mapping[str, Any]) -> arb:
    """A ball around uᵀ∇²f u, for floats u by array, (*shape, 1)."""
    return _run(program, batch, arrays, direction, 2)[2][0]


def hessian(program: Program, batch: Batch, arrays: Arrays, names: Sequence[str]) -> arb_mat:
    """Balls around ∇²f over the entries of some arrays.

    By a reverse sweep, which autograd makes: its sums of balls are not taken on trust, and must meet the curvature
    that is found without it. Where they do not, or where the sweep loses an entry, every pair of directions is run.
    """
    try:
        swept = _by_sweeps(program, batch, arrays, names)
    except (FunctionError, NotImplementedError):  # of the run forward, of the sweep back
        return by_pairs(program, batch, arrays, names)
    return swept if _meets(program, batch, arrays, names, swept) else by_pairs(program, batch, arrays, names)


def _by_sweeps(program: Program, batch: Batch, arrays: Arrays, names: Sequence[str]) -> arb_mat:
    """The derivative of ∂_k f by every entry, a few k at a time."""
    p = sum(arrays[name].size for name in names)
    together = max(1, ENTRIES // max(1, sum(array.size for array in arrays.values())))
    columns = []
    for start in range(0, p, together):
        units = np.eye(p)[:, start : start + together]
        columns += _swept(program, batch, arrays, _cut(units, arrays, names))
    matrix = arb_mat(p, p)
    for i in range(p):
        for j in range(i + 1):
            one, other = columns[i][j], columns[j][i]
            matrix[i, j] = matrix[j, i] = one if one.rad() < other.rad() else other
    return matrix


def _swept(program: Program, batch: Batch, arrays: Arrays, direction: Mapping[str, Any]) -> list[list[arb]]:
    """For every direction u, a lane of its own, balls around ∇²f u."""
    names = [*direction]
    lanes = direction[names[0]].shape[-1]
    space = TracedBalls(1, lanes)
    moved = {name: in_balls(u) for name, u in direction.items()}
    wide = {name: np.repeat(array, lanes, axis=-1) for name, array in arrays.items()}

    def slope(parts: tuple[Any, ...]) -> Any:
        given = {**wide, **dict(zip(names, parts, strict=True))}
        series = {name: Series(space, [array, moved.get(name)]) for name, array in given.items()}
        found = program.run(space, series, batch).c[1]
        return in_balls(np.zeros(lanes)) if found is None else found

    with warnings.catch_warnings():  # autograd's, where a slope does not depend on the point
        warnings.simplefilter("ignore", UserWarning)
        pull, found = make_vjp(slope)(tuple(wide[name] for name in names))
    parts = pull(np.broadcast_to(np.array(arb(1), dtype=object), found.shape))
    flat = np.concatenate([part.reshape(-1, lanes) for part in parts]).T
    lost = [not arb(ball).is_finite() for ball in found]  # a slope that there is not has no derivative either
    return [[arb.nan() if gone else arb(entry) for entry in row] for row, gone in zip(flat, lost, strict=True)]


def _meets(program: Program, batch: Batch, arrays: Arrays, names: Sequence[str], matrix: arb_mat) -> bool:
    """Whether the curvature along a direction, by the run forward alone, is that of the matrix."""
    p = matrix.nrows()
    if not all(entry.is_finite() for entry in matrix.entries()):
        return False
    u = (2 * np.random.default_rng(0).integers(-8, 8, (p, 1)) + 1) / 16.0
    exact = arb_mat(p, 1, [arb(float(part)) for part in u[:, 0]])
    along: arb = (exact.transpose() * matrix * exact)[0, 0]
    return bool(along.overlaps(curvature(program, batch, arrays, _cut(u, arrays, names))))


def by_pairs(program: Program, batch: Batch, arrays: Arrays, names: Sequence[str]) -> arb_mat:
    """The same by runs forward alone, along every e_i and every e_i + e_j."""
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
    return [[arb(0)] * lanes if part is None else [*np.broadcast_to(in_balls(part), (lanes,))] for part in found.c]


def _cut(flat: Any, arrays: Arrays, names: Sequence[str]) -> dict[str, Any]:
    found, start = {}, 0
    for name in names:
        shape = arrays[name].shape[:-1]
        size = int(np.prod(shape, dtype=int))
        found[name] = flat[start : start + size].reshape(*shape, flat.shape[-1])
        start += size
    return found
