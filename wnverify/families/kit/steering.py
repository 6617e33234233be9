"""What families say of how their quantities are moved: what to stretch, and what to set."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.family import Arrays, Move, Scaling, Stretch
from wnverify.quantities import Interval

Pick = int | slice


def stretched(**powers: float) -> Stretch:
    """Multiply whole arrays by powers of the factor; a name that ends in `_` means `name1`, `name2` and so on.

    >>> batch = Batch("toy", {}, {}, {"W1": np.ones((2, 1)), "v": np.ones((2, 1))})
    >>> stretched(W_=2.0)(batch, np.array([3.0])).arrays["W1"][:, 0]
    array([9., 9.])
    """
    patterns = {re.compile(f"{name[:-1]}\\d+" if name.endswith("_") else name): p for name, p in powers.items()}

    def stretch(batch: Batch, factor: FloatArray) -> Batch:
        arrays = {
            name: array * np.abs(factor) ** power * (np.sign(factor) if power % 2 == 1 else 1.0)
            for pattern, power in patterns.items()
            for name, array in batch.arrays.items()
            if pattern.fullmatch(name)
        }
        return batch.with_arrays({**batch.arrays, **arrays})

    return stretch


def stretching(degree: float = 1.0, **powers: float) -> Scaling:
    """A quantity that grows with that power of the factor when arrays grow with theirs; see `stretched`."""
    return Scaling(stretched(**powers), degree)


def first_stretched(name: str, degree: float = 1.0) -> Scaling:
    """A quantity of the first entry of an array, or of its first row, alone."""

    def stretch(batch: Batch, factor: FloatArray) -> Batch:
        array = batch.arrays[name].copy()
        array[0] = array[0] * factor
        return batch.with_arrays({**batch.arrays, name: array})

    return Scaling(stretch, degree)


def setting_entry(name: str, index: int = 0) -> Move:
    """The move that clips one entry of an array (k, B), for a quantity that reads it off."""

    def move(arrays: Arrays, interval: Interval) -> Arrays:
        array = arrays[name].copy()
        array[index] = interval.nearest(array[index])
        return {**arrays, name: array}

    return move


def least_of(name: str) -> Move:
    """The move of the least entry of an array (k, B): all are raised to it, or the least is lowered."""

    def move(arrays: Arrays, interval: Interval) -> Arrays:
        array = arrays[name]
        least = array.min(axis=0)
        wanted = interval.nearest(least)
        lowest = np.arange(array.shape[0])[:, None] == np.argmin(array, axis=0)
        return {**arrays, name: np.where(lowest & (wanted < least), wanted, np.maximum(array, wanted))}

    return move


def greatest_of(name: str) -> Move:
    """The move of the greatest entry of an array (k, B): all are lowered to it, or the greatest is raised."""
    lower = least_of(name)

    def move(arrays: Arrays, interval: Interval) -> Arrays:
        turned = lower({name: -arrays[name]}, Interval(-np.asarray(interval.high), -np.asarray(interval.low)))
        return {**arrays, name: -turned[name]}

    return move


def angle_of_ends(name: str) -> Move:
    """The move of ⟨x_1, x_n⟩ for unit inputs (n, d, B), n ≥ 2 and d ≥ 2: x_n turns in its plane with x_1."""

    def move(arrays: Arrays, interval: Interval) -> Arrays:
        x = arrays[name]
        if x.shape[0] < 2 or x.shape[1] < 2:
            return arrays
        first, last = (row / np.linalg.norm(row, axis=0) for row in (x[0], x[-1]))
        cosine = np.sum(first * last, axis=0)
        wanted = np.clip(interval.nearest(cosine), -1.0, 1.0)
        moved = x.copy()
        moved[-1] = np.where(wanted == cosine, x[-1], wanted * first + np.sqrt(1 - wanted**2) * _across(last, first))
        return {**arrays, name: moved}

    return move


def _across(vector: FloatArray, first: FloatArray) -> FloatArray:
    """The unit vector of the part across a unit vector, (d, B); where there is none, across along an axis."""
    axis = np.eye(first.shape[0])[:, np.argmin(np.abs(first), axis=0)]
    parts = [part - np.sum(part * first, axis=0) * first for part in (vector, axis)]
    lengths = [np.linalg.norm(part, axis=0) for part in parts]
    side = np.where(lengths[0] > 1e-12, parts[0], parts[1])
    side = side - np.sum(side * first, axis=0) * first
    return np.asarray(side / np.linalg.norm(side, axis=0))


def residual_stretched(outputs: Callable[[Batch], FloatArray], targets: str) -> Stretch:
    """Move the targets so that every residual f − y is multiplied by the factor."""

    def stretch(batch: Batch, factor: FloatArray) -> Batch:
        f, y = outputs(batch), batch.arrays[targets]
        return batch.with_arrays({**batch.arrays, targets: np.where(factor == 1.0, y, f - factor * (f - y))})

    return stretch
