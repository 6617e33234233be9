"""Family: what a theorem quantifies over; how its instances are drawn, searched and measured."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from typing import Any, Self, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.errors import DomainError, NotEnclosed, RecordError, UsageError, expected
from wnverify.pictures import Picture
from wnverify.quantities import Interval, Quantity, Source, domain

Shape: TypeAlias = Mapping[str, int]
Settings: TypeAlias = Mapping[str, str]
Arrays: TypeAlias = Mapping[str, FloatArray]
Move: TypeAlias = Callable[[Arrays, Interval], Arrays]
"""The arrays of instances, moved to where one quantity lies in an interval; its limits may differ by instance."""
Stretch: TypeAlias = Callable[[Batch, FloatArray], Batch]
"""Instances with some of their numbers stretched by one factor each, (B,)."""
TURNS = 12
"""The most times that a quantity is measured in order to bring it into an interval by stretching."""
FARTHEST = 200.0
"""The largest logarithm of a factor."""
TELLING = 1e-3
"""How much a factor differs from 1 from which the degree can be seen."""


@dataclass(frozen=True)
class Situation:
    """A shape and the settings of a batch: everything about it that is not a number to be searched."""

    shape: Shape
    settings: Settings

    def __str__(self) -> str:
        sizes = ", ".join(f"{name}={size}" for name, size in self.shape.items())
        return " ".join([sizes, *self.settings.values()])


@dataclass(frozen=True)
class Levels:
    """Values of one quantity at which the sides of a claim are compared, to see with which power they grow.

    Args:
        values: the values, rising.
        rest: where it stays while another quantity varies; None if it is left free.
        always: whether it is looked at even where the right side of the claim does not name it.
        offset: what is added to it before a power is fitted, 1 for a radius around a unit vector.
    """

    values: Sequence[float]
    rest: float | None = None
    always: bool = False
    offset: float = 0.0


@dataclass(frozen=True)
class Scaling:
    """How a measured quantity is brought to a value: by stretching some numbers of its instances.

    Args:
        stretch: multiplies what it is about by a factor, or by a power of it.
        degree: the power of the factor with which the quantity grows; where that is only about true, a few more
            turns find the factor.
    """

    stretch: Stretch
    degree: float = 1.0

    def into(self, batch: Batch, measure: Callable[[Batch], FloatArray], interval: Interval) -> Batch:
        """The instances with the quantity in the interval; those of which it cannot be brought there end nearer.

        What is 0 or infinite stays so: no factor helps it. A factor that leads farther away is taken back, and the
        degree is then that which was seen.
        """
        with np.errstate(all="ignore"):
            return self._into(batch, measure, interval)

    def _into(self, batch: Batch, measure: Callable[[Batch], FloatArray], interval: Interval) -> Batch:
        value, degree = _where_measurable(measure, batch), np.full(batch.size, self.degree)
        for _ in range(TURNS):
            wanted = interval.nearest(value)
            share = wanted / value
            factor = np.sign(share) * np.abs(share) ** (1.0 / degree)
            usable = (wanted != value) & (np.abs(np.log(np.abs(factor))) < FARTHEST)
            if not usable.any():
                break
            factor = np.where(usable, factor, 1.0)
            there = self.stretch(batch, factor)
            found = _where_measurable(measure, there)
            better = usable & (np.abs(found - interval.nearest(found)) < np.abs(value - wanted))
            seen = np.log(np.abs(found / value)) / np.log(np.abs(factor))
            told = usable & (np.abs(np.abs(factor) - 1.0) > TELLING) & np.isfinite(seen) & (seen != 0.0)
            degree = np.where(told, seen, degree)
            batch, value = merged(better, there, batch), np.where(better, found, value)
            if not (better | told).any():
                break
        return batch


def _where_measurable(measure: Callable[[Batch], FloatArray], batch: Batch) -> FloatArray:
    """What is measured, (B,); NaN at instances beyond the domain of a quantity, which are found by halves or told."""
    try:
        return measure(batch)
    except DomainError as error:
        found, told = np.full(batch.size, np.nan), np.isin(np.arange(batch.size), error.instances)
        if batch.size == 1 or told.all():
            return found
        parts = [np.flatnonzero(~told)] if told.any() else np.array_split(np.arange(batch.size), 2)
        for part in parts:
            found[part] = _where_measurable(measure, batch.select(part))
        return found


def merged(chosen: BoolArray, there: Batch, here: Batch) -> Batch:
    """One batch: the instances of the first where chosen (B,), those of the second elsewhere."""
    if chosen.all() or not chosen.any():
        return there if chosen.all() else here
    return here.with_arrays({name: np.where(chosen, there.arrays[name], old) for name, old in here.arrays.items()})


class Coordinates(ABC):
    """Free, gauge-fixed search coordinates of a family in one situation: θ of shape (k, B).

    The map θ → instance keeps every hypothesis of the family's own domain (norms, radii), so that an
    optimiser may step anywhere and `canonical` brings it back.
    """

    @abstractmethod
    def encode(self, batch: Batch) -> FloatArray:
        """Coordinates (k, B) of the instances of a batch."""

    @abstractmethod
    def decode(self, theta: FloatArray) -> Batch:
        """The instances at coordinates (k, B)."""

    @abstractmethod
    def canonical(self, theta: FloatArray) -> FloatArray:
        """The nearest coordinates inside the domain, with the gauge fixed."""

    @abstractmethod
    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """Chain rule: derivatives with respect to the arrays of `decode(theta)` to those with respect to θ."""


class Family(ABC):
    """What a theorem quantifies over. One final class a family; instances travel as `Batch`.

    Attributes:
        name: the family's name, as saved in records.
        quantities: its vocabulary by name: every symbol a claim about this family may use.
        settings: the choices that are not numbers, each with all its values, e.g. activations.
        regimes: names of the ways to draw (scales, alignments, saturation); `draw` knows each.
        cost: what an instance costs, in units of a small network's Hessian; searches draw fewer where it is large.
        plentiful: 0 where each instance is dear; 1 where a thousand more take next to nothing (microseconds each, and
            numbers that fit the cache), so that random ones are drawn in plenty; 4 where one more takes about half a
            microsecond with all that is measured of it, so that four times as many are drawn.
        agreement: how closely the two routes to a quantity agree, relative; more is an error of ours.
        boxed: whether it measures rightly only numbers such as it draws: runs whose steps are made for these.
        control: whether it is there to break what holds of another family, so that it is tried only if it is named.
    """

    name: str
    quantities: Mapping[str, Quantity]
    settings: Mapping[str, tuple[str, ...]]
    regimes: tuple[str, ...]
    cost: float = 1.0
    plentiful: int = 0
    agreement: float = 1e-9
    boxed: bool = False
    control: bool = False

    @property
    def reached(self) -> int:
        """How many of its shapes every budget reaches at least."""
        return 1

    @property
    def alike(self) -> Hashable:
        """Equal for families that have the same extreme instances and measure the same of them; itself by default."""
        return self

    def __repr__(self) -> str:
        return f"<family {self.name}>"

    def extended(self, own: Iterable[Quantity]) -> Self:
        """The same family with further quantities in its vocabulary; itself if there is none.

        Raises:
            UsageError: if one has the name of a quantity that the family knows already.
        """
        for quantity in (own := list(own)):
            about = getattr(quantity.own, "of", None)
            if about is not None and about.name != self.name:
                wanted = f"quantities about the family {self.name} or about any"
                raise UsageError(expected(wanted, f"{quantity.name}, which is about the family {about.name}"))
        added = {quantity.name: quantity for quantity in own}
        taken = sorted(name for name in added if self.quantities.get(name, added[name]) is not added[name])
        if taken:
            wanted = f"a name for your quantity that the family {self.name} does not have yet"
            raise UsageError(expected(wanted, taken[0], "rename it"))
        if not set(added) - set(self.quantities):
            return self
        other = copy(self)
        other.quantities = {**self.quantities, **added}
        return other

    def symbols(self, names: str) -> Any:
        """Its quantities by name, one or several: `omega, p = NET.symbols("omega p")`.

        Raises:
            UsageError: if one is unknown; proposes the nearest.
        """
        found = [self._symbol(name) for name in names.replace(",", " ").split()]
        return found[0] if len(found) == 1 else tuple(found)

    def _symbol(self, name: str) -> Quantity:
        if name not in self.quantities:
            near = get_close_matches(name, self.quantities, n=3)
            remedy = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(self.quantities)}"
            raise UsageError(expected(f"a symbol of the family {self.name}", repr(name)[:60], remedy))
        return self.quantities[name]

    @abstractmethod
    def shapes(self) -> Sequence[Shape]:
        """Shapes to try, from the smallest to the largest."""

    def numbers(self, situation: Situation) -> int:
        """How many numbers an instance holds; by default one is drawn to see, which a large one may forbid.

        Raises:
            RecordError: if the family has no instance of that shape.
        """
        one = self.draw(situation, self.regimes[0], 1, np.random.default_rng(0))
        return sum(array.size for array in one.arrays.values())

    @abstractmethod
    def draw(self, situation: Situation, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Draw `count` instances; every draw lies in the family's own domain.

        For a claim "with probability ≥ 1 − δ" the instances of one draw are independent repetitions at the
        same parameters (data, sizes, δ), which are drawn first; only what is random in the statement differs.
        """

    def again(self, batch: Batch, regime: str, count: int, rng: np.random.Generator) -> Batch:
        """Fresh repetitions at the parameters of the first instance of a batch that `draw` made in that regime.

        A failure rate found at one setting is confirmed at the same one. A family that does not say how its
        parameters are kept draws them anew: a refutation found at a rare setting may then stay unconfirmed.
        """
        return self.draw(Situation(batch.shape, batch.settings), regime, count, rng)

    @abstractmethod
    def structured(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """The catalogue of extreme instances of that shape, each with the words that describe it."""

    def extremes(self, situation: Situation) -> Iterator[tuple[str, Batch]]:
        """Further extreme instances, for claims that nobody has vetted: too many to check every theorem on."""
        yield from ()

    @abstractmethod
    def coordinates(self, situation: Situation) -> Coordinates:
        """Search coordinates in one situation."""

    def portrait(self, batch: Batch) -> list[tuple[str, str]]:
        """One instance in words, part by part, for whoever wonders what the best one found looks like."""
        return []

    def pictures(self, batch: Batch) -> list[Picture]:
        """What there is to draw of one instance; where there is nothing, its arrays are drawn as they are."""
        return []

    def rescaling(self, settings: Settings) -> Mapping[sympy.Symbol, Any]:
        """What to substitute in a claim, stated for the default settings, under these settings."""
        return {}

    def inside(self, batch: Batch) -> Batch:
        """The instances moved a hair's breadth into the domain, so that its limits hold strictly."""
        return batch

    def gauges(self, batch: Batch) -> Iterator[Batch]:
        """The instances with plainer numbers in whatever is a gauge of the family (the norms of rows, say)."""
        yield from ()

    def enclosures(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls (`flint.arb`) around the named quantities of one instance; None if not offered."""
        return None

    def enclose(self, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
        """Certified balls by name, those that quantities bring themselves among them; None if one has no route."""
        routes = {name: self.quantities[name].route for name in names if name in self.quantities}
        own = [name for name, route in routes.items() if route is not None and route.ball is not None]
        found = self.enclosures(self.exact(batch), [name for name in names if name not in own])
        if found is None or not own:
            return found
        try:
            return {**found, **{name: self.own_ball(batch, name) for name in own}}
        except NotEnclosed:
            return None

    def exact(self, batch: Batch) -> Batch:
        """One instance as balls are to take it: what floats hold only up to rounding as arrays of balls."""
        return batch

    def own_ball(self, batch: Batch, name: str) -> Any:
        """The ball that a quantity brings itself, in the working precision: once for whoever asks for an instance.

        Raises:
            NotEnclosed: if there is none.
        """
        from flint import ctx

        route, there = self.quantities[name].route, self.exact(batch)
        if route is None or (ball := route.ball) is None:
            raise NotEnclosed(expected("a quantity that brings its ball", name))
        return there.memo(("ball", ball, ctx.prec), lambda: ball(there))

    def scalable(self, batch: Batch) -> Sequence[Sequence[str]]:
        """Groups of arrays, each scaled together, that `enclosures` also takes as arrays of balls.

        Every quantity with a ball must depend continuously on them: a hypothesis that one instance meets up to
        rounding is then met exactly by another nearby. By default there are none.
        """
        return ()

    def standard(self, narrowed: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[Any, str, Any]]:
        """Hypotheses that a typed claim supposes unless it says otherwise: those of the paper's setting.

        Args:
            narrowed: the values to which settings are confined.
        """
        return {}

    def move(self, batch: Batch) -> Batch:
        """The instances moved to where the hypotheses hold to which this family is confined; as they are without."""
        return batch

    def admits(self, situation: Situation) -> bool:
        """Whether a situation, which need not be one of `situations`, meets what this family is confined to."""
        return True

    def moves(self) -> Mapping[str, Move]:
        """By quantity, how instances are moved to where it lies in an interval, so that a hypothesis can be met."""
        return {}

    def scalings(self) -> Mapping[str, Scaling]:
        """By quantity, what to stretch in order to change it: for those that are measured, and that no move knows."""
        return {}

    def comes_from(self, name: str, source: Source) -> bool:
        """Whether a quantity is known here, and has its value from there; a symbol of a formula cannot tell."""
        return name in self.quantities and self.quantities[name].source is source

    def movable(self) -> list[str]:
        """The quantities that can be moved, those that are read off an instance first."""
        return list({**self.moves(), **self.scalings()})

    def moved(self, batch: Batch, name: str, interval: Interval) -> Batch:
        """The instances moved to where a movable quantity lies in an interval, or towards it where that cannot be."""
        quantity = self.quantities[name]
        interval = interval.meet(Interval(*domain(quantity)))
        if name in (scalings := self.scalings()):
            return scalings[name].into(batch, _measure(quantity), interval)
        return batch.with_arrays(self.moves()[name](batch.arrays, interval))

    def levels(self) -> Mapping[str, Levels]:
        """By quantity, size or movable, the values at which to see how the sides of a claim grow with it."""
        return {}

    def situations(self, narrowed: Mapping[str, Sequence[str]] | None = None) -> list[Situation]:
        """Every shape with every combination of settings, smallest shape first.

        Args:
            narrowed: the values to keep of some settings; the others stay whole.

        Raises:
            DomainError: if a setting or a value is unknown.
        """
        choices = {name: tuple(values) for name, values in self.settings.items()}
        for name, values in (narrowed or {}).items():
            unknown = sorted(set(values) - set(choices.get(name, ())))
            if unknown:
                raise DomainError(expected(f"{name} among {', '.join(choices.get(name, ()))}", ", ".join(unknown)))
            choices[name] = tuple(values)
        combined = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
        return [Situation(shape, settings) for shape in self.shapes() for settings in combined]

    def check(self, batch: Batch) -> None:
        """Refuse a saved instance that this family cannot have produced; families extend this by their own rules.

        Raises:
            RecordError: if the family, the names of the sizes or a setting does not match.
        """
        if batch.family != self.name:
            raise RecordError(expected(f"an instance of the family {self.name}", repr(batch.family)))
        if not any(set(batch.shape) == set(shape) for shape in self.shapes()):
            raise RecordError(expected(f"the sizes {', '.join(self.shapes()[0])}", ", ".join(batch.shape) or "none"))
        if set(batch.settings) != set(self.settings):
            wanted = ", ".join(self.settings) or "no settings"
            raise RecordError(expected(wanted, ", ".join(batch.settings) or "none"))
        for name, values in self.settings.items():
            if batch.settings.get(name) not in values:
                raise RecordError(expected(f"{name} among {', '.join(values)}", repr(batch.settings.get(name))))


def _measure(quantity: Quantity) -> Callable[[Batch], FloatArray]:
    """The fast route to a quantity; what is measured for the batch is kept with it.

    Raises:
        UsageError: if it is only a parameter of statements.
    """
    route = quantity.route
    if route is None:
        raise UsageError(expected("a measurable quantity", quantity.name))
    return lambda batch: batch.measured(quantity.name, route.measure)
