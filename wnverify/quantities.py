"""Quantity: a sympy symbol that knows its meaning, its domain and how to be measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.errors import UsageError, expected
from wnverify.notation.reading import parsed
from wnverify.notation.signs import in_signs, spelled
from wnverify.sympy_signs import mend
from wnverify.sympy_speed import spare

mend()  # before any formula is written down
spare()

Measure: TypeAlias = Callable[[Any], FloatArray]
"""Batch of B instances -> (B,) values."""
Gradient: TypeAlias = Callable[[Any], Mapping[str, FloatArray]]
"""Batch -> derivative of the measured value with respect to each array of the batch, in the array's own shape."""
HAIR = 1e-14
"""By how much, relative, an instance is kept away from the limit of an inequality."""


OPEN = 1e-300
"""How near a number may be moved to a limit that is itself excluded."""


class Source(Enum):
    """Where a quantity's value comes from; ascents, and families confined to typed hypotheses, ask it."""

    SIZE = "a size of the shape, under its own name"
    CONSTANT = "a constant of the situation: of its shape and settings"
    ARRAY = "read off the arrays of the instance"
    MEASURED = "measured on the instance"

    @property
    def of_situation(self) -> bool:
        """Whether it is the same for every instance of a situation, so that its derivative is nothing."""
        return self in (Source.SIZE, Source.CONSTANT)


@dataclass(frozen=True)
class Interval:
    """`low ≤ value ≤ high`; the limits are numbers, or one number for each instance, (B,)."""

    low: float | FloatArray = -math.inf
    high: float | FloatArray = math.inf

    def meet(self, other: Interval) -> Interval:
        """Both at once."""
        return Interval(_plain(np.maximum(self.low, other.low)), _plain(np.minimum(self.high, other.high)))

    def nearest(self, value: FloatArray) -> FloatArray:
        """The nearest value inside; a hair's breadth inside where there is room. The batch is the last axis."""
        low, high = np.asarray(self.low), np.asarray(self.high)
        hairs = [HAIR * np.abs(np.where(np.isfinite(end), end, 0.0)) for end in (low, high)]
        point = low == high
        return np.clip(value, np.where(point, low, low + hairs[0]), np.where(point, high, high - hairs[1]))


def _plain(limit: Any) -> float | FloatArray:
    return float(limit) if np.ndim(limit) == 0 else np.asarray(limit)


class Side(Enum):
    """How a measured number lies to the true one; a refutation needs a lower value of the left side."""

    EXACT = "exact up to rounding"
    LOWER = "a lower estimate"
    UPPER = "an upper estimate"


@dataclass(frozen=True)
class Route:
    """How a quantity is measured: the fast route, its derivative, and the independent second route.

    Args:
        measure: batch -> (B,) values, by the fast closed form.
        gradient: batch -> derivative with respect to each array, for the adversary; None if not offered, and for
            constants of the situation, which have none.
        second: batch -> (B,) values by a route that shares no code with `measure`; None only for quantities
            that are read off an instance (its depth, its input), where there is nothing to confirm.
        lower: batch -> (B,) lower estimates that are cheaper than `measure`, for the steps of an ascent.
        side: how the measured number lies to the true one.
        square: whether an instance takes the square of its numbers in memory: a dense Hessian.
        ball: one instance -> a ball (`flint.arb`) around the value, for quantities that bring their own instead of
            leaving it to `Family.enclosures`. Its arrays may be floats or balls; it raises `NotEnclosed` where
            there is none.
    """

    measure: Measure
    gradient: Gradient | None = None
    second: Measure | None = None
    lower: Measure | None = None
    side: Side = Side.EXACT
    square: bool = False
    ball: Callable[[Any], Any] | None = None


class Quantity(sympy.Symbol):  # type: ignore[misc]  # sympy ships no types
    r"""A named real quantity of an instance: `hessian_norm`, `omega`, `L`, ...

    It is an ordinary sympy symbol in formulas; its assumptions follow from the domain `[low, high]`.
    Two quantities of the same name and domain are the same symbol, so a family always looks a quantity up
    by its name; never rely on the identity of a symbol inside an expression. Another domain makes another
    symbol: sympy caches by equality, and would else hand the L ≥ 1 of one family to the L ≥ 2 of another.

    Args:
        name: what users type.
        meaning: one phrase for the reader.
        low: the least value of the domain (exact).
        high: the greatest value (exact).
        integer: whether it takes integers only.
        strict: whether `low` itself is excluded.
        shape: unit or shape in one phrase, "number" by default.
        route: how it is measured; None for a symbol that is only a parameter of the statement.
        source: where its value comes from.
        own: how a user declared it, so that a theorem about it brings it along; None for all that families know.
            Two declarations are two symbols, though name and domain agree: one may be an edited version.
        latex: how the field writes it, `r"\|\nabla^2_\theta f\|_2"`; by default its name, upright where it is a word.

    Raises:
        UsageError: for other arguments, and for LaTeX that is not a formula in itself (see `notation.reading`).
    """

    __slots__ = ("high", "latex", "low", "meaning", "own", "route", "shape", "source", "strict")

    def __new__(cls, name: str, meaning: str, **domain: Any) -> Quantity:
        """Create the symbol with the assumptions that its domain implies."""
        low = sympy.sympify(domain.pop("low", -sympy.oo))
        high = sympy.sympify(domain.pop("high", sympy.oo))
        integer, strict = bool(domain.pop("integer", False)), bool(domain.pop("strict", False))
        shape, route = domain.pop("shape", "number"), domain.pop("route", None)
        source, own = domain.pop("source", Source.MEASURED), domain.pop("own", None)
        latex = domain.pop("latex", None)
        if domain:
            raise UsageError(
                expected("only low, high, integer, strict, shape, route, source, own, latex", sorted(domain))
            )
        parsed(latex or "x")
        self = sympy.Symbol.__xnew__(cls, name, **_assumptions(low, integer=integer, strict=strict))
        self.meaning, self.low, self.high = meaning, low, high
        self.strict, self.shape, self.route, self.source, self.own = strict, shape, route, source, own
        self.latex = latex or spelled(name)
        return self

    @property
    def sign(self) -> str:
        r"""The same in Unicode, on one line.

        >>> Quantity("gap", "‖∇f‖", latex=r"\|\nabla f\|_2").sign
        '‖∇f‖₂'
        """
        return in_signs(self.latex)

    def _hashable_content(self) -> tuple[Any, ...]:
        """What makes two symbols equal: name, assumptions, domain, and the declaration of one of a user's own."""
        declared = 0 if self.own is None else id(self.own)
        return (*sympy.Symbol._hashable_content(self), self.low, self.high, self.strict, declared)

    def _pretty(self, printer: Any) -> Any:
        """Print as the symbol it is; sympy takes the class name for that of its physical quantities."""
        return printer._print_Symbol(self)

    def _latex(self, printer: Any) -> Any:
        """The same in LaTeX."""
        return printer._print_Symbol(self)

    def __reduce__(self) -> Any:
        """Refuse to be pickled: a quantity holds functions; send its name instead."""
        raise TypeError(f"the quantity {self.name} is not pickled; send its name and look it up in its family")


def _assumptions(low: sympy.Expr, *, integer: bool, strict: bool) -> dict[str, bool]:
    found = {"real": True}
    if integer:
        found["integer"] = True
    if low > 0 or (low == 0 and strict):
        found["positive"] = True
    elif low == 0:
        found["nonnegative"] = True
    return found


def domain(quantity: Quantity) -> tuple[float, float]:
    """The least and the greatest value of a quantity; next to a limit that is itself excluded."""
    low, high = float(quantity.low), float(quantity.high)
    return (low + OPEN, high) if quantity.strict else (low, high)
