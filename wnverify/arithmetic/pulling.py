"""Pulling: what the commonest operations of NumPy hand back to an argument in a reverse sweep.

Autograd's rules look up shapes and types at each call; these know them from when an operation was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox

Pull: TypeAlias = Callable[[Any, int, Sequence[Any], Mapping[str, Any]], Any]
"""(derivative by the result, which argument, arguments, named ones) -> derivative by that argument."""
_METHODS: Mapping[Any, Callable[..., Any]] = {np.transpose: np.ndarray.transpose, np.reshape: np.ndarray.reshape}
"""Functions of NumPy that look for the method of an array, which is there."""
PLAIN = (int, slice, type(None), type(Ellipsis))
"""What an index is made of that takes no entry twice."""


def pull_of(traced: Any, given: Sequence[Any], named: Mapping[str, Any], value: Any) -> Pull | None:
    """The rule for an operation as it was called; None where autograd's is to be taken."""
    rule = _RULES.get(traced)
    if rule is not None:
        return rule(given, named, value)
    slope = getattr(traced, "slope", None)
    return None if slope is None else lambda g, _, parts, __: g * slope(parts[0])


def plainly(fun: Callable[..., Any], named: Mapping[str, Any]) -> Callable[..., Any]:
    """An operation with the arguments that it is given by name, without what NumPy asks of them each time."""
    if fun is np.sum and set(named) == {"axis", "keepdims"}:
        fun = np.add.reduce
    return partial(fun, **named) if named else _METHODS.get(fun, fun)


def _entrywise(pull: Pull) -> Callable[..., Pull]:
    """A rule for an operation entry by entry; what was spread over more entries is summed over them."""

    def rule(given: Sequence[Any], _: Any, value: Any) -> Pull:
        if all(np.shape(part) == np.shape(value) for part in given):
            return pull
        if all(np.shape(part) == np.shape(value) or not np.ndim(part) for part in given):
            return lambda g, place, parts, named: _fitting(pull(g, place, parts, named), parts[place])
        return lambda g, place, parts, named: _gathered(pull(g, place, parts, named), parts[place])

    return rule


def _fitting(found: Any, part: Any) -> Any:
    return found if np.ndim(part) else np.sum(found)


def _gathered(found: Any, part: Any) -> Any:
    """Summed over the entries over which an argument was spread."""
    shape = np.shape(part)
    more = found.ndim - len(shape)
    if found.shape[more:] == shape and not more:
        return found
    axes = (*range(more), *(more + k for k, size in enumerate(shape) if size == 1 and found.shape[more + k] != 1))
    return np.add.reduce(found, axis=axes[0] if len(axes) == 1 else axes).reshape(shape)


def _product(g: Any, place: int, parts: Sequence[Any], _: Any) -> Any:
    return g * parts[1 - place]


def _difference(g: Any, place: int, _: Any, __: Any) -> Any:
    return -g if place else g


def _einsum(given: Sequence[Any], named: Mapping[str, Any], _: Any) -> Pull | None:
    """Einstein's sum of two: the same sum with the result and the other one, where that has all axes."""
    if len(given) != 3 or named or not isinstance(given[0], str) or "->" not in given[0]:
        return None
    inputs, output = given[0].split("->")
    first, second = inputs.split(",")
    if not (set(first) <= set(output + second) and set(second) <= set(output + first)):
        return None
    back = (f"{output},{second}->{first}", f"{output},{first}->{second}")
    return lambda g, place, parts, _: np.einsum(back[place - 1], g, parts[3 - place])


def _sum(given: Sequence[Any], named: Mapping[str, Any], _: Any) -> Pull | None:
    axes, keep = named.get("axis"), named.get("keepdims")
    if not isinstance(axes, tuple) or set(named) != {"axis", "keepdims"}:
        return None
    if keep:
        return lambda g, _, parts, __: _spread(g, parts[0].shape)
    count = np.ndim(given[0])
    summed = {axis % count for axis in axes}
    spread = tuple(None if axis in summed else slice(None) for axis in range(count))
    return lambda g, _, parts, __: _spread(g[spread], parts[0].shape)


def _spread(g: Any, shape: Sequence[int]) -> Any:
    """The same for all entries over which was summed: a copy takes less than a view where they are few."""
    found = np.empty(shape)
    found[...] = g
    return found


def _reshape(*_: Any) -> Pull:
    return lambda g, _, parts, __: g.reshape(parts[0].shape)


def _transpose(given: Sequence[Any], *_: Any) -> Pull | None:
    if len(given) != 2:
        return None
    back = tuple(np.argsort(given[1]))
    return lambda g, _, __, ___: g.transpose(back)


def _picked(given: Sequence[Any], *_: Any) -> Pull | None:
    index = given[1] if isinstance(given[1], tuple) else (given[1],)
    if not all(isinstance(part, PLAIN) and not isinstance(part, bool) for part in index):
        return None

    def pull(g: Any, _: int, parts: Sequence[Any], __: Any) -> Any:
        found = np.zeros(parts[0].shape)
        found[index] = g
        return found

    return pull


def _joined(given: Sequence[Any], *_: Any) -> Pull:
    """A rule for arrays one after the other along an axis that is not the lanes: each is handed its own stretch."""
    axis, ends = given[0] % np.ndim(given[1]), np.cumsum([0, *(np.shape(part)[given[0]] for part in given[1:])])
    before = (slice(None),) * axis
    cuts = [(*before, slice(start, end)) for start, end in pairwise(ends.tolist())]
    return lambda g, place, _, __: g[cuts[place - 1]]


def _chosen(g: Any, place: int, parts: Sequence[Any], _: Any) -> Any:
    return np.where(parts[0], g, 0.0) if place == 1 else np.where(parts[0], 0.0, g)


_RULES: Mapping[Any, Callable[..., Pull | None]] = {
    anp.add: _entrywise(lambda g, _, __, ___: g),
    anp.subtract: _entrywise(_difference),
    anp.multiply: _entrywise(_product),
    anp.negative: _entrywise(lambda g, _, __, ___: -g),
    getattr(anp, "_original_where", anp.where): _entrywise(_chosen),  # later versions of autograd wrap it
    anp.concatenate_args: _joined,
    anp.einsum: _einsum,
    anp.sum: _sum,
    anp.reshape: _reshape,
    anp.transpose: _transpose,
    ArrayBox.__getitem__: _picked,
}
