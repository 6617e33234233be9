"""Extreme instances of declared architectures, layer by layer: rows along, across and at an angle to (1, …, 1).

A family that knows its networks builds rows along the activations that reach them. One that a user declares is not
asked what these are; but where x is (1, …, 1), or whatever the first rows see is alike in all entries, so are the
activations behind rows that are alike. So every layer takes its rows along and across (1, …, 1), and every pair of
layers is tried with every pattern of the vectors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.families.own.draws import OMEGAS, Kinds, placed, spread
from wnverify.families.own.kinds import Kind
from wnverify.family import Shape

Rows: TypeAlias = Callable[[int, int], FloatArray]
"""(number of rows, their length) -> unit rows."""
Vector: TypeAlias = Callable[[int], FloatArray]
"""Its length -> a vector."""
MOST = 6
"""Combinations of patterns of the vectors, at most."""


def layered(kinds: Kinds, inputs: Sequence[str], sizes: Shape) -> Iterator[tuple[str, dict[str, FloatArray]]]:
    """Each kind of first rows with each kind of second and later ones, of vectors and of norms.

    Nothing where there is no array of rows: the same patterns everywhere, `draws.structured`, say it all then.
    """
    shapes = {name: kind.shape(sizes) for name, kind in kinds.items()}
    depth = sum(math.prod(shape[:-2]) for name, shape in shapes.items() if name not in inputs and len(shape) > 1)
    if not depth:
        return
    vectors = [name for name, shape in shapes.items() if name not in inputs and len(shape) == 1]
    later = list(product(SECOND if depth > 1 else [_along], THIRD if depth > 2 else [_along]))
    chosen = _spread(list(product(VECTORS, repeat=len(vectors))))
    grid = len(later), len(chosen), len(OMEGAS)
    inner = [name for name, shape in shapes.items() if name not in inputs and len(shape) > 1]
    fixed = {
        name: _in_every_way(kinds[name], name in inputs, patterns, grid)
        for name, patterns in _patterns(shapes, inner, vectors, chosen)
    }
    for words, first in FIRST.items():
        found = {}
        for name, patterns in _layers(shapes, inner, [(first, *each) for each in later], depth):
            found[name] = _in_every_way(kinds[name], False, patterns, grid)
        yield f"first {words}", {name: found[name] if name in found else fixed[name] for name in kinds}


def _patterns(
    shapes: Mapping[str, tuple[int, ...]],
    inner: Sequence[str],
    vectors: Sequence[str],
    chosen: Sequence[tuple[Vector, ...]],
) -> Iterator[tuple[str, list[list[FloatArray]]]]:
    """Of what has no layers: patterns of a vector, and (1, …, 1) for all others, by the choices of the layers."""
    for name, shape in shapes.items():
        if name in vectors:
            yield name, [[ways[vectors.index(name)](shape[0]) for ways in chosen]]
        elif name not in inner:
            yield name, [[_pattern(shape, np.ones, ())]]


def _layers(
    shapes: Mapping[str, tuple[int, ...]], inner: Sequence[str], rows: Sequence[tuple[Rows, ...]], depth: int
) -> Iterator[tuple[str, list[list[FloatArray]]]]:
    """Of what has layers: the rows of each, one array after the other, by the choices of the layers."""
    begin = 0
    for name in inner:
        count = math.prod(shapes[name][:-2])
        own = [(*each, *[_along] * depth)[begin : begin + count] for each in rows]
        yield name, [[_pattern(shapes[name], np.ones, tuple(each))] for each in own]
        begin += count


def _in_every_way(
    kind: Kind, input_: bool, patterns: Sequence[Sequence[FloatArray]], grid: tuple[int, int, int]
) -> FloatArray:
    """An array in every combination of layers, vectors and norms, placed once for all that leave it as it is."""
    omegas = OMEGAS if kind.name == "rows" else (1.0,)
    columns = [
        placed(kind, pattern, rows=omega, size=1.0, input_=input_)
        for each in patterns
        for pattern in each
        for omega in omegas
    ]
    return spread(np.stack(columns, axis=-1), (len(patterns), len(patterns[0]), len(omegas)), grid)


def _pattern(shape: tuple[int, ...], way: Vector, rows: Sequence[Rows]) -> FloatArray:
    """The pattern of a vector, or those of the layers of an array, as many as are told; (1, …, 1) in the others."""
    if len(shape) < 2:
        return way(shape[0]) if shape else np.ones(())
    layers = [(*rows, _along)[min(layer, len(rows))](*shape[-2:]) for layer in range(math.prod(shape[:-2]))]
    return np.stack(layers).reshape(shape)


def _spread(combinations: Sequence[tuple[Vector, ...]]) -> Sequence[tuple[Vector, ...]]:
    """At most so many of them, evenly."""
    kept = np.linspace(0, len(combinations) - 1, min(len(combinations), MOST)).round().astype(int)
    return [combinations[index] for index in kept]


# ---- rows


def _even(length: int) -> FloatArray:
    return np.full(length, length**-0.5)


def _odd(length: int) -> FloatArray:
    """A unit vector across (1, …, 1); that itself in one dimension, where there is none."""
    if length < 2:
        return _even(length)
    return np.asarray((np.eye(length)[0] - np.eye(length)[1]) / np.sqrt(2))


def _turned(cosine: float) -> Rows:
    """All rows at an angle to (1, …, 1), where there is more than one dimension."""

    def rows(count: int, length: int) -> FloatArray:
        if length < 2:
            return _along(count, length)
        return np.tile(cosine * _even(length) + math.sqrt(1 - cosine**2) * _odd(length), (count, 1))

    return rows


def _along(count: int, length: int) -> FloatArray:
    return np.tile(_even(length), (count, 1))


def _antipodal(count: int, length: int) -> FloatArray:
    return np.where(np.arange(count) % 2, -1.0, 1.0)[:, None] * _along(count, length)


def _first_across(count: int, length: int) -> FloatArray:
    """One row across (1, …, 1), the others along it."""
    rows = _along(count, length)
    rows[0] = _odd(length)
    return rows


def _on_first(count: int, length: int) -> FloatArray:
    """All rows e_1, which see nothing of activations that vanish there."""
    return np.tile(np.eye(length)[0], (count, 1))


def _rest_and_first(count: int, length: int) -> FloatArray:
    """One row along (0, 1, …, 1), the others e_1: what follows one row across."""
    rows = _on_first(count, length)
    if length > 1:
        rows[0] = np.where(np.arange(length) > 0, (length - 1) ** -0.5, 0.0)
    return rows


FIRST: Mapping[str, Rows] = {
    "rows along (1, …, 1)": _along,
    "rows across": _turned(0.0),
    "rows at cos² = 1/3": _turned(math.sqrt(1 / 3)),
    "rows at cos² = 2/3": _turned(math.sqrt(2 / 3)),
    "row across, the others along": _first_across,
    "rows antipodal": _antipodal,
}
SECOND = (_along, _on_first, _rest_and_first, _first_across, _turned(0.0), _turned(math.sqrt(1 / 3)))
THIRD = (_along, _on_first)
VECTORS: Sequence[Vector] = (
    np.ones,
    lambda length: np.where(np.arange(length) % 2, -1.0, 1.0),
    lambda length: np.eye(length)[0],
)
