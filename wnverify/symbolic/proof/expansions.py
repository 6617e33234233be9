"""The checker on expansions: f = Σ c_p·t^p + O(t^r) as t → ∞, for limits in which the leading terms cancel.

Sums and products of truncated series in fractional powers of t; powers, exp, log, sine and cosine by their Taylor
series, each where the argument without its leading part tends to 0. The remainder is carried along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import sympy

from wnverify.symbolic.proof.growth import Growth, NoGrowthError, zero
from wnverify.symbolic.proof.ranges import Place

ONE, NEVER = sympy.Integer(1), -sympy.oo
DEPTH = 5
TERMS = 60


@dataclass(frozen=True)
class Series:
    """Coefficients by power, and the power of the remainder (−∞ if there is none)."""

    terms: Mapping[sympy.Rational, sympy.Expr]
    rest: sympy.Expr = NEVER

    @property
    def top(self) -> sympy.Expr:
        """The largest power that may occur."""
        return max([*self.terms, self.rest])


def by_expansion(expr: sympy.Expr, t: sympy.Symbol, place: Place) -> Growth:
    """The first term of the expansion that does not vanish.

    Raises:
        NoGrowthError: if the rules give none.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> by_expansion(sympy.sqrt(x**2 + x) - x, x, Place(box_of([x])))
    Growth(coefficient=1/2, power=0, logs=0)
    """
    found = _series(expr, t, place)
    if not found.terms or max(found.terms) <= found.rest:
        raise NoGrowthError("every known term of the expansion vanishes")
    power = max(found.terms)
    return Growth(found.terms[power], power)


def _series(expr: sympy.Expr, t: sympy.Symbol, place: Place) -> Series:
    if t not in expr.free_symbols:
        if not place.defined(expr):
            raise NoGrowthError(f"{expr} may be undefined")
        return _clean({sympy.Integer(0): expr}, NEVER)
    if expr == t:
        return Series({ONE: ONE})
    if expr.is_Add or expr.is_Mul:
        return reduce(_plus if expr.is_Add else _times, (_series(part, t, place) for part in expr.args))
    if expr.is_Pow and expr.exp.is_Rational:
        return _power(_series(expr.base, t, place), expr.exp, place)
    if expr.is_Pow:
        logarithm = _log(_series(expr.base, t, place), place)
        return _exp(_times(_series(expr.exp, t, place), logarithm), place)
    rule = _RULES.get(expr.func)
    if rule is None:
        raise NoGrowthError(str(expr))
    return rule(_series(expr.args[0], t, place), place)


def _clean(terms: Mapping[sympy.Rational, sympy.Expr], rest: sympy.Expr) -> Series:
    known = {power: value for power, value in terms.items() if power > rest and not zero(value)}
    if len(known) > TERMS:
        raise NoGrowthError("too many terms")
    return Series(known, rest)


def _plus(first: Series, second: Series) -> Series:
    terms = dict(first.terms)
    for power, value in second.terms.items():
        terms[power] = terms.get(power, sympy.Integer(0)) + value
    return _clean(terms, max(first.rest, second.rest))


def _times(first: Series, second: Series) -> Series:
    terms: dict[sympy.Rational, sympy.Expr] = {}
    for p, a in first.terms.items():
        for q, b in second.terms.items():
            terms[p + q] = terms.get(p + q, sympy.Integer(0)) + a * b
    rests = [x + y for x, y in ((first.rest, second.top), (first.top, second.rest)) if NEVER not in (x, y)]
    return _clean(terms, max(rests, default=NEVER))


def _scaled(part: Series, factor: sympy.Expr, shift: sympy.Rational) -> Series:
    return Series({p + shift: value * factor for p, value in part.terms.items()}, part.rest + shift)


def _split(part: Series) -> tuple[sympy.Rational, sympy.Expr, Series]:
    """The power and coefficient of the leading term, and u with part = c·t^p·(1 + u), u → 0."""
    if not part.terms or max(part.terms) <= part.rest:
        raise NoGrowthError("no leading term")
    power = max(part.terms)
    coefficient = part.terms[power]
    small = Series({p: value for p, value in part.terms.items() if p != power}, part.rest)
    return power, coefficient, _scaled(small, 1 / coefficient, -power)


def _composed(small: Series, coefficients: Sequence[sympy.Expr]) -> Series:
    """Σ a_k·u^k for u → 0, with a remainder of the order of the first power that is left out."""
    total, current = Series({sympy.Integer(0): coefficients[0]}), Series({sympy.Integer(0): ONE})
    if small.top == NEVER:
        return total
    for value in coefficients[1:]:
        current = _times(current, small)
        total = _plus(total, _scaled(current, value, sympy.Integer(0)))
    return _plus(total, Series({}, small.top * len(coefficients)))


def _power(base: Series, exponent: sympy.Rational, place: Place) -> Series:
    if exponent.is_Integer and 0 < exponent <= DEPTH:
        return reduce(_times, [base] * int(exponent))
    power, coefficient, small = _split(base)
    definite = place.positive(coefficient) or (exponent.is_Integer and place.positive(-coefficient))
    if not definite:
        raise NoGrowthError("a power of something of unknown sign")
    found = _composed(small, [sympy.binomial(exponent, k) for k in range(DEPTH + 1)])
    return _scaled(found, coefficient**exponent, power * exponent)


def _log(inner: Series, place: Place) -> Series:
    power, coefficient, small = _split(inner)
    if power != 0 or not place.positive(coefficient):
        raise NoGrowthError("log of something that grows, or of unknown sign")
    series = [sympy.Integer(0), *(sympy.Rational((-1) ** (k + 1), k) for k in range(1, DEPTH + 1))]
    return _plus(_clean({sympy.Integer(0): sympy.log(coefficient)}, NEVER), _composed(small, series))


def _small(inner: Series) -> tuple[sympy.Expr, Series]:
    """The constant term and what tends to 0."""
    if inner.top > 0 or inner.rest >= 0:
        raise NoGrowthError("a function of something that grows")
    return inner.terms.get(sympy.Integer(0), sympy.Integer(0)), Series(
        {p: value for p, value in inner.terms.items() if p != 0}, inner.rest
    )


def _exp(inner: Series, place: Place) -> Series:
    constant, small = _small(inner)
    found = _composed(small, [1 / sympy.factorial(k) for k in range(DEPTH + 1)])
    return _scaled(found, sympy.exp(constant), sympy.Integer(0))


def _wave(start: int) -> Callable[[Series, Place], Series]:
    """Sine (start 0) or cosine (start 1): Taylor's coefficients at a number have period four."""

    def rule(inner: Series, place: Place) -> Series:
        constant, small = _small(inner)
        cycle = [sympy.sin(constant), sympy.cos(constant), -sympy.sin(constant), -sympy.cos(constant)]
        return _composed(small, [cycle[(k + start) % 4] / sympy.factorial(k) for k in range(DEPTH + 1)])

    return rule


_RULES: Mapping[type, Callable[[Series, Place], Series]] = {
    sympy.exp: _exp,
    sympy.log: _log,
    sympy.sin: _wave(0),
    sympy.cos: _wave(1),
}
