"""The arithmetics in which power series are taken: floats, floats that autograd traces, balls.

All hold arrays with the lanes as their last axis: one lane an instance, or an instance in one direction. What
differs is how a function of one number is evaluated with its derivatives, and how two numbers are compared.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, primitive
from autograd.tracer import getval, isbox

from wnverify.arithmetic import rules
from wnverify.arithmetic.faults import Undecided, told, where
from wnverify.arithmetic.sizes import Exact, meant, rounded
from wnverify.arrays import BoolArray
from wnverify.errors import expected

Raw: TypeAlias = Any
"""An array with the lanes last: of floats, of floats in autograd's box, of balls."""


@dataclass
class Space(ABC):
    """An arithmetic, and how many derivatives along a line are carried.

    Args:
        order: 0, 1 or 2.
        lanes: how many instances or directions lie side by side.
        kinks: by line, the lanes in which something has no derivative.
        watched: told of the coefficients of every array that is made, if anybody watches.
    """

    order: int
    lanes: int
    kinks: dict[str, BoolArray] = field(default_factory=dict)
    watched: Callable[[Sequence[Any]], None] | None = None
    name = "this arithmetic"

    @property
    @abstractmethod
    def lib(self) -> Any:
        """The functions of arrays: NumPy, or autograd's."""

    @abstractmethod
    def jet(self, name: str, z: Raw, order: int) -> tuple[Raw, ...]:
        """A function of one number at every entry, with its derivatives: (f, f′, …) to that order."""

    @abstractmethod
    def less(self, a: Raw, b: Raw, *, strict: bool) -> BoolArray:
        """Where a < b, or a ≤ b.

        Raises:
            Undecided: if it cannot tell.
        """

    @abstractmethod
    def lift(self, value: Any) -> Raw:
        """A constant as an array, with one lane."""

    def larger(self, a: Raw, b: Raw) -> BoolArray:
        """Where to take a for max(a, b)."""
        return ~self.less(a, b, strict=True)

    @abstractmethod
    def highest(self, a: Raw, axes: tuple[int, ...]) -> Raw:
        """The largest entries along axes, which stay, or what is near them: constants for who differentiates."""

    def kink(self, mask: BoolArray) -> None:
        """Note the lanes in which what is being done has no derivative."""
        if mask.any():
            lanes = mask.reshape(-1, mask.shape[-1]).any(axis=0) & np.ones(self.lanes, dtype=bool)
            place = where()
            self.kinks[place] = self.kinks.get(place, False) | lanes


class Floats(Space):
    """Plain NumPy."""

    name = "floats"
    lib = np

    def jet(self, name: str, z: Raw, order: int) -> tuple[Raw, ...]:
        """By the rules, part by part."""
        if name in rules.KINKED and order:  # at order 0 it is a constant, or only its value is asked for
            self.kink(np.asarray(z == 0.0))
        parts = rules.rule(name)
        return tuple(part(z) for part in parts[: order + 1]) if order else (parts[0](z),)

    def less(self, a: Raw, b: Raw, *, strict: bool) -> BoolArray:
        """As floats do; equal numbers are noted, for there the derivative may jump."""
        self.kink(np.asarray(a == b))
        return np.asarray(a < b if strict else a <= b)

    def highest(self, a: Raw, axes: tuple[int, ...]) -> Raw:
        """The largest entries."""
        return np.max(a, axis=axes, keepdims=True)

    def lift(self, value: Any) -> Raw:
        """A constant as an array, with one lane."""
        return np.asarray(value, dtype=float)[..., None]


class Traced(Floats):
    """Floats in autograd's boxes, for a reverse sweep; functions of one number go by our rules, not by autograd's."""

    name = "traced floats"
    lib = anp

    def jet(self, name: str, z: Raw, order: int) -> tuple[Raw, ...]:
        """By primitives whose derivative is the next one."""
        if name in rules.KINKED and (order or isbox(z)):
            self.kink(np.asarray(getval(z) == 0.0))
        return tuple(self.call(part, z) for part in primitives(name)[: order + 1])

    def call(self, traced: Callable[..., Any], *given: Any) -> Raw:
        """What a primitive of autograd gives."""
        return traced(*given)

    def less(self, a: Raw, b: Raw, *, strict: bool) -> BoolArray:
        """As floats do."""
        return Floats.less(self, getval(a), getval(b), strict=strict)

    def highest(self, a: Raw, axes: tuple[int, ...]) -> Raw:
        """The largest entries."""
        return Floats.highest(self, getval(a), axes)


@cache
def primitives(name: str) -> tuple[Callable[[Raw], Raw], ...]:
    """A rule as primitives of autograd: the derivative of each is the next; nobody asks for that of the last."""
    rule = rules.rule(name)
    parts = tuple(primitive(_untouched(part)) for part in rule)
    for part, following, act, slope in zip(parts, parts[1:], rule, rule[1:], strict=False):
        defvjp(part, _pulled(following))
        part.plain, part.slope = act, slope  # for those who know that nothing is traced any more
    if name in rules.OF_VALUE:
        parts[0].of_value = rules.OF_VALUE[name]
    return parts


def _untouched(part: Callable[[Raw], Raw]) -> Callable[[Raw], Raw]:
    return lambda z: part(z)


def _pulled(following: Callable[[Raw], Raw]) -> Callable[..., Callable[[Raw], Raw]]:
    return lambda _, z: lambda g: g * following(z)


class Balls(Space):
    """Balls of python-flint in arrays of objects."""

    name = "balls"
    lib = np

    def jet(self, name: str, z: Raw, order: int) -> tuple[Raw, ...]:
        """By the rules for balls; a kink in a ball makes its derivatives NaN."""
        return _jets(name, order)(z)

    def less(self, a: Raw, b: Raw, *, strict: bool) -> BoolArray:
        """Where it is certain; in two balls that overlap it is not.

        Raises:
            Undecided: names the line.
        """
        a, b = np.broadcast_arrays(a, b)
        yes, no = (a < b, a >= b) if strict else (a <= b, a > b)
        if not (yes | no).astype(bool).all():
            raise Undecided(told(expected("numbers of which balls tell the larger", "two that overlap")))
        return np.asarray(yes, dtype=bool)

    def highest(self, a: Raw, axes: tuple[int, ...]) -> Raw:
        """The largest midpoints, which are exact."""
        return np.max(np.frompyfunc(lambda ball: ball.mid(), 1, 1)(getval(a)), axis=axes, keepdims=True)

    def apart(self, a: Raw, b: Raw) -> None:
        """Two that move are compared: where they are equal, a derivative may jump.

        Raises:
            Undecided: if they may be equal; names the line.
        """
        a, b = np.broadcast_arrays(getval(a), getval(b))
        if not ((a < b) | (a > b)).astype(bool).all():
            raise Undecided(told(expected("numbers of which balls tell the larger", "two that are equal")))

    def lift(self, value: Any) -> Raw:
        """A constant as balls, with one lane.

        A number that takes more than 24 binary digits is one that was rounded, 0.1 or √2: its ball holds what it was
        rounded from.
        """
        if isinstance(value, Exact):
            return np.asarray([meant(value)], dtype=object)
        balls = np.frompyfunc(lambda x: rounded(float(x)), 1, 1)(np.asarray(value, dtype=float))
        return np.asarray(balls, dtype=object)[..., None]


class TracedBalls(Balls):
    """Balls in autograd's boxes, for a reverse sweep."""

    name = "traced balls"
    lib = anp

    def jet(self, name: str, z: Raw, order: int) -> tuple[Raw, ...]:
        """By primitives whose derivative is the next one, of the rules for balls."""
        return tuple(part(z) for part in _ball_primitives(name)[: order + 1])

    def less(self, a: Raw, b: Raw, *, strict: bool) -> BoolArray:
        """Where it is certain."""
        return Balls.less(self, getval(a), getval(b), strict=strict)


@cache
def _ball_primitives(name: str) -> tuple[Callable[[Raw], Raw], ...]:
    """f, f′ and f″ of a rule for balls; nobody asks for the derivative of the last."""
    every = _jets(name, 2)
    parts = (primitive(lambda z: every(z)[0]), primitive(lambda z: every(z)[1]), primitive(lambda z: every(z)[2]))
    for part, following in pairwise(parts):
        defvjp(part, _pulled(following))
    return parts


def in_balls(values: Any) -> Raw:
    """Floats as exact balls, in an array of objects of the same shape; balls stay what they are."""
    from flint import arb

    def ball(value: Any) -> Any:
        return value if isinstance(value, arb) else arb(float(value))

    return np.asarray(np.frompyfunc(ball, 1, 1)(np.asarray(values)), dtype=object)


@cache
def _jets(name: str, order: int) -> Callable[[Raw], tuple[Raw, ...]]:
    from wnverify.arithmetic import ball_rules

    rule = ball_rules.rule(name)
    every = np.frompyfunc(lambda z: rule(z)[: order + 1] if order else rule(z)[0], 1, order + 1)
    return lambda z: tuple(every(z)) if order else (every(z),)
