"""Pulling: what the commonest operations of NumPy hand back to an argument in a reverse sweep.

Autograd's rules look up shapes and types at each call; these know them from when an operation was recorded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd.numpy.numpy_boxes import ArrayBox

Pull: TypeAlias = Callable[[Any, Sequence[Any], Any], Any]
"""(derivative by the result, arguments, the result) -> derivative by one of the arguments."""
_METHODS: Mapping[Any, Callable[..., Any]] = {np.transpose: np.ndarray.transpose, np.reshape: np.ndarray.reshape}
"""Functions of NumPy that look for the method of an array, which is there."""
PLAIN = (int, slice, type(None), type(Ellipsis))
"""What an index is made of that takes no entry twice."""


class Called(NamedTuple):
    """An operation as it was called when it was written down.

    Args:
        given: its arguments; nobody looks at those that were computed.
        named: arguments by name.
        shapes: of the arguments, and of the result, with the lanes of that time.
    """

    given: Sequence[Any]
    named: Mapping[str, Any]
    shapes: Sequence[tuple[int, ...]]


def pull_of(traced: Any, called: Called, place: int) -> Pull | None:
    """The rule for one argument of an operation as it was called; None where autograd's is to be taken."""
    rule = _RULES.get(traced)
    if rule is not None:
        return rule(called, place)
    if (of_value := getattr(traced, "of_value", None)) is not None:
        return lambda g, _, found: g * of_value(found)
    slope = getattr(traced, "slope", None)
    return None if slope is None else lambda g, parts, _: g * slope(parts[0])


def of_square(traced: Any) -> Pull | None:
    """The rule for both arguments together, where they are one number; None where each has its own."""
    return (lambda g, parts, _: 2.0 * g * parts[0]) if traced is anp.multiply else None


def plainly(traced: Any, named: Mapping[str, Any]) -> Callable[..., Any]:
    """An operation with the arguments that it is given by name, without what NumPy asks of them each time."""
    fun = getattr(traced, "plain", traced.fun)
    if fun is np.sum and set(named) == {"axis", "keepdims"}:
        axes = named["axis"]
        axis = axes[0] if isinstance(axes, tuple) and len(axes) == 1 else axes
        return partial(np.add.reduce, axis=axis, keepdims=named["keepdims"])
    if traced is ArrayBox.__getitem__:
        return operator.getitem
    return partial(fun, **named) if named else _METHODS.get(fun, fun)


def _entrywise(act: Callable[[int], Pull]) -> Callable[..., Pull]:
    """A rule for an operation entry by entry; what was spread over more entries is summed over them.

    Args:
        act: which argument -> its rule where nothing was spread.
    """

    def rule(called: Called, place: int) -> Pull:
        pull, shape, result = act(place), called.shapes[place], called.shapes[-1]
        if shape == result:
            return pull
        if shape[-1:] != result[-1:]:
            return lambda g, parts, found: _gathered(pull(g, parts, found), parts[place])
        axes = _spread_axes(shape, result)
        axis = axes[0] if len(axes) == 1 else axes
        if len(shape) == len(result):
            return lambda g, parts, found: np.add.reduce(pull(g, parts, found), axis=axis, keepdims=True)
        inner = shape[:-1]
        return lambda g, parts, found: np.add.reduce(pull(g, parts, found), axis=axis).reshape(*inner, -1)

    return rule


def _spread_axes(shape: Sequence[int], wide: Sequence[int]) -> tuple[int, ...]:
    """The axes of what is wide over which an array of a shape was spread."""
    more = len(wide) - len(shape)
    return (*range(more), *(more + k for k, size in enumerate(shape) if size == 1 and wide[more + k] != 1))


def _gathered(found: Any, part: Any) -> Any:
    """Summed over the entries over which an argument was spread."""
    shape = np.shape(part)
    axes = _spread_axes(shape, found.shape)
    return np.add.reduce(found, axis=axes).reshape(shape) if axes else found


def _kept(_: int) -> Pull:
    return lambda g, _, __: g


def _product(place: int) -> Pull:
    other = 1 - place
    return lambda g, parts, _: g * parts[other]


def _negative(_: int) -> Pull:
    return lambda g, _, __: -g


def _difference(place: int) -> Pull:
    return _negative(place) if place else _kept(place)


def _chosen(place: int) -> Pull:
    if place == 1:
        return lambda g, parts, _: np.where(parts[0], g, 0.0)
    return lambda g, parts, _: np.where(parts[0], 0.0, g)


def _einsum(called: Called, place: int) -> Pull | None:
    """Einstein's sum of two: the same sum with the result and the other one, where that has all axes."""
    given = called.given
    if len(given) != 3 or called.named or not isinstance(given[0], str) or "->" not in given[0]:
        return None
    inputs, output = given[0].split("->")
    names = inputs.split(",")
    mine, others = names[place - 1], names[2 - place]
    if not set(mine) <= set(output + others):
        return None
    back, other = f"{output},{others}->{mine}", 3 - place
    return lambda g, parts, _: np.einsum(back, g, parts[other])


def _sum(called: Called, _: int) -> Pull | None:
    axes, keep = called.named.get("axis"), called.named.get("keepdims")
    if not isinstance(axes, tuple) or set(called.named) != {"axis", "keepdims"}:
        return None
    if keep:
        return lambda g, parts, _: _spread(g, parts[0].shape)
    count = len(called.shapes[0])
    summed = {axis % count for axis in axes}
    spread = tuple(None if axis in summed else slice(None) for axis in range(count))
    return lambda g, parts, _: _spread(g[spread], parts[0].shape)


def _spread(g: Any, shape: Sequence[int]) -> Any:
    """The same for all entries over which was summed: a copy takes less than a view where they are few."""
    found = np.empty(shape)
    found[...] = g
    return found


def _reshape(*_: Any) -> Pull:
    return lambda g, parts, _: g.reshape(parts[0].shape)


def _transpose(called: Called, _: int) -> Pull | None:
    if len(called.given) != 2:
        return None
    back = tuple(np.argsort(called.given[1]).tolist())
    return lambda g, _, __: g.transpose(back)


def _picked(called: Called, _: int) -> Pull | None:
    index = called.given[1] if isinstance(called.given[1], tuple) else (called.given[1],)
    if not all(isinstance(part, PLAIN) and not isinstance(part, bool) for part in index):
        return None

    def pull(g: Any, parts: Sequence[Any], _: Any) -> Any:
        found = np.zeros(parts[0].shape)
        found[index] = g
        return found

    return pull


def _joined(called: Called, place: int) -> Pull:
    """A rule for arrays one after the other along an axis that is not the lanes: each is handed its own stretch."""
    axis = called.given[0] % len(called.shapes[-1])
    sizes = [shape[axis] for shape in called.shapes[1:-1]]
    start = sum(sizes[: place - 1])
    cut = (*[slice(None)] * axis, slice(start, start + sizes[place - 1]))
    return lambda g, _, __: g[cut]


_RULES: Mapping[Any, Callable[[Called, int], Pull | None]] = {
    anp.add: _entrywise(_kept),
    anp.subtract: _entrywise(_difference),
    anp.multiply: _entrywise(_product),
    anp.negative: _entrywise(_negative),
    getattr(anp, "_original_where", anp.where): _entrywise(_chosen),  # later versions of autograd wrap it
    anp.concatenate_args: _joined,
    anp.einsum: _einsum,
    anp.sum: _sum,
    anp.reshape: _reshape,
    anp.transpose: _transpose,
    ArrayBox.__getitem__: _picked,
}
