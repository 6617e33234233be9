"""A family confined to where typed hypotheses hold, so that `rho == 0` is not left to chance.

A hypothesis about shape and settings alone (`L == 1`, `c0 == 0`, `m >= 16`) chooses shapes and settings. One that
bounds a quantity which the family can move (ω, ‖x‖, a stored number) by what the situation knows moves every instance
drawn or searched. Any other hypothesis is only counted, as always.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import Any, Self

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.claim import Relation
from wnverify.errors import UsageError, expected
from wnverify.family import Coordinates, Family, Levels, Move, Scaling, Shape, Situation
from wnverify.judging.comparison import fulfilled
from wnverify.pictures import Picture
from wnverify.quantities import Interval, Quantity
from wnverify.typed.shapes import interval_for, sample, shapes_for, symbols_of, value
from wnverify.typed.solving import PASSES, steered


def constants_of(family: Family, situation: Situation, names: Collection[str]) -> dict[str, Any]:
    """The values of the situation's quantities: sizes as integers, constants of the activation as floats."""
    routes = {name: route for name in names if (route := family.quantities[name].route) is not None}
    found: dict[str, Any] = {name: size for name, size in situation.shape.items() if name in routes}
    if found.keys() == routes.keys():
        return found  # an instance may be dear to draw
    batch = sample(family, situation)
    for name in routes.keys() - found.keys():
        value = float(routes[name].measure(batch)[0])
        found[name] = sympy.oo if math.isinf(value) else value
    return found


def check_possible(relations: Mapping[str, Relation], family: Family) -> None:
    """Refuse a hypothesis that nothing in the domain of its only symbol meets.

    Raises:
        UsageError: with the domain.
    """
    for text, relation in relations.items():
        for name in symbols_of(relation):
            found, quantity = interval_for(relation, name, {}), family.quantities[name]
            if found is None:
                continue
            low, high = float(quantity.low), float(quantity.high)
            if found.high < low or found.low > high or (quantity.strict and found.high <= low):
                less = "<" if quantity.strict else "≤"
                domain = f"{quantity.low} {less} {name} ≤ {quantity.high}".replace(" ≤ oo", "")
                remedy = f"it is always {domain} ({quantity.meaning})"
                raise UsageError(expected("hypotheses that can be met", repr(text[:60]), remedy))


class _Coordinates(Coordinates):
    """The family's own coordinates, brought back to where the hypotheses hold after every step."""

    def __init__(self, inner: Coordinates, move: Callable[[Batch], Batch]) -> None:
        self.inner, self.move = inner, move

    def encode(self, batch: Batch) -> FloatArray:
        """As the family does."""
        return self.inner.encode(batch)

    def decode(self, theta: FloatArray) -> Batch:
        """As the family does, then moved: decoding may round across a limit."""
        return self.move(self.inner.decode(theta))

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Gauge first, then the hypotheses."""
        return self.inner.encode(self.move(self.inner.decode(self.inner.canonical(theta))))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """As the family does: a step off the hypotheses is undone by `canonical`."""
        return self.inner.pullback(theta, batch, cotangent)


class Confined(Family):
    """A family confined to where the typed hypotheses hold, its symbols taken as they are in every scaling.

    Args:
        base: the family.
        relations: the typed hypotheses by name.
        settings: the values to keep of some settings.

    Raises:
        UsageError: if no shape or setting meets them.
    """

    def __init__(
        self, base: Family, relations: Mapping[str, Relation], settings: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.base, self.name, self.quantities = base, base.name, base.quantities
        self.relations, self.restricted = dict(relations), _names(relations)
        self.settings, self.regimes = base.settings, base.regimes
        self.cost, self.agreement, self.boxed = base.cost, base.agreement, base.boxed
        self._of_situation = {name for name in self.restricted if base.quantities[name].source.of_situation}
        self._choosing = {n: r for n, r in relations.items() if symbols_of(r) <= self._of_situation}
        self._moving = {n: r for n, r in relations.items() if n not in self._choosing}
        self._shapes, self._moves = shapes_for(base, self._choosing.values()), base.moves()
        self._standing = [Relation(*sides) for sides in base.standard(settings or {}).values()]
        self._intervals: dict[str, dict[str, Interval]] = {}
        self._situations = self._admissible(settings)

    def shapes(self) -> Sequence[Shape]:
        """The family's shapes, moved to where hypotheses about sizes hold."""
        return self._shapes

    @property
    def reached(self) -> int:
        """As many as of the base."""
        return self.base.reached

    @property
    def supposed(self) -> tuple[str, ...]:
        """What instances are moved to: two families confined to the same move an instance alike."""
        return (*map(str, self.relations.values()), *map(str, self._standing))

    def admits(self, situation: Situation) -> bool:
        """Whether every hypothesis about shape and settings holds there."""
        return not self._choosing or self._meets(constants_of(self.base, situation, self._of_situation))

    def situations(self, narrowed: Mapping[str, Sequence[str]] | None = None) -> list[Situation]:
        """Those that meet every hypothesis about shape and settings."""
        if narrowed is None or not narrowed:
            return list(self._situations)
        return [s for s in self._situations if all(s.settings[name] in values for name, values in narrowed.items())]

    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw, then move: about half of the instances to where a hypothesis begins to hold, the others beyond."""
        return self.move(self.base.draw(situation, regime, count, rng), rng)

    def again(self, batch: Batch, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """As the family does, then moved."""
        return self.move(self.base.again(batch, regime, count, rng))

    def numbers(self, situation: Situation) -> int:
        """As the family does."""
        return self.base.numbers(situation)

    def portrait(self, batch: Batch) -> list[tuple[str, str]]:
        """As the family does."""
        return self.base.portrait(batch)

    def pictures(self, batch: Batch) -> list[Picture]:
        """What the family draws of it."""
        return self.base.pictures(batch)

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The family's extreme instances, moved."""
        yield from self._moved_together(self.base.structured(situation))

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The family's further extreme instances, moved."""
        yield from self._moved_together(self.base.extremes(situation))

    def _moved_together(self, parts: Iterable[tuple[str, Batch]]) -> Iterator[tuple[str, Batch]]:
        found = list(parts)
        if not self._moving or not found:
            yield from found
            return
        whole, begin = self.move(concatenate([batch for _, batch in found])), 0
        for words, batch in found:
            yield words, whole.select(slice(begin, begin + batch.size))
            begin += batch.size

    def coordinates(self, situation: Situation) -> Coordinates:
        """The family's coordinates, brought back after every step."""
        inner = self.base.coordinates(situation)
        return _Coordinates(inner, partial(self.move, passes=1)) if self._moving else inner

    def inside(self, batch: Batch) -> Batch:
        """As the family does, then moved."""
        return self.move(self.base.inside(batch))

    def gauges(self, batch: Batch) -> Iterator[Batch]:
        """As the family does."""
        return self.base.gauges(batch)

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """As the family does."""
        return self.base.enclosures(batch, names)

    def enclose(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """As the family does."""
        return self.base.enclose(batch, names)

    def exact(self, batch: Batch) -> Batch:
        """As the family does."""
        return self.base.exact(batch)

    def own_ball(self, batch: Batch, name: str) -> Any:
        """As the family does."""
        return self.base.own_ball(batch, name)

    def extended(self, own: Iterable[Quantity]) -> Self:
        """The same with further quantities, which the family itself gets too; see `Family.extended`."""
        added = list(own)
        other = Family.extended(self, added)
        if isinstance(other, Confined) and other is not self:
            other.base = self.base.extended(added)
        return other

    def scalable(self, batch: Batch) -> Sequence[Sequence[str]]:
        """As the family does."""
        return self.base.scalable(batch)

    def check(self, batch: Batch) -> None:
        """As the family does."""
        self.base.check(batch)

    def standard(self, narrowed: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[Any, str, Any]]:
        """As the family does."""
        return self.base.standard(narrowed)

    def moves(self) -> Mapping[str, Move]:
        """As the family does."""
        return self._moves

    def scalings(self) -> Mapping[str, Scaling]:
        """As the family does."""
        return self.base.scalings()

    def levels(self) -> Mapping[str, Levels]:
        """As the family does."""
        return self.base.levels()

    def move(self, batch: Batch, rng: np.random.Generator | None = None, passes: int = PASSES) -> Batch:
        """The instances moved to where the hypotheses hold, as far as they can be solved; see `steered`."""
        if not self._moving:
            return batch
        fixed = self._intervals_at(Situation(batch.shape, batch.settings))
        return steered(self.base, list(self._moving.values()), fixed, batch, rng, passes=passes)

    def _intervals_at(self, situation: Situation) -> dict[str, Interval]:
        key = str(situation)
        if key not in self._intervals:
            constants = constants_of(self.base, situation, self._of_situation)
            found = {name: self._interval(name, constants) for name in self.movable()}
            self._intervals[key] = {name: interval for name, interval in found.items() if interval}
        return self._intervals[key]

    def _interval(self, name: str, constants: Mapping[str, Any]) -> Interval | None:
        """Where every hypothesis that can be solved for the quantity holds; None if there is none such."""
        solved = _intervals(self._moving.values(), name, constants)
        return reduce(Interval.meet, [*solved, *_intervals(self._standing, name, constants)]) if solved else None

    def _admissible(self, settings: Mapping[str, Sequence[str]] | None) -> list[Situation]:
        kept = [situation for situation in Family.situations(self, settings) if self.admits(situation)]
        if not kept:
            listing = "; ".join(map(str, self._choosing.values()))
            raise UsageError(expected("hypotheses that some shape and activation meet", listing))
        return kept

    def _meets(self, constants: Mapping[str, Any]) -> bool:
        return all(
            fulfilled(each, value(each.lhs, constants), value(each.rhs, constants))
            for each in self._choosing.values()
        )


def _intervals(relations: Iterable[Relation], name: str, constants: Mapping[str, Any]) -> list[Interval]:
    read = (interval_for(relation, name, constants) for relation in relations)
    return [interval for interval in read if interval]


def _names(relations: Mapping[str, Relation]) -> set[str]:
    return {name for relation in relations.values() for name in symbols_of(relation)}
