"""Chart: coordinates around a maximiser in which the claim is smooth: gauges are fixed, kinks and edges are pinned.

A vector whose length does not matter, or sits where the claim has a kink or the domain an edge (‖x‖ = 1, all rows of
the least norm), is divided by its length in the arithmetic at hand, so that it has the length to all digits. Entries
at the end of their interval stay there. What is left are free numbers. Where each of them is smooth is not known
before: it is tried out, by moving lengths and entries by far and by little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from flint import arb

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.errors import WnverifyError
from wnverify.families.kit.table import Tabled
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search.tally import UNMEASURED

STRETCH, STEP = 0.1, 1e-5
"""Shares by which lengths and entries are changed, to see whether they matter, and whether there is a kink."""
NOTHING, STEEP = 1e-11, 2e-8
"""Changes of the ratio that are none, and those that a smooth maximum does not show for `STEP`."""
PLAIN = 1e-6
"""How near an edge must be to a whole number, or its root, which it is then taken for."""
TINY = 1e-3
"""Vectors so short matter little, whether their length is a gauge or not."""
SHORTEST = 1e-9
"""Vectors that are shorter, beside the largest entry of their array, have no direction."""
NARROW = 100.0
"""Entries between limits that are nearer to 0 are those of a box."""
HAIR = 180
"""Bits: lengths in balls are kept by so little below what they are pinned to, which they then certainly keep."""
FARTHER = (0, 1, 8, 40, 120)
"""Powers of 2 by which arrays are scaled, to see whether there is a maximum or only a limit."""
Place: TypeAlias = tuple[str, int]
"""An entry: the name of its array, and its position there."""


@dataclass(frozen=True)
class Vector:
    """Entries of one array that are divided by their length.

    Args:
        name: of the array.
        where: the positions of the entries.
        square: the square of the length that they get.
    """

    name: str
    where: Sequence[int]
    square: int | float

    @property
    def places(self) -> list[Place]:
        """The entries."""
        return [(self.name, position) for position in self.where]


@dataclass(frozen=True)
class Chart:
    """The instances around one.

    Args:
        base: the instance; entries that are not free stay as they are here.
        vectors: those of a fixed length; of each the largest entry is not free.
        free: the free entries.
        edges: how many lengths and entries sit at a kink or an edge.
        loose: whether all lengths are gauges.
    """

    base: Batch
    vectors: Sequence[Vector]
    free: Sequence[Place]
    edges: int = 0
    loose: bool = False

    @property
    def start(self) -> FloatArray:
        """The free entries of the instance itself, (k,)."""
        return np.array([_entry(self.base, place) for place in self.free])

    def floats(self, points: FloatArray) -> Batch:
        """Instances at points (k, B)."""
        arrays = {name: np.repeat(array, points.shape[1], axis=-1) for name, array in self.base.arrays.items()}
        with np.errstate(all="ignore"):  # a search steps too far, and is told that there is no number
            return self._filled(arrays, points, lambda square, wanted: np.sqrt(wanted / square))

    @property
    def moving(self) -> set[str]:
        """The arrays that depend on the free entries, or on roots."""
        return {name for name, _ in self.free} | {vector.name for vector in self.vectors}

    def balls(self, point: Sequence[arb]) -> Batch:
        """One instance, the entries of arrays that move as balls."""
        exact = np.frompyfunc(lambda x: arb(float(x)), 1, 1)
        column = np.empty((len(point), 1), dtype=object)
        column[:, 0] = point
        less, root = 1 - arb(2) ** -HAIR, np.frompyfunc(lambda x: x.sqrt(), 1, 1)
        moving = self.moving
        arrays = {name: exact(array) if name in moving else array for name, array in self.base.arrays.items()}
        return self._filled(arrays, column, lambda square, wanted: root(less * arb(wanted) / square))

    def pullback(self, points: FloatArray, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """The derivative by the free entries (k, B), from that by the arrays at these points."""
        raw = self._entered({n: np.repeat(a, points.shape[1], axis=-1) for n, a in self.base.arrays.items()}, points)
        slope = {n: np.array(cotangent.get(n, np.zeros_like(a))).reshape(a.shape) for n, a in raw.items()}
        for vector in self.vectors:
            where = list(vector.where)
            part, given = raw[vector.name][where], slope[vector.name][where]
            with np.errstate(all="ignore"):
                length = np.sqrt(np.sum(part * part, axis=0))
                along = np.sum(given * part, axis=0) / length**2
                slope[vector.name][where] = np.sqrt(vector.square) / length * (given - along * part)
        return np.array([slope[name][position] for name, position in self.free]).reshape(points.shape)

    def _entered(self, arrays: Mapping[str, Any], points: Any) -> dict[str, Any]:
        """The arrays with one axis for their entries, the free ones taken from the points."""
        flat = {name: array.reshape(-1, array.shape[-1]).copy() for name, array in arrays.items()}
        for (name, position), row in zip(self.free, points, strict=True):
            flat[name][position] = row
        return flat

    def _filled(self, arrays: Mapping[str, Any], points: Any, factor: Callable[[Any, Any], Any]) -> Batch:
        flat = self._entered(arrays, points)
        for vector in self.vectors:
            part = flat[vector.name][list(vector.where)]
            flat[vector.name][list(vector.where)] = part * factor(np.sum(part * part, axis=0), vector.square)
        return self.base.with_arrays({name: flat[name].reshape(array.shape) for name, array in arrays.items()})


def chart(look: Look, best: Batch) -> Chart:
    """The chart around one instance at which the ratio is nearly largest.

    Args:
        look: at the claim, around such instances.
        best: one instance.
    """
    base = look.pinned(look.rescaled(best))
    found, edges = look.lengths(base)
    base = Chart(base, found, ()).floats(np.zeros((0, 1)))
    base = base.with_arrays(_of_length_1(base, found))
    taken = {place for vector in found for place in vector.places}
    still, more, base = look.entries(base, [place for place in _places(base) if place not in taken])
    heads = {max(vector.places, key=lambda place: abs(_entry(base, place))) for vector in found}
    free = [place for place in _places(base) if place not in heads and place not in still]
    return Chart(base, found, free, edges + more, loose=not edges)


def _of_length_1(base: Batch, vectors: Sequence[Vector]) -> dict[str, FloatArray]:
    """The arrays with vectors of length 1: free entries are then about 1, whatever the lengths are."""
    arrays = {name: array.copy() for name, array in base.arrays.items()}
    for vector in vectors:
        part = arrays[vector.name].reshape(-1)[list(vector.where)]
        arrays[vector.name].reshape(-1)[list(vector.where)] = part / np.linalg.norm(part)
    return arrays


def _places(batch: Batch) -> list[Place]:
    return [(name, position) for name, array in batch.arrays.items() for position in range(array[..., 0].size)]


def _entry(batch: Batch, place: Place) -> float:
    return float(batch.arrays[place[0]].reshape(-1)[place[1]])


class Look:
    """How the ratio changes around an instance.

    Args:
        judge: of the claim.
        batch: an instance of the shape and settings.

    Attributes:
        boxes: the limits of the entries of boxes, by array.
        gone: the arrays that have been scaled without end.
    """

    def __init__(self, judge: Judge, batch: Batch) -> None:
        self.judge, self.gone = judge, set[str]()
        family = getattr(judge.family, "base", judge.family)
        table = family.table(Situation(batch.shape, batch.settings)) if isinstance(family, Tabled) else {}
        limits = {name: (array.low, array.high) for name, array in table.items() if name in batch.arrays}
        self.boxes = {name: ends for name, ends in limits.items() if max(map(abs, ends)) < NARROW}

    def height(self, batches: Sequence[Batch]) -> FloatArray:
        """The ratios of some instances, (B,); −∞ for those that are not in the domain, or have none."""
        try:
            found = self.judge(concatenate(batches)).promise
        except UNMEASURED:
            return np.array([self._ratio(one) for one in batches])
        return np.array([value if self.inside(one) else -np.inf for value, one in zip(found, batches, strict=True)])

    def inside(self, one: Batch) -> bool:
        """Whether an instance lies in the domain of its family, within the intervals of its entries.

        Args:
            one: the instance.
        """
        try:
            self.judge.family.check(one)
        except WnverifyError:
            return False
        boxed = ((one.arrays[name], ends) for name, ends in self.boxes.items())
        return all(bool((array >= low).all() and (array <= high).all()) for array, (low, high) in boxed)

    def _ratio(self, one: Batch) -> float:
        """The ratio of an instance; −∞ where it is not in the domain, or cannot be measured."""
        try:
            return float(self.judge(one).promise[0]) if self.inside(one) else -np.inf
        except UNMEASURED:
            return -np.inf

    def pushed(self, best: Batch) -> tuple[Batch, str]:
        """The instance with groups of arrays scaled as far as that raises the ratio, and which, in words.

        Args:
            best: one instance.
        """
        words = []
        for names in self.judge.family.scalable(best):
            for sign, verb in ((1, "grows"), (-1, "shrinks")):
                scaled = [
                    best.with_arrays({**best.arrays, **{n: best.arrays[n] * 2.0 ** (sign * by) for n in names}})
                    for by in FARTHER
                ]
                heights = self.height(scaled)
                rise = np.diff(heights) / heights[0] if np.isfinite(heights).all() else np.array([-1.0])
                if rise[0] > NOTHING and (rise > -NOTHING).all():
                    best = scaled[-1]
                    self.gone.update(names)
                    words.append(f"{', '.join(names)} {verb}")
        return best, " and ".join(words)

    def rescaled(self, best: Batch) -> Batch:
        """The instance with its arrays at plain sizes, group by group, where that changes nothing."""
        for names in self.judge.family.scalable(best) or [[name] for name in best.arrays]:
            lengths = np.concatenate([_lengths(best.arrays[name]) for name in names])
            size = lengths[lengths > SHORTEST].min(initial=np.inf)
            if np.isfinite(size) and not set(names) & set(self.boxes):
                other = best.with_arrays({**best.arrays, **{name: best.arrays[name] / size for name in names}})
                here, there = self.height([best, other])
                same = np.isfinite(there) and abs(there - here) < NOTHING * abs(here)
                best = other if same else best
        return best

    def pinned(self, best: Batch) -> Batch:
        """The instance with plain lengths, and entries at the ends of their intervals, where that is no worse."""
        for vector in self._plain(best):
            best = self._better(best, Chart(best, [vector], ()).floats(np.zeros((0, 1))))
        for place, end in self._ends(best):
            best = self._better(best, _with_entry(best, place, end))
        return best

    def _better(self, best: Batch, other: Batch) -> Batch:
        here, there = self.height([best, other])
        return other if there >= here * (1 - NOTHING) else best

    def _plain(self, best: Batch) -> Iterator[Vector]:
        """Vectors of length 1, and of the root of how many entries they have, as inputs may be long."""
        for name, where in list(self._vectors(best)):
            yield from (Vector(name, where, square) for square in dict.fromkeys((1, len(where))))

    def _ends(self, best: Batch) -> Iterator[tuple[Place, float]]:
        """Every entry of a box, with the nearer end."""
        for place in _places(best):
            value = _entry(best, place)
            for low, high in [self.boxes[place[0]]] if place[0] in self.boxes else []:
                yield place, low if value - low < high - value else high

    def _vectors(self, base: Batch) -> Iterator[tuple[str, list[int]]]:
        """Vectors along the last axis, then whole arrays, of the arrays that are no boxes."""
        for name, array in base.arrays.items():
            one = array[..., 0]
            numbers = np.arange(one.size).reshape(-1, one.shape[-1] if one.ndim else 1)
            for row in [*numbers, *([numbers.reshape(-1)] if one.ndim > 1 else [])]:
                length = np.linalg.norm(one.reshape(-1)[row])
                if name not in self.boxes and length > SHORTEST * np.abs(one).max():
                    yield name, row.tolist()

    def lengths(self, base: Batch) -> tuple[list[Vector], int]:
        """The vectors of a fixed length, and how many of them sit at an edge."""
        found: list[Vector] = []
        edges = 0
        for name, where in self._vectors(base):
            taken = {position for vector in found if vector.name == name for position in vector.where}
            square = _whole(float(np.sum(base.arrays[name].reshape(-1)[where] ** 2)))
            far = [1 - STRETCH, 1 + STRETCH]
            if square < TINY**2 and name not in self.gone:  # so short that nothing matters: is that so of others?
                far.append(float(square**-0.5) / 2)
            moved = _stretched(base, name, where, [1.0, 1 - STEP, 1 + STEP, *far])
            kind = "smooth" if taken & set(where) else self._kind(list(moved), square)
            if kind != "smooth":
                found.append(Vector(name, where, square))
                edges += kind == "edge"
        return found, edges

    def _kind(self, moved: Sequence[Batch], plain: float) -> str:
        """Whether a number is a gauge, sits at an edge that has a plain value, or is free."""
        heights = self.height(moved)
        here, near, far = heights[0], heights[1:3], heights[3:]
        if not np.isfinite(here):
            return "smooth"
        known = far[np.isfinite(far)]  # a length at the end of its ball may matter as little as any other
        if known.size and (np.abs(known - here) < NOTHING * abs(here)).all():
            return "gauge"
        steep = bool((here - near > STEEP * abs(here)).any())
        return "edge" if steep and (near <= here * (1 + NOTHING)).all() and plain == round(plain) else "smooth"

    def entries(self, base: Batch, places: Sequence[Place]) -> tuple[set[Place], int, Batch]:
        """The entries that are to stay as they are, how many of them sit at an edge, and the instance with these."""
        still: set[Place] = set()
        edges = 0
        for place in places:
            value = _entry(base, place)
            if value in self.boxes.get(place[0], ()):
                still, edges = still | {place}, edges + 1
                continue
            moved = [_with_entry(base, place, value + step) for step in (0.0, -STEP, STEP, -STRETCH, STRETCH)]
            plain = float(round(value))
            kind = self._kind(moved, plain if abs(value - plain) < PLAIN else 0.5)
            if kind != "smooth":
                still.add(place)
            if kind == "edge":
                base, edges = _with_entry(base, place, plain), edges + 1
        return still, edges, base


def _with_entry(batch: Batch, place: Place, value: float) -> Batch:
    array = batch.arrays[place[0]].copy()
    array.reshape(-1)[place[1]] = value
    return batch.with_arrays({**batch.arrays, place[0]: array})


def _lengths(array: FloatArray) -> FloatArray:
    one = array[..., 0]
    return np.asarray(np.linalg.norm(one.reshape(-1, one.shape[-1] if one.ndim else 1), axis=1))


def _whole(square: float) -> int | float:
    """A whole number where it is one but for rounding."""
    return round(square) if round(square) and abs(square - round(square)) < PLAIN else square


def _stretched(base: Batch, name: str, where: Sequence[int], factors: Sequence[float]) -> Iterator[Batch]:
    """The instance with a vector stretched by each of some factors."""
    for factor in factors:
        array = base.arrays[name].copy()
        array.reshape(-1)[list(where)] *= factor
        yield base.with_arrays({**base.arrays, name: array})
