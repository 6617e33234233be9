"""A family confined to where typed hypotheses hold, so that `rho == 0` is not left to chance.

A hypothesis about shape and settings alone (`L == 1`, `c0 == 0`, `m >= 16`) chooses shapes and settings. One that
bounds a quantity which the family can move (ω, ‖x‖, a stored number) by what the situation knows moves every instance
drawn or searched. Any other hypothesis is only counted, as always.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.claim import Relation
from wnverify.errors import UsageError, WnverifyError, expected
from wnverify.family import Coordinates, Family, Levels, Move, Scaling, Shape, Situation
from wnverify.judging.judge import fulfilled
from wnverify.quantity import Interval
from wnverify.typed.solving import PASSES, steered

LARGEST_SIZE, MOST_NUMBERS = 256, 2500
"""The largest size, and the most numbers of an instance, to which hypotheses lead beyond the family's own shapes."""


# ---- reading hypotheses


def interval_for(relation: Relation, name: str, constants: Mapping[str, Any]) -> Interval | None:
    """The interval to which a relation confines one symbol once the others are known; None if it is not linear."""
    values = {symbol: constants[symbol.name] for symbol in relation.free_symbols if symbol.name in constants}
    expression = (relation.lhs - relation.rhs).subs(values)
    if {symbol.name for symbol in expression.free_symbols} != {name}:
        return None
    (symbol,) = expression.free_symbols
    slope = sympy.expand(expression).coeff(symbol)
    rest = sympy.expand(expression - slope * symbol)
    if slope.free_symbols or rest.free_symbols or slope == 0:
        return None
    value, upwards = float(-rest / slope), slope > 0
    if not math.isfinite(value):
        return None
    if relation.relation == "=":
        return Interval(value, value)
    below = (relation.relation in ("<=", "<")) == bool(upwards)
    return Interval(high=value) if below else Interval(low=value)


def _sample(family: Family, situation: Situation) -> Batch:
    return family.draw(situation, family.regimes[0], 1, np.random.default_rng(0))


def constants_of(family: Family, situation: Situation, names: Collection[str]) -> dict[str, Any]:
    """The values of the situation's quantities: sizes as integers, constants of the activation as floats."""
    batch = _sample(family, situation)
    found: dict[str, Any] = {}
    for name in names:
        route = family.quantities[name].route
        if route is not None:
            value = float(route.measure(batch)[0])
            found[name] = situation.shape.get(name, sympy.oo if math.isinf(value) else value)
    return found


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
        self.cost, self.agreement = base.cost, base.agreement
        self._of_situation = {name for name in self.restricted if base.quantities[name].source.of_situation}
        self._choosing = {n: r for n, r in relations.items() if _symbols(r) <= self._of_situation}
        self._moving = {n: r for n, r in relations.items() if n not in self._choosing}
        self._shapes, self._moves = _shapes(base, self._choosing), base.moves()
        self._standing = [Relation(*sides) for sides in base.standard(settings or {}).values()]
        self._intervals: dict[str, dict[str, Interval]] = {}
        self._situations = self._admissible(settings)

    def shapes(self) -> Sequence[Shape]:
        """The family's shapes, moved to where hypotheses about sizes hold."""
        return self._shapes

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

    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The family's extreme instances, moved."""
        for words, batch in self.base.structured(situation):
            yield words, self.move(batch)

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The family's further extreme instances, moved."""
        for words, batch in self.base.extremes(situation):
            yield words, self.move(batch)

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
        kept = [
            situation
            for situation in Family.situations(self, settings)
            if not self._choosing or self._meets(constants_of(self.base, situation, self._of_situation))
        ]
        if not kept:
            listing = "; ".join(map(str, self._choosing.values()))
            raise UsageError(expected("hypotheses that some shape and activation meet", listing))
        return kept

    def _meets(self, constants: Mapping[str, Any]) -> bool:
        return all(
            fulfilled(each, _value(each.lhs, constants), _value(each.rhs, constants))
            for each in self._choosing.values()
        )


def _intervals(relations: Iterable[Relation], name: str, constants: Mapping[str, Any]) -> list[Interval]:
    read = (interval_for(relation, name, constants) for relation in relations)
    return [interval for interval in read if interval]


def _value(side: sympy.Expr, constants: Mapping[str, Any]) -> FloatArray:
    number = side.subs({symbol: constants[symbol.name] for symbol in side.free_symbols})
    return np.array(float(number) if number.is_extended_real else math.nan)


def _names(relations: Mapping[str, Relation]) -> set[str]:
    return {name for relation in relations.values() for name in _symbols(relation)}


def _symbols(relation: Relation) -> set[str]:
    return {symbol.name for symbol in relation.free_symbols}


def _shapes(base: Family, choosing: Mapping[str, Relation]) -> list[Shape]:
    """The family's shapes with each size brought to where one-symbol hypotheses about it hold, smallest first."""
    own = [dict(shape) for shape in base.shapes()]
    shapes = own
    for relation in choosing.values():
        names = _symbols(relation) & set(own[0])
        interval = interval_for(relation, name, {}) if len(names) == 1 and (name := next(iter(names))) else None
        if interval is not None:
            largest = max(LARGEST_SIZE, *(shape[name] for shape in own))
            shapes = [shape | {name: _size(shape[name], interval, name, largest)} for shape in shapes]
    if shapes is own:
        return [*own]
    distinct = {tuple(shape.items()): shape for shape in shapes}.values()
    most = max(MOST_NUMBERS, *(_numbers(base, shape) for shape in own))
    sized = ((_numbers(base, shape), shape) for shape in distinct)
    small = sorted(((count, shape) for count, shape in sized if count <= most), key=lambda pair: pair[0])
    kept = [shape for _, shape in small if _exists(base, shape)]
    if not kept:
        wanted = f"hypotheses that allow an instance of the family {base.name} of at most {most:,} numbers"
        raise UsageError(expected(wanted, "none"))
    return [*kept]


def _size(size: int, interval: Interval, name: str, largest: int) -> int:
    """The nearest integer in the interval."""
    low = max(1, math.ceil(interval.low - 1e-9)) if math.isfinite(interval.low) else 1
    high = math.floor(interval.high + 1e-9) if math.isfinite(interval.high) else largest
    if low > min(high, largest):
        got = f"{interval.low:g} ≤ {name} ≤ {interval.high:g}"
        raise UsageError(expected(f"{name} to be allowed some integer from 1 to {largest}", got))
    return min(max(size, low), high)


def _first(base: Family, shape: Shape) -> Situation:
    """A shape in the first of the settings."""
    return Situation(shape, {name: values[0] for name, values in base.settings.items()})


def _numbers(base: Family, shape: Shape) -> float:
    """How many numbers an instance of a shape holds; infinitely many where there is none."""
    try:
        return base.numbers(_first(base, shape))
    except WnverifyError:
        return math.inf


def _exists(base: Family, shape: Shape) -> bool:
    """Whether the family has an instance of a shape: five rows need more than five columns for a kernel."""
    try:
        base.check(_sample(base, _first(base, shape)))
    except WnverifyError:
        return False
    return True
