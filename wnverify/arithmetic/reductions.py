"""Sums, means, norms, products and extremes along axes of power series."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from wnverify.arithmetic.choices import maximum
from wnverify.arithmetic.faults import FunctionError, told, unknown_operation
from wnverify.arithmetic.series import Series, lifted
from wnverify.arithmetic.shaping import Axis, axes_of, ravel, reshape, transpose
from wnverify.arithmetic.spaces import Balls, Space
from wnverify.errors import expected


def total(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """Σ over axes."""
    a = lifted(space, a)
    axes = axes_of(a, axis)
    if not axes:
        return a
    return a.linear(lambda raw: space.lib.sum(raw, axis=axes, keepdims=keepdims))


def mean(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """The mean over axes."""
    a = lifted(space, a)
    return total(space, a, axis, keepdims) / _count(a, axis)


def _count(a: Series, axis: Axis) -> int:
    return int(np.prod([a.shape[one] for one in axes_of(a, axis)], dtype=int))


def var(space: Space, a: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Series:
    """The mean square of what deviates from the mean; `ddof` as for NumPy."""
    off = lifted(space, a) - mean(space, a, axis, True)
    return total(space, off * off, axis, keepdims) / (_count(off, axis) - ddof)


def std(space: Space, a: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Series:
    """The root of the variance."""
    return var(space, a, axis, ddof, keepdims).elementwise("sqrt")


def average(space: Space, a: Any, axis: Axis = None, weights: Any = None) -> Series:
    """The mean, with weights along all of an array if there are any."""
    if weights is None:
        return mean(space, a, axis)
    weights = lifted(space, weights)
    return total(space, lifted(space, a) * weights, axis) / total(space, weights, axis)


def cumsum(space: Space, a: Any, axis: int | None = None) -> Series:
    """Sums of the entries so far along an axis."""
    flat = ravel(space, a) if axis is None else lifted(space, a)
    place = axes_of(flat, axis or 0)[0]
    return flat.linear(lambda raw: space.lib.cumsum(raw, axis=place))


def norm(space: Space, a: Any, order: Any = None, axis: Axis = None, keepdims: bool = False) -> Series:
    """Euclidean lengths, Frobenius norms of matrices, 1- and ∞-norms of vectors; without derivative at 0."""
    a = lifted(space, a)
    vectors = len(axes_of(a, axis)) == 1
    if vectors and order in (1, np.inf):
        size = a.elementwise("abs")
        return total(space, size, axis, keepdims) if order == 1 else most(space, size, axis, keepdims)
    if order not in (None, 2, "fro") or (order == 2 and not vectors) or (order == "fro" and vectors):
        raise unknown_operation(f"xp.linalg.norm(..., {order!r})", space.name)
    if isinstance(space, Balls) and all(part is None for part in a.c[1:]):
        return _length(space, a, axis, keepdims)
    return total(space, a * a, axis, keepdims).elementwise("sqrt")


def _length(space: Space, a: Series, axis: Axis, keepdims: bool) -> Series:
    """A length in balls, which is not below 0 where its terms are next to nothing."""
    low = np.frompyfunc(lambda ball: ball.abs_lower(), 1, 1)(a.value)
    high = np.frompyfunc(lambda ball: ball.abs_upper(), 1, 1)(a.value)
    ends = [np.sum(end * end, axis=axes_of(a, axis), keepdims=keepdims) for end in (low, high)]
    return Series(space, [np.frompyfunc(lambda x, y: x.sqrt().union(y.sqrt()), 2, 1)(*ends)])


def prod(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """The product along an axis."""
    return _reduced(space, a, axis, keepdims, lambda x, y: x * y)


def most(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """The largest entry along an axis; without derivative where two are."""
    return _reduced(space, a, axis, keepdims, lambda x, y: maximum(space, x, y))


def least(space: Space, a: Any, axis: Axis = None, keepdims: bool = False) -> Series:
    """The least entry along an axis."""
    return -most(space, -lifted(space, a), axis, keepdims)


def held_max(space: Space, a: Any, axis: Axis = None) -> Series:
    """The largest entries along axes, which stay, or what is near them: constants, wherever they are."""
    a = lifted(space, a)
    axes = axes_of(a, axis)
    if not _count(a, axis):
        raise FunctionError(told(expected("an axis with an entry", f"shape {a.shape}")))
    return Series(space, [space.highest(a.value, axes)])


def _reduced(space: Space, a: Any, axis: Axis, keepdims: bool, act: Callable[[Series, Series], Series]) -> Series:
    a = lifted(space, a)
    axes = axes_of(a, axis)
    rest = tuple(one for one in range(a.ndim) if one not in axes)
    front = reshape(space, transpose(space, a, (*axes, *rest)) if axes else a, (-1, *(a.shape[one] for one in rest)))
    if not len(front):
        raise FunctionError(told(expected("an axis with an entry", f"shape {a.shape}")))
    found = reduce(act, list(front))
    kept = tuple(1 if one in axes else size for one, size in enumerate(a.shape))
    return reshape(space, found, kept) if keepdims else found
