"""Numbers that carry their derivatives: a function of an author's own is run on arrays of them, as it is written.

A jet is a value with its gradient, and with its Hessian, in the p numbers that vary; sums, products and functions of
one number act by the rules of calculus, exact up to rounding. NumPy's arrays of objects do the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from wnverify.questions.counterexample.script.intervals import CannotMeasure

Triple: TypeAlias = tuple[float, float, float]
"""f, f′ and f″ at one number."""


class Gauge:
    """How large the numbers become on the way, by order of derivative: rounding leaves some 1e-16 of them.

    Args:
        order: 1 for gradients, 2 for Hessians too.
    """

    def __init__(self, order: int) -> None:
        self.order, self.largest = order, [0.0, 0.0, 0.0]

    def jet(self, value: float, slope: Any, bend: Any) -> Jet:
        """A jet, noted."""
        for order, part in enumerate((value, slope, bend)):
            if part is not None:
                self.largest[order] = max(self.largest[order], float(np.max(np.abs(part), initial=0.0)))
        return Jet(self, value, slope, bend)


def _total(first: Any, second: Any) -> Any:
    return second if first is None else first if second is None else first + second


def _outer(u: Any, w: Any) -> Any:
    return u[:, None] * w[None, :]


class Jet:
    """A number with its derivatives.

    Args:
        gauge: what is asked of it, and how large it becomes.
        value: f.
        slope: ∇f, (p,).
        bend: ∇²f, (p, p); None where it is 0 or not asked for.
    """

    __slots__ = ("bend", "gauge", "slope", "value")

    def __init__(self, gauge: Gauge, value: float, slope: Any, bend: Any) -> None:
        self.gauge, self.value, self.slope, self.bend = gauge, value, slope, bend

    def by(self, triple: Triple) -> Jet:
        """A function of this number: (f∘a)″ = f′a″ + f″a′a′ᵀ."""
        value, first, second = (float(part) for part in triple)
        bend = None if self.bend is None else first * self.bend
        if self.gauge.order == 2 and second != 0:
            bend = _total(bend, second * _outer(self.slope, self.slope))
        return self.gauge.jet(value, first * self.slope, bend)

    # ---- sums and products

    def __add__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        if not isinstance(other, Jet):
            return self.gauge.jet(self.value + float(other), self.slope, self.bend)
        return self.gauge.jet(self.value + other.value, self.slope + other.slope, _total(self.bend, other.bend))

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        if not isinstance(other, Jet):
            factor = float(other)
            bend = None if self.bend is None else factor * self.bend
            return self.gauge.jet(factor * self.value, factor * self.slope, bend)
        mine = None if self.bend is None else other.value * self.bend
        bend = _total(mine, None if other.bend is None else self.value * other.bend)
        if self.gauge.order == 2:
            mixed = _outer(self.slope, other.slope)
            bend = _total(bend, mixed + mixed.T)
        slope = other.value * self.slope + self.value * other.slope
        return self.gauge.jet(self.value * other.value, slope, bend)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Jet:
        return Jet(self.gauge, -self.value, -self.slope, None if self.bend is None else -self.bend)

    def __pos__(self) -> Jet:
        return self

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return self * (other.reciprocal() if isinstance(other, Jet) else 1 / float(other))

    def __rtruediv__(self, other: Any) -> Any:
        return self.reciprocal() * other

    def __pow__(self, power: Any) -> Any:
        if isinstance(power, np.ndarray):
            return NotImplemented
        if isinstance(power, Jet):
            return (power * self.log()).exp()
        k, a = float(power), self.value
        whole = k == int(k) and k >= 0
        first = k * a ** (k - 1) if k and not (whole and k == 1) else k
        second = k * (k - 1) * a ** (k - 2) if k * (k - 1) else 0.0
        return self.by((a**k, first, second))

    def __rpow__(self, base: Any) -> Any:
        return (self * math.log(base)).exp()

    # ---- choices: without derivative where two numbers are equal

    def _apart(self, other: Any) -> float:
        gap = self.value - (other.value if isinstance(other, Jet) else float(other))
        if gap == 0 or math.isnan(gap):
            raise CannotMeasure("the function has no derivative where this instance lies")
        return gap

    def __lt__(self, other: Any) -> bool:
        return self._apart(other) < 0

    def __gt__(self, other: Any) -> bool:
        return self._apart(other) > 0

    __le__, __ge__ = __lt__, __gt__
    __hash__ = None  # type: ignore[assignment]  # == compares numbers

    def __eq__(self, other: object) -> bool:
        return self._apart(other) == 0  # which raises where they are equal

    def __bool__(self) -> bool:
        raise CannotMeasure("the function asks whether a number that varies is 0")

    def __abs__(self) -> Jet:
        return self if self._apart(0.0) > 0 else -self

    def __float__(self) -> float:
        raise CannotMeasure("the function turns a number that varies into a plain one")

    # ---- functions of one number; NumPy calls these methods on arrays of objects

    def conjugate(self) -> Jet:
        """A real number is its own."""
        return self

    def reciprocal(self) -> Jet:
        """1/a."""
        r = 1 / self.value
        return self.by((r, -r * r, 2 * r**3))

    def sqrt(self) -> Jet:
        """√a."""
        root = math.sqrt(self.value)
        return self.by((root, 0.5 / root, -0.25 / (root * self.value)))

    def exp(self) -> Jet:
        """The exponential."""
        e = math.exp(self.value)
        return self.by((e, e, e))

    def expm1(self) -> Jet:
        """exp(a) − 1."""
        e = math.exp(self.value)
        return self.by((math.expm1(self.value), e, e))

    def log(self) -> Jet:
        """The logarithm."""
        return self.by((math.log(self.value), 1 / self.value, -1 / self.value**2))

    def log1p(self) -> Jet:
        """log(1 + a)."""
        r = 1 / (1 + self.value)
        return self.by((math.log1p(self.value), r, -r * r))

    def sin(self) -> Jet:
        """The sine."""
        s, c = math.sin(self.value), math.cos(self.value)
        return self.by((s, c, -s))

    def cos(self) -> Jet:
        """The cosine."""
        s, c = math.sin(self.value), math.cos(self.value)
        return self.by((c, -s, -c))

    def tan(self) -> Jet:
        """The tangent."""
        t = math.tan(self.value)
        return self.by((t, 1 + t * t, 2 * t * (1 + t * t)))

    def sinh(self) -> Jet:
        """The hyperbolic sine."""
        return self.by((math.sinh(self.value), math.cosh(self.value), math.sinh(self.value)))

    def cosh(self) -> Jet:
        """The hyperbolic cosine."""
        return self.by((math.cosh(self.value), math.sinh(self.value), math.cosh(self.value)))

    def arctan(self) -> Jet:
        """The arc tangent."""
        r = 1 / (1 + self.value**2)
        return self.by((math.atan(self.value), r, -2 * self.value * r * r))


def each(act: Callable[[Any], Any], array: Any) -> Any:
    """A function at every entry of an array of jets; a single jet is an array too."""
    if isinstance(array, Jet):
        return act(array)
    found = np.empty(array.shape, dtype=object)
    for index in np.ndindex(*array.shape):
        found[index] = act(array[index])
    return found


def varies(value: Any) -> bool:
    """Whether something is a jet, or an array of them."""
    return isinstance(value, Jet) or (isinstance(value, np.ndarray) and value.dtype == object)
