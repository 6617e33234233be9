"""One number or another: maxima, limits, `where`. None has a derivative where both are equal."""

from __future__ import annotations

from typing import Any

import numpy as np
from autograd.tracer import getval, isbox

from wnverify.arithmetic.series import Series, fitted, lifted, spread
from wnverify.arithmetic.spaces import Balls, Raw, Space


def maximum(space: Space, a: Any, b: Any) -> Series:
    """The larger of two, entry by entry; without derivative where both are equal."""
    a, b = lifted(space, a), lifted(space, b)
    fitted("maximum", a.shape, b.shape)
    if isinstance(space, Balls):
        return _larger_ball(space, a, b)
    return where(space, Series(space, [space.larger(a.value, b.value)]), a, b)


def _larger_ball(space: Space, a: Series, b: Series) -> Series:
    """A certain value also where balls meet, for which there is then no derivative, unless both have the same.

    If the difference of both is d with d′ = d″ = 0 along the line, then max(0, d) has these derivatives, too.
    A reverse sweep looks along all lines: there, what is equal has no derivative.
    """
    from flint import arb

    left, right = np.broadcast_arrays(getval(a.value), getval(b.value))
    pick, other = (left > right).astype(bool), (left < right).astype(bool)
    found = where(space, Series(space, [pick]), a, b)
    # what is traced and in doubt has no derivative, which is all that is asked of it
    value = found.value if isbox(found.value) else np.frompyfunc(lambda x, y: x.max(y), 2, 1)(left, right)
    doubt = ~(pick | other)
    if not isbox(found.value):
        doubt = doubt & ~_alike(a, b)
    if not doubt.any():
        return Series(space, [value, *found.c[1:]])
    lost = np.array(arb.nan(), dtype=object)
    return Series(space, [value, *(space.lib.where(doubt, lost, 0.0 if c is None else c) for c in found.c[1:])])


def _alike(a: Series, b: Series) -> Any:
    """Where two have certainly the same derivatives."""
    same: Any = np.array(True)
    for left, right in zip(a.c[1:], b.c[1:], strict=True):
        if left is not None or right is not None:
            same = same & (np.asarray(0 if left is None else left) == np.asarray(0 if right is None else right))
    return same.astype(bool)


def minimum(space: Space, a: Any, b: Any) -> Series:
    """The smaller of two, entry by entry."""
    return -maximum(space, -lifted(space, a), -lifted(space, b))


def clip(space: Space, a: Any, low: Any = None, high: Any = None) -> Series:
    """An array between limits."""
    found = lifted(space, a) if low is None else maximum(space, a, low)
    return found if high is None else minimum(space, found, high)


def where(space: Space, condition: Any, a: Any, b: Any) -> Series:
    """One or the other, entry by entry."""
    mask = condition.value if isinstance(condition, Series) else np.asarray(condition, dtype=bool)[..., None]
    a, b = lifted(space, a), lifted(space, b)
    shape = fitted("where", tuple(mask.shape[:-1]), a.shape, b.shape)
    found: list[Raw | None] = []
    for left, right in zip(a.c, b.c, strict=True):
        if left is None and right is None:
            found.append(None)
            continue
        # spread before they are chosen: autograd's rule for `where` does not sum over what was spread
        parts = (0.0 if raw is None else spread(raw, shape) for raw in (left, right))
        found.append(spread(space.lib.where(mask, *parts), shape))
    return Series(space, found)
