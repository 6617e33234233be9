"""How instances of a declared architecture are drawn, regime by regime, and its structured extremes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.families.own.kinds import Kind
from wnverify.family import Shape

Kinds = Mapping[str, Kind]
Pattern: TypeAlias = Callable[[tuple[int, ...]], FloatArray]
"""The shape of an array -> its entries."""
REGIMES = ("gaussian", "edge", "wide", "sparse", "aligned")
OMEGAS, SIZES = (1e-3, 1.0, 1e3), (0.0, 1.0, 5.0)
"""Norms of rows, and sizes of entries, of extreme instances."""
HAIR = 1e-15
"""By how much an array in a ball stays inside of it, relative."""


def draw(kinds: Kinds, sizes: Shape, regime: str, count: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Draw `count` instances.

    Regimes: `gaussian` everything generic; `edge` rows of one norm, balls and boxes at their ends, free entries of
    one size; `wide` norms over many orders of magnitude; `sparse` most entries zero; `aligned` the vectors of an
    array within a small angle of one.
    """
    omega = np.exp(rng.uniform(np.log(1e-3), np.log(1e3), count) if regime == "wide" else rng.uniform(-2, 2, count))
    return {name: _within(kind, _drawn(kind, kind.shape(sizes), regime, rng, omega)) for name, kind in kinds.items()}


def _drawn(
    kind: Kind, shape: tuple[int, ...], regime: str, rng: np.random.Generator, omega: FloatArray
) -> FloatArray:
    count = omega.size
    if kind.name == "box":
        share = rng.random((*shape, count))
        share = np.round(share) if regime == "edge" else share**4 if regime == "wide" else share
        return kind.low + (kind.high - kind.low) * share
    if kind.name == "positive":
        return np.exp(
            (2.0 if regime == "wide" else 0.0 if regime == "edge" else 0.5) * rng.standard_normal((*shape, count))
        )
    way = _directions(shape, regime, rng, count)
    if kind.name == "rows":
        spread = {"wide": 1.0, "gaussian": 0.5}.get(regime, 0.0)
        lengths = omega * np.exp(spread * np.abs(rng.standard_normal((*shape[:-1], count))))
        return unit(way, -2) * lengths[..., None, :]
    if kind.name in ("ball", "sphere"):
        return whole(way, kind.each) * _radius(kind, shape, regime, rng, count)
    return way * _scale(shape, regime, rng, count)


def _directions(shape: tuple[int, ...], regime: str, rng: np.random.Generator, count: int) -> FloatArray:
    found = rng.standard_normal((*shape, count))
    if regime == "edge":
        found = np.where(rng.random(count) < 0.5, np.sign(found), found)
    if regime == "sparse" and shape:
        keep = rng.random(found.shape) < 0.4
        keep[..., 0, :] = True
        found = np.where(keep, found, 0.0)
    if regime == "aligned" and len(shape) > 1:
        axis, sign = rng.standard_normal((shape[-1], count)), np.sign(rng.standard_normal((*shape[:-1], 1, count)))
        found = sign * axis + np.exp(rng.uniform(np.log(1e-3), np.log(2.0), count)) * found
    return found


def _radius(kind: Kind, shape: tuple[int, ...], regime: str, rng: np.random.Generator, count: int) -> FloatArray:
    """Of each array, with axes of length 1 for its own."""
    several = (*shape[: kind.each], *[1] * (len(shape) - kind.each), count)
    if kind.name == "sphere":
        return np.ones(count)
    if regime == "wide":
        return kind.radius * np.exp(rng.uniform(np.log(1e-3), 0.0, several))
    return kind.radius * (rng.random(several) if regime == "gaussian" else np.full(count, 1 - HAIR))


def _scale(shape: tuple[int, ...], regime: str, rng: np.random.Generator, count: int) -> FloatArray:
    if regime == "wide":
        return np.exp(rng.uniform(np.log(1e-3), np.log(30.0), count))
    shrunk = np.where(rng.random(count) < 0.5, 1.0, (shape[-1] if shape else 1) ** -0.5)
    return shrunk * np.exp(0.5 * rng.standard_normal(count))


def unit(array: FloatArray, axis: int) -> FloatArray:
    """Vectors along an axis over their lengths; one without a direction becomes e_1."""
    length = np.linalg.norm(array, axis=axis, keepdims=True)
    lost = ~(np.isfinite(length) & (length > 0.0))
    if not lost.any():
        return np.asarray(array / length)
    first = np.zeros_like(array)
    np.moveaxis(first, axis, 0)[0] = 1.0
    return np.where(lost, first, array / np.where(lost, 1.0, length))


def whole(array: FloatArray, each: int = 0) -> FloatArray:
    """Arrays over their Euclidean norms, each as one vector; `each` leading axes tell arrays apart."""
    flat = array.reshape(*array.shape[:each], -1, array.shape[-1])
    return unit(flat, -2).reshape(array.shape)


def sizes_of(array: FloatArray, each: int = 0) -> FloatArray:
    """The Euclidean norms of arrays, each as one vector, with axes of length 1 for its own."""
    axes = tuple(range(each, array.ndim - 1))
    return np.sqrt(np.sum(array * array, axis=axes, keepdims=True))


def _within(kind: Kind, array: FloatArray) -> FloatArray:
    """Clipped to the domain of its kind."""
    return array if kind.name in ("rows", "ball", "sphere") else np.clip(array, kind.low, kind.high)


# ---- structured


def structured(kinds: Kinds, inputs: str, sizes: Shape) -> Iterator[tuple[str, dict[str, FloatArray]]]:
    """Extreme instances: each pattern of parameters with every pattern of inputs and every size of both."""
    ways = tuple(INPUTS.values())
    fixed = {n: _in_every_way(kind, ways, sizes, input_=True) for n, kind in kinds.items() if n == inputs}
    for words, pattern in PATTERNS.items():
        rest = {n: _in_every_way(k, (pattern,), sizes, input_=False) for n, k in kinds.items() if n not in fixed}
        yield words, {name: fixed[name] if name in fixed else rest[name] for name in kinds}


def _in_every_way(kind: Kind, patterns: Sequence[Pattern], sizes: Shape, *, input_: bool) -> FloatArray:
    """An array in every combination of inputs, norms and sizes, placed once for all that leave it as it is."""
    resized = kind.name == "positive" or (kind.name in ("free", "box") and not input_)
    chosen = patterns, OMEGAS if kind.name == "rows" else OMEGAS[:1], SIZES if resized else SIZES[:1]
    columns = [
        placed(kind, pattern(kind.shape(sizes)), rows=omega, size=size, input_=input_)
        for pattern, omega, size in product(*chosen)
    ]
    return spread(np.stack(columns, axis=-1), [len(each) for each in chosen], (len(INPUTS), len(OMEGAS), len(SIZES)))


def spread(columns: FloatArray, own: Sequence[int], whole: Sequence[int]) -> FloatArray:
    """Columns that lie on a grid of which some axes have length 1, on the whole grid."""
    shape = columns.shape[:-1]
    return np.broadcast_to(columns.reshape(*shape, *own), (*shape, *whole)).reshape(*shape, -1)


def placed(kind: Kind, pattern: FloatArray, *, rows: float, size: float, input_: bool) -> FloatArray:
    """A pattern as an array of its kind."""
    one = pattern[..., None]
    if kind.name == "rows":
        return (unit(one, -2) * rows)[..., 0]
    if kind.name == "sphere":
        return whole(one, kind.each)[..., 0]
    if kind.name == "ball":
        length = sizes_of(one, kind.each)[..., 0]
        return pattern * np.where(length > 1e-3, kind.radius * (1 - HAIR) / np.maximum(length, 1e-300), 1.0)
    if kind.name == "positive":
        return np.full(pattern.shape, max(size, 0.1))
    return np.clip(pattern * (1.0 if input_ else size), kind.low, kind.high)


def _ones(shape: tuple[int, ...]) -> FloatArray:
    return np.ones(shape)


def _alternating(shape: tuple[int, ...]) -> FloatArray:
    return np.where(np.indices(shape).sum(axis=0) % 2, -1.0, 1.0) if shape else -np.ones(())


def _first(shape: tuple[int, ...]) -> FloatArray:
    if not shape:
        return np.ones(())
    found = np.zeros(shape)
    found[..., :1] = 1.0
    return found


def _one_hot(shape: tuple[int, ...]) -> FloatArray:
    if len(shape) < 2:
        return _first(shape)
    flat = np.eye(shape[-1])[np.arange(int(np.prod(shape[:-1], dtype=int))) % max(1, shape[-1])]
    return flat.reshape(shape)


def _orthogonal(shape: tuple[int, ...]) -> FloatArray:
    rng = np.random.default_rng(0)
    if len(shape) < 2 or not shape[-1]:
        return rng.standard_normal(shape)
    turned, _ = np.linalg.qr(rng.standard_normal((shape[-1], shape[-1])))
    return turned[np.arange(int(np.prod(shape[:-1], dtype=int))) % shape[-1]].reshape(shape)


PATTERNS: Mapping[str, Pattern] = {
    "equal entries": _ones,
    "entries that alternate": _alternating,
    "all vectors e_1": _first,
    "one-hot vectors": _one_hot,
    "orthogonal vectors": _orthogonal,
}
INPUTS: Mapping[str, Pattern] = {
    "x = e_1": lambda shape: _first(shape) if len(shape) < 2 else _one_hot(shape),
    "x uniform": _ones,
    "x alternating": _alternating,
    "x tiny": lambda shape: 1e-6 * _first(shape),
    "x = 0": np.zeros,
}
