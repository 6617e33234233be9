"""Arrays of power series in other shapes: reshaped, turned, joined, picked."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from wnverify.arithmetic.faults import FunctionError, told
from wnverify.arithmetic.series import Series, lifted
from wnverify.arithmetic.spaces import Raw, Space
from wnverify.errors import expected

Axis: TypeAlias = int | tuple[int, ...] | None


def axes_of(a: Series, axis: Axis) -> tuple[int, ...]:
    """Axes counted from the front; all of them for None."""
    if axis is None:
        return tuple(range(a.ndim))
    every = tuple(axis) if isinstance(axis, (tuple, list)) else (operator.index(axis),)
    if any(not -a.ndim <= one < a.ndim for one in every):
        raise FunctionError(told(expected(f"axes of an array of shape {a.shape}", f"axis={axis}")))
    return tuple(one % a.ndim for one in every)


def _whole(given: tuple[Any, ...]) -> tuple[int, ...]:
    """Whole numbers that were given one by one, or as one tuple."""
    return tuple(given[0]) if len(given) == 1 and isinstance(given[0], (tuple, list)) else given


# ---- one array


def reshape(space: Space, a: Any, *shape: Any) -> Series:
    """Another shape."""
    a, wanted = lifted(space, a), _whole(shape)
    try:
        whole = np.empty(a.shape, dtype=bool).reshape(wanted).shape
    except ValueError as error:
        wish = f"a shape for the {a.size} entries of an array of shape {a.shape}"
        raise FunctionError(told(expected(wish, f"reshape to {wanted}"))) from error
    return a.linear(lambda raw: space.lib.reshape(raw, (*whole, raw.shape[-1])))


def ravel(space: Space, a: Any) -> Series:
    """One axis."""
    return reshape(space, a, (-1,))


def transpose(space: Space, a: Any, *axes: Any) -> Series:
    """The axes in another order; reversed if none is given."""
    a, given = lifted(space, a), _whole(axes)
    order = axes_of(a, given) if given not in {(), (None,)} else tuple(range(a.ndim)[::-1])
    if sorted(order) != list(range(a.ndim)):
        raise FunctionError(told(expected(f"all axes of an array of shape {a.shape}", f"transpose to {given}")))
    return a.linear(lambda raw: space.lib.transpose(raw, (*order, a.ndim)))


def swapaxes(space: Space, a: Any, first: int, second: int) -> Series:
    """Two axes exchanged."""
    a = lifted(space, a)
    one, other = axes_of(a, (first, second))
    order = list(range(a.ndim))
    order[one], order[other] = other, one
    return transpose(space, a, order)


def moveaxis(space: Space, a: Any, source: int, destination: int) -> Series:
    """One axis put elsewhere."""
    a = lifted(space, a)
    one, place = axes_of(a, (source, destination))
    order = [axis for axis in range(a.ndim) if axis != one]
    return transpose(space, a, [*order[:place], one, *order[place:]])


def expand_dims(space: Space, a: Any, axis: int) -> Series:
    """An axis of length 1 more."""
    a = lifted(space, a)
    place = axis % (a.ndim + 1)
    return reshape(space, a, (*a.shape[:place], 1, *a.shape[place:]))


def squeeze(space: Space, a: Any, axis: Axis = None) -> Series:
    """The axes of length 1 left out, or some of them."""
    a = lifted(space, a)
    gone = [one for one in axes_of(a, axis) if axis is not None or a.shape[one] == 1]
    return reshape(space, a, tuple(size for one, size in enumerate(a.shape) if one not in gone))


def broadcast_to(space: Space, a: Any, shape: Any) -> Series:
    """An array spread to a shape."""
    return lifted(space, a) * np.ones(shape)


def flip(space: Space, a: Any, axis: Axis = None) -> Series:
    """Axes backwards; all of them by default."""
    a = lifted(space, a)
    backwards = axes_of(a, axis)
    return a[tuple(slice(None, None, -1 if one in backwards else 1) for one in range(a.ndim))]


def roll(space: Space, a: Any, shift: int, axis: int | None = None) -> Series:
    """Entries moved on along an axis, those at the end to the front; without an axis, all of them in a row."""
    return _picked(space, a, axis, lambda places: np.roll(places, shift), keep=True)


def repeat(space: Space, a: Any, times: Any, axis: int | None = None) -> Series:
    """Every entry so many times along an axis; without an axis, all of them in a row."""
    return _picked(space, a, axis, lambda places: np.repeat(places, times))


def _picked(space: Space, a: Any, axis: int | None, pick: Any, keep: bool = False) -> Series:
    """Entries along an axis by their places."""
    a = lifted(space, a)
    if axis is None:
        row = ravel(space, a)[pick(np.arange(a.size))]
        return reshape(space, row, a.shape) if keep else row
    place = axes_of(a, axis)[0]
    return a[(*[slice(None)] * place, pick(np.arange(a.shape[place])))]


def tile(space: Space, a: Any, times: Any) -> Series:
    """An array beside itself, so many times."""
    a = lifted(space, a)
    return ravel(space, a)[np.tile(np.arange(a.size).reshape(a.shape), times)]


def pad(space: Space, a: Any, widths: Any, mode: str = "constant") -> Series:
    """Zeros around, or what `mode` puts there; widths and modes as for NumPy."""
    a = lifted(space, a)
    index = np.pad(np.arange(1, a.size + 1).reshape(a.shape), widths, mode=mode)  # type: ignore[call-overload]
    flat = concatenate(space, [np.zeros(1), ravel(space, a)])
    return flat[index]


def triangle(space: Space, a: Any, k: int, *, lower: bool) -> Series:
    """The entries on one side of a diagonal; zero elsewhere."""
    a = lifted(space, a)
    return a * (np.tril if lower else np.triu)(np.ones(a.shape[-2:]), k)


def diagonal(space: Space, a: Any, offset: int = 0) -> Series:
    """The diagonal of a matrix."""
    a = lifted(space, a)
    if a.ndim != 2:
        raise FunctionError(told(expected("a matrix for a diagonal", f"an array of shape {a.shape}")))
    return ravel(space, a)[np.diagonal(np.arange(a.size).reshape(a.shape), offset)]


def diag(space: Space, a: Any, k: int = 0) -> Series:
    """The diagonal of a matrix, or the matrix with a diagonal."""
    a = lifted(space, a)
    if a.ndim != 1:
        return diagonal(space, a, k)
    places = np.diag(np.arange(1, len(a) + 1), k)
    return concatenate(space, [np.zeros(1), a])[places]


# ---- several arrays


def concatenate(space: Space, parts: Sequence[Any], axis: int | None = 0) -> Series:
    """Arrays one after the other."""
    every = [lifted(space, part) for part in parts]
    if axis is None:
        every, axis = [ravel(space, part) for part in every], 0
    _must_join(every, axis)
    place = axes_of(every[0], axis)[0]
    lanes = max(raw.shape[-1] for part in every for raw in part.c if raw is not None)
    found: list[Raw | None] = []
    for raws in zip(*(part.c for part in every), strict=True):
        if all(raw is None for raw in raws):
            found.append(None)
            continue
        filled = [_filled(space, raw, part.shape, lanes) for raw, part in zip(raws, every, strict=True)]
        found.append(space.lib.concatenate(filled, axis=place))
    return Series(space, found)


def _must_join(every: Sequence[Series], axis: int) -> None:
    if not every:
        raise FunctionError(told(expected("at least one array to join", "none")))
    shapes = [part.shape for part in every]
    if not all(len(shape) == len(shapes[0]) > 0 for shape in shapes):
        raise FunctionError(told(expected("arrays with as many axes each, and one at least", f"shapes {shapes}")))
    place = axes_of(every[0], axis)[0]
    if len({(*shape[:place], *shape[place + 1 :]) for shape in shapes}) > 1:
        raise FunctionError(told(expected(f"shapes that fit beside each other along axis {axis}", f"{shapes}")))


def _filled(space: Space, raw: Raw | None, shape: tuple[int, ...], lanes: int) -> Raw:
    """A coefficient in all lanes, zeros where there is none."""
    if raw is None:
        return space.lift(np.zeros(shape)) * np.ones(lanes)
    return raw if raw.shape[-1] == lanes else raw * np.ones(lanes)


def stack(space: Space, parts: Sequence[Any], axis: int = 0) -> Series:
    """Arrays side by side along a new axis."""
    every = [lifted(space, part) for part in parts]
    shapes = list(dict.fromkeys(part.shape for part in every))
    if len(shapes) > 1:
        raise FunctionError(told(expected("arrays of one shape to stack", f"shapes {shapes}")))
    return concatenate(space, [expand_dims(space, part, axis) for part in every], axis)


def vstack(space: Space, parts: Sequence[Any]) -> Series:
    """Matrices, or vectors as rows, one below the other."""
    every = [lifted(space, part) for part in parts]
    return concatenate(space, [part if part.ndim > 1 else reshape(space, part, (1, -1)) for part in every])


def hstack(space: Space, parts: Sequence[Any]) -> Series:
    """Vectors one after the other, matrices side by side."""
    every = [lifted(space, part) for part in parts]
    every = [part if part.ndim else reshape(space, part, (1,)) for part in every]
    return concatenate(space, every, axis=0 if every and every[0].ndim == 1 else 1)


def column_stack(space: Space, parts: Sequence[Any]) -> Series:
    """Vectors as columns, and matrices, side by side."""
    every = [lifted(space, part) for part in parts]
    return concatenate(space, [part if part.ndim > 1 else reshape(space, part, (-1, 1)) for part in every], axis=1)
