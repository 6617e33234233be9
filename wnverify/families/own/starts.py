"""Extreme instances that a user knows of a network: where equality, or a counterexample, is looked for first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.errors import TheoremFileError, expected
from wnverify.families.own.draws import HAIR, sizes_of
from wnverify.families.own.kinds import Kind
from wnverify.family import Shape

Start: TypeAlias = Callable[[Shape], Iterable[Mapping[str, Any]]]
"""Sizes -> instances of these sizes, each as all its arrays by name; none where it knows of none."""

BOUNDARY = 1e-12
"""How close to the radius of its ball, or to an end of its box, an array lies on the boundary, relative."""


def stacked(kinds: Mapping[str, Kind], words: str, start: Start, sizes: Shape) -> dict[str, FloatArray]:
    """The instances of one start, with the batch as the last axis; no array where there are none.

    Args:
        kinds: the arrays that have an entry at these sizes; of others no account is taken.
        words: what the instances are, for the reader.
        start: makes them.
        sizes: of the instances.

    Raises:
        TheoremFileError: if an array is missing, or has another shape than its kind says.
    """
    every = [{name: _array(words, name, kind, each, sizes) for name, kind in kinds.items()} for each in start(sizes)]
    return {name: np.stack([each[name] for each in every], axis=-1) for name in kinds} if every else {}


def _array(words: str, name: str, kind: Kind, arrays: Mapping[str, Any], sizes: Shape) -> FloatArray:
    if name not in arrays:
        raise TheoremFileError(expected(f"an array {name} in the start {words!r}", ", ".join(arrays) or "none"))
    found, shape = np.asarray(arrays[name], dtype=float), kind.shape(sizes)
    if found.size != math.prod(shape) or found.ndim > len(shape) or not np.isfinite(found).all():
        got = f"shape {found.shape} at {dict(sizes)}"
        raise TheoremFileError(expected(f"finite numbers of shape {shape} as {name} in the start {words!r}", got))
    return _inside(kind, found.reshape(shape))


def _inside(kind: Kind, array: FloatArray) -> FloatArray:
    """An array on the boundary of its ball or box a hair's breadth inside: rounding must not put it out."""
    if kind.name == "box":
        near = np.clip(array, kind.low, kind.high)
        return np.where(np.abs(array - near) <= BOUNDARY * np.abs(near), near, array)
    if kind.name != "ball":
        return array
    size = sizes_of(array[..., None], kind.each)[..., 0]
    return np.where(np.abs(size - kind.radius) <= BOUNDARY * kind.radius, array * (1 - 2 * HAIR), array)
