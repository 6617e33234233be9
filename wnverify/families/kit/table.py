"""Instances as a table of arrays: each array is declared once, and shapes, checks and coordinates follow."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import RecordError, expected
from wnverify.families.kit.parts import Stored
from wnverify.family import Arrays, Coordinates, Family, Levels, Move, Shape, Situation
from wnverify.quantities import Interval, Quantity, domain

Axes: TypeAlias = tuple[int, ...]
Domain: TypeAlias = tuple[float, float]
SHORTEST = 1e-3
"""A search lengthens vectors of which the direction counts to this, along the first axis where they vanish."""


@dataclass(frozen=True)
class Array:
    """One array of an instance.

    Args:
        axes: its axes without the batch, sizes by name or as numbers: "m d", "3 n", "" or "1" for a single number.
        low: the least value of its entries in a search.
        high: the greatest; where `low` is positive, every instance must have positive entries.
        vectors: whether only the directions of its vectors, along the last axis, count: none may vanish, and a search
            keeps them longer than `SHORTEST`.
        log: whether it is searched by its logarithm; its entries must be positive, and so must be `low`.
    """

    axes: str
    low: float = -1e3
    high: float = 1e3
    vectors: bool = False
    log: bool = False

    @property
    def positive(self) -> bool:
        """Whether its entries must be positive."""
        return self.low > 0

    def shape(self, sizes: Shape) -> Axes:
        """Its shape without the batch.

        >>> Array("m 2").shape({"m": 3})
        (3, 2)
        """
        return tuple(int(axis) if axis.isdigit() else sizes[axis] for axis in self.axes.split())


Table: TypeAlias = Mapping[str, Array]


class TableCoordinates(Coordinates):
    """The arrays of a table, flattened in its order, each within its interval; logarithms where it says so.

    Args:
        family: the family's name.
        situation: shape and settings.
        table: the arrays.
        repair: brings arrays back where neither intervals nor `vectors` can: unit vectors, a condition number.
    """

    def __init__(
        self, family: str, situation: Situation, table: Table, repair: Callable[[Arrays], Arrays] | None = None
    ) -> None:
        self.family, self.situation, self.table, self.repair = family, situation, table, repair
        self.shapes = {name: array.shape(situation.shape) for name, array in table.items()}
        sizes = [math.prod(shape) for shape in self.shapes.values()]
        self.places = [slice(end - size, end) for size, end in zip(sizes, accumulate(sizes), strict=True)]
        self.ends = np.repeat([_ends(array) for array in table.values()], sizes, axis=0).T[:, :, None]

    def encode(self, batch: Batch) -> FloatArray:
        """Stack the arrays to (k, B)."""
        return self._stacked(batch.arrays, batch.size)

    def decode(self, theta: FloatArray) -> Batch:
        """Cut (k, B) into the arrays again."""
        parts = zip(self.table.items(), self.shapes.values(), self.places, strict=True)
        arrays = {
            name: (np.exp(theta[place]) if array.log else theta[place]).reshape(*shape, -1)
            for (name, array), shape, place in parts
        }
        return Batch(self.family, self.situation.shape, self.situation.settings, arrays)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Clip every array to its interval, then repair what no interval can say."""
        clipped = theta.clip(*self.ends)
        vectors = [name for name, array in self.table.items() if array.vectors]
        if self.repair is None and not vectors:
            return clipped
        arrays = dict(self.decode(clipped).arrays)
        arrays |= {name: lengthened(arrays[name]) for name in vectors}
        return self._stacked(arrays if self.repair is None else self.repair(arrays), theta.shape[1])

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Arrays) -> FloatArray:
        """Stack the derivatives as `encode` stacks the arrays; an absent one is zero, and d/d log p = p d/dp."""
        parts = []
        for name, array in self.table.items():
            value = batch.arrays[name]
            slope = cotangent.get(name, np.zeros_like(value))
            parts.append((slope * value if array.log else slope).reshape(-1, theta.shape[1]))
        return np.concatenate(parts)

    def _stacked(self, arrays: Arrays, count: int) -> FloatArray:
        logs = ((np.log(arrays[name]) if array.log else arrays[name]) for name, array in self.table.items())
        return np.concatenate([part.reshape(-1, count) for part in logs])


def lengthened(vectors: FloatArray) -> FloatArray:
    """Vectors along the last axis before the batch; those shorter than `SHORTEST` become that length along e_1."""
    short = np.linalg.norm(vectors, axis=-2) < SHORTEST
    fallback = np.zeros_like(vectors)
    fallback[..., 0, :] = SHORTEST
    return np.where(np.expand_dims(short, -2), fallback, vectors)


def _ends(array: Array) -> tuple[float, float]:
    return (float(np.log(array.low)), float(np.log(array.high))) if array.log else (array.low, array.high)


class Tabled(Family):
    """A family whose instances are the arrays of a table."""

    @abstractmethod
    def table(self, situation: Situation) -> Table:
        """The arrays in one situation, in the order in which they are drawn and saved."""

    def batch(self, situation: Situation, arrays: Arrays) -> Batch:
        """Arrays, in any order, as instances of this family."""
        ordered = {name: arrays[name] for name in self.table(situation)}
        return Batch(self.name, situation.shape, situation.settings, ordered)

    def within(self, situation: Situation, arrays: Arrays) -> Batch:
        """Arrays clipped to their intervals, as instances of this family."""
        table = self.table(situation)
        return self.batch(
            situation, {name: np.clip(arrays[name], table[name].low, table[name].high) for name in table}
        )

    def numbers(self, situation: Situation) -> int:
        """How many numbers an instance holds, by the table."""
        return sum(math.prod(array.shape(situation.shape)) for array in self.table(situation).values())

    def coordinates(self, situation: Situation) -> Coordinates:
        """The arrays within their intervals; see `TableCoordinates`."""
        return TableCoordinates(self.name, situation, self.table(situation))

    def moves(self) -> Mapping[str, Move]:
        """A number that is `Stored` is moved by clipping its array, a whole number to a whole one, in its domain."""
        routes = ((q, q.route.measure) for q in self.quantities.values() if q.route is not None)
        return {
            q.name: clipping(measure.array, whole=bool(q.is_integer), within=domain(q))
            for q, measure in routes
            if isinstance(measure, Stored)
        }

    def levels(self) -> Mapping[str, Levels]:
        """Of every number that can be moved: spread over its range where it is stored, else about 1.

        What is never positive has none: it grows with no power.
        """
        table = self.table(self.situations()[0])
        quantities = (self.quantities[name] for name in self.movable())
        return {quantity.name: _levels(quantity, table) for quantity in quantities if quantity.high > 0}

    def check(self, batch: Batch) -> None:
        """Refuse what is not an instance: sizes, arrays, signs and vectors as the table has them.

        Raises:
            RecordError: says what was expected, and what was found.
        """
        Family.check(self, batch)
        check_table(batch, self.table(Situation(batch.shape, batch.settings)))


def clipping(name: str, *, whole: bool = False, within: Domain = (-math.inf, math.inf)) -> Move:
    """The move that clips the array of that name, to whole numbers if asked for, and last of all to its domain."""

    def move(arrays: Arrays, interval: Interval) -> Arrays:
        if not whole:
            return {**arrays, name: np.clip(interval.nearest(arrays[name]), *within)}
        wanted = np.clip(arrays[name], np.ceil(interval.low - 1e-9), np.floor(interval.high + 1e-9))
        return {**arrays, name: np.clip(wanted, *within)}

    return move


def _levels(quantity: Quantity, table: Table) -> Levels:
    """Three values in proportion, within the range of the array that stores the number, if it has one above 0."""
    measure = quantity.route.measure if quantity.route is not None else None
    array = table.get(measure.array) if isinstance(measure, Stored) else None
    low, high = (array.low, array.high) if array is not None and array.low > 0 else (1 / 16, 16.0)
    high = min(high, float(quantity.high))
    return Levels(tuple(float(f"{value:.2g}") for value in np.geomspace(low, high, 5)[1:-1]))


def check_table(batch: Batch, table: Table) -> None:
    """Refuse arrays that are not those of a table.

    Raises:
        RecordError: if one is missing, misshapen or of the wrong sign, or holds a vector without direction.
    """
    wanted = {name: array.shape(batch.shape) for name, array in table.items()}
    found = {name: array.shape[:-1] for name, array in batch.arrays.items()}
    if found != wanted:
        raise RecordError(expected(f"arrays of shapes {wanted}", str(found)[:200]))
    for name, array in table.items():
        value = batch.arrays[name]
        if not np.isfinite(value).all():
            raise RecordError(expected(f"finite numbers in the array {name}", "one that is not"))
        if array.positive and not (value > 0).all():
            raise RecordError(expected(f"positive numbers in the array {name}", f"{float(value.min())!r}"))
        if array.vectors and not np.abs(value).max(axis=-2).all():
            raise RecordError(expected(f"vectors with a direction in the array {name}", "one of length 0"))
