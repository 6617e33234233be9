"""The checker on growth: f = c·t^p·(log t)^q + o(t^p (log t)^q) as t → ∞, the other symbols fixed in the box.

The rules read the tree and need nothing from a proof but another form of a quotient whose leading terms cancel. They
also show that f is real and finite for all large t. The coefficient may be 0: what is claimed is the little-o. The
power ∞ (−∞) stands for growth (decay) faster than any power; the coefficient then has the sign of the growth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import sympy

from wnverify.symbolic.proof.ranges import Place

ZERO, ONE, INFINITY = sympy.Integer(0), sympy.Integer(1), sympy.oo


class NoGrowthError(ArithmeticError):
    """The rules do not tell."""


@dataclass(frozen=True)
class Growth:
    """c·t^p·(log t)^q, up to something smaller."""

    coefficient: sympy.Expr
    power: sympy.Expr = ZERO
    logs: sympy.Expr = ZERO

    @property
    def size(self) -> tuple[sympy.Expr, sympy.Expr]:
        """(p, q), in the order of growth."""
        return self.power, self.logs

    @property
    def vanishes(self) -> bool:
        """Whether it tends to 0."""
        return self.size < (0, 0) or (self.size == (0, 0) and zero(self.coefficient))

    @property
    def stays(self) -> bool:
        """Whether it does not grow."""
        return self.size <= (0, 0)


def zero(expr: sympy.Expr) -> bool:
    """Whether an expression is identically 0, as far as expansion and one common denominator show."""
    if expr == 0 or sympy.expand(expr) == 0:
        return True
    return expr.count_ops() < 400 and sympy.expand(sympy.together(expr).as_numer_denom()[0]) == 0


def growth(expr: sympy.Expr, t: sympy.Symbol, place: Place) -> Growth:
    """The growth of an expression.

    Raises:
        NoGrowthError: if the rules do not tell, or if it may be undefined for large t.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> growth((1 + 1 / x) ** x, x, Place(box_of([x]))).coefficient
    E
    """
    if t not in expr.free_symbols:
        if not place.defined(expr):
            raise NoGrowthError(f"{expr} may be undefined")
        return Growth(expr)
    if expr == t:
        return Growth(ONE, ONE)
    if expr.is_Pow:
        return _power(expr, t, place)
    if isinstance(expr, sympy.log):
        return _log(expr.args[0], t, place)
    rule = _RULES.get(expr.func)
    if rule is None:
        raise NoGrowthError(str(expr))
    return rule([growth(part, t, place) for part in expr.args], place)


def _definite(part: Growth, place: Place) -> bool:
    return place.positive(part.coefficient) or place.positive(-part.coefficient)


def _sum(parts: Sequence[Growth], place: Place) -> Growth:
    size = max(part.size for part in parts)
    leading = [part for part in parts if part.size == size]
    if size[0] == INFINITY and not all(place.positive(part.coefficient) for part in leading):
        raise NoGrowthError("terms faster than any power, perhaps of opposite signs")
    return Growth(sympy.Add(*(part.coefficient for part in leading)), *size)


def _product(parts: Sequence[Growth], place: Place) -> Growth:
    powers = {part.power for part in parts}
    if {INFINITY, -INFINITY} <= powers or (INFINITY in powers and not all(_definite(part, place) for part in parts)):
        raise NoGrowthError("faster than any power against something that may be as fast")
    return reduce(lambda a, b: Growth(a.coefficient * b.coefficient, a.power + b.power, a.logs + b.logs), parts)


def _power(expr: sympy.Expr, t: sympy.Symbol, place: Place) -> Growth:
    base, exponent = expr.args
    if t in exponent.free_symbols:
        inner = growth(base, t, place)
        if not place.positive(inner.coefficient):
            raise NoGrowthError(f"a power of {base}, which may not be positive")
        return _exp([_product([_log(base, t, place), growth(exponent, t, place)], place)], place)
    part = growth(base, t, place)
    if not exponent.is_Rational or (exponent < 0 and not _definite(part, place)):
        raise NoGrowthError(str(expr))
    rooted = not exponent.is_Integer and not place.positive(part.coefficient)
    if rooted and not (place.nonnegative(part.coefficient) and place.nonnegative(base)):
        raise NoGrowthError(f"a root of {base}, which may be negative")
    if exponent < 0 and part.power == -INFINITY:
        return Growth(part.coefficient**exponent, INFINITY)
    return Growth(part.coefficient**exponent, part.power * exponent, part.logs * exponent)


def _exp(parts: Sequence[Growth], place: Place) -> Growth:
    (part,) = parts
    if part.size <= (0, 0):
        return Growth(sympy.exp(part.coefficient) if part.size == (0, 0) else ONE)
    # g ~ c·t^p with p > 0, and c·(log t)^q with q > 1, outgrow every multiple of log t
    if part.size > (0, 1) and _definite(part, place):
        return Growth(ONE, INFINITY if place.positive(part.coefficient) else -INFINITY)
    raise NoGrowthError("exp of something that grows like log, or of unknown sign")


def _log(inner: sympy.Expr, t: sympy.Symbol, place: Place) -> Growth:
    part = growth(inner, t, place)
    if not place.positive(part.coefficient) or part.power.is_infinite:
        raise NoGrowthError(f"log of {inner}")
    if part.size == (0, 0) and part.coefficient == 1 and (excess := growth(inner - 1, t, place)).vanishes:
        return excess  # log(1 + u) = u + o(u)
    if part.power == 0:
        if part.logs:
            raise NoGrowthError("log of log")
        return Growth(sympy.log(part.coefficient))
    return Growth(part.power, ZERO, ONE)


def _level(function: Callable[[sympy.Expr], sympy.Expr], far: sympy.Expr | None) -> Callable[..., Growth]:
    """A continuous f with f(z) = z + o(z) at 0, and with limits ±far at ±∞ if it has any."""

    def rule(parts: Sequence[Growth], place: Place) -> Growth:
        (part,) = parts
        if part.size < (0, 0):
            return part
        if part.size == (0, 0):
            return Growth(function(part.coefficient))
        if far is None or not _definite(part, place):
            raise NoGrowthError("a function of something that grows")
        return Growth(far if place.positive(part.coefficient) else -far)

    return rule


def _cosine(parts: Sequence[Growth], place: Place) -> Growth:
    (part,) = parts
    if not part.stays:
        raise NoGrowthError("the cosine of something that grows")
    return Growth(sympy.cos(part.coefficient) if part.size == (0, 0) else ONE)


def _extreme(kind: type, choose: Callable[..., tuple[sympy.Expr, sympy.Expr]]) -> Callable[..., Growth]:
    def rule(parts: Sequence[Growth], place: Place) -> Growth:
        sizes = {part.size for part in parts}
        if len(sizes) > 1 and not all(place.positive(part.coefficient) for part in parts):
            raise NoGrowthError("a minimum or maximum of terms of unknown signs")
        size = choose(sizes)
        return Growth(kind(*(part.coefficient for part in parts if part.size == size)), *size)

    return rule


_RULES: Mapping[type, Callable[[Sequence[Growth], Place], Growth]] = {
    sympy.Add: _sum,
    sympy.Mul: _product,
    sympy.Min: _extreme(sympy.Min, min),
    sympy.Max: _extreme(sympy.Max, max),
    sympy.exp: _exp,
    sympy.cos: _cosine,
    sympy.sin: _level(sympy.sin, None),
    sympy.tanh: _level(sympy.tanh, ONE),
    sympy.atan: _level(sympy.atan, sympy.pi / 2),
}
