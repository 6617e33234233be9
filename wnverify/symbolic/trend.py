"""Trend of an expression in one symbol, read off the expression tree.

Sums of like trends, products of nonnegative factors of like trends, monotone functions of a trend. Weak trends
throughout: a constant counts as rising and as falling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import sympy

from wnverify.symbolic.interval import HALF_PI, UnknownSignError, sign_of
from wnverify.symbolic.proof.series import SERIES, integral, terms_of
from wnverify.symbolic.region import Region


@dataclass(frozen=True)
class Trend:
    """Whether a function is known to rise, to fall (weakly), or both: then it is constant."""

    rises: bool
    falls: bool

    def turned(self) -> Trend:
        """The trend of the negative."""
        return Trend(self.falls, self.rises)

    @property
    def known(self) -> bool:
        """Whether anything is known."""
        return self.rises or self.falls


CONSTANT, RISES, FALLS, UNKNOWN = Trend(True, True), Trend(True, False), Trend(False, True), Trend(False, False)
Fallback: TypeAlias = Callable[[sympy.Expr, sympy.Symbol], Trend]
_RISING = (sympy.exp, sympy.log, sympy.atan, sympy.tanh, sympy.sinh, sympy.erf, sympy.floor, sympy.ceiling)


def _nothing(expr: sympy.Expr, symbol: sympy.Symbol) -> Trend:
    return UNKNOWN


def trend(expr: sympy.Expr, symbol: sympy.Symbol, region: Region, fallback: Fallback = _nothing) -> Trend:
    """Trend of `expr` in the symbol over the region.

    Args:
        expr: the expression.
        symbol: the symbol that moves; all others are fixed.
        region: where the symbols lie.
        fallback: asked about every subexpression on which the rules say nothing.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> trend(sympy.sqrt(1 + 1 / x**2) + sympy.exp(-x), x, Region(box_of([x]))) == FALLS
    True
    """
    return _Walk(symbol, region, fallback, {}).trend(expr)


@dataclass(frozen=True)
class _Walk:
    symbol: sympy.Symbol
    region: Region
    fallback: Fallback
    memo: dict[sympy.Expr, Trend]

    def trend(self, expr: sympy.Expr) -> Trend:
        """The trend by the rules, or by the fallback where they do not know."""
        if expr not in self.memo:
            found = self.by_rule(expr)
            self.memo[expr] = found if found.known else self.fallback(expr, self.symbol)
        return self.memo[expr]

    def by_rule(self, expr: sympy.Expr) -> Trend:
        """The trend by the outermost operation."""
        if self.symbol not in expr.free_symbols:
            return CONSTANT
        if expr == self.symbol:
            return RISES
        if expr.is_Mul:
            return self.product(expr)
        if expr.is_Pow:
            return self.power(expr)
        return self.series(expr) if isinstance(expr, SERIES) else self.of_arguments(expr)

    def of_arguments(self, expr: sympy.Expr) -> Trend:
        """A sum, an extreme, or a function of one argument."""
        parts = [self.trend(part) for part in expr.args]
        if expr.is_Add or isinstance(expr, sympy.Min | sympy.Max):
            return _common(parts)
        return self.function(expr, parts[0]) if len(parts) == 1 else UNKNOWN

    def product(self, expr: sympy.Expr) -> Trend:
        """Factors of known signs whose absolute values share a trend."""
        fixed, moving = expr.as_independent(self.symbol, as_Add=False)
        factors = sympy.Mul.make_args(moving)
        if fixed != 1 and len(factors) > 1:
            return self._scaled(self.trend(moving), fixed)
        if len(factors) == 1:
            return self._scaled(self.trend(factors[0]), fixed)
        if not all(self._signed(factor) for factor in factors):
            return UNKNOWN
        # |f| of each factor; the product of the absolute values, then its sign
        sizes = [self.trend(f) if self.region.nonnegative(f) else self.trend(f).turned() for f in factors]
        negative = sum(not self.region.nonnegative(factor) for factor in factors) % 2
        return _common(sizes).turned() if negative else _common(sizes)

    def _signed(self, expr: sympy.Expr) -> bool:
        return self.region.nonnegative(expr) or self.region.nonpositive(expr)

    def _scaled(self, part: Trend, factor: sympy.Expr) -> Trend:
        if self.region.nonnegative(factor):
            return part
        return part.turned() if self.region.nonpositive(factor) else UNKNOWN

    def power(self, expr: sympy.Expr) -> Trend:
        """A positive number to a power that moves, or a base of known sign to a rational power."""
        base, exponent = expr.args
        if base.is_number and self.region.positive(base):
            return self._scaled(self.trend(exponent), sympy.log(base))
        if self.symbol not in exponent.free_symbols and not exponent.is_Rational:
            counted = integral(exponent, self.region.box) and self.region.nonnegative(base)
            rises = (counted or self.region.positive(base)) and self.region.nonnegative(exponent)
            return self.trend(base) if rises else UNKNOWN
        if not exponent.is_Rational:
            return UNKNOWN
        part = self.trend(base) if exponent > 0 else self.trend(base).turned()
        safe = self.region.nonnegative(base) if exponent > 0 else self.region.positive(base)
        if safe:
            return part
        odd = exponent.is_Integer and exponent % 2 == 1
        if exponent.is_Integer and self.region.positive(-base):
            return part if odd else part.turned()
        return part if odd and exponent > 0 else UNKNOWN

    def series(self, expr: sympy.Expr) -> Trend:
        """Term by term, and by the sign of the terms (of factors, against 1) that join it at a moving end."""
        terms = terms_of(expr, self.region.box)
        if terms is None:
            return UNKNOWN
        inner = self.region.with_domain(terms.index, terms.domain)
        product = isinstance(expr, sympy.Product)
        if product and not inner.nonnegative(terms.term):
            return UNKNOWN
        each = _Walk(self.symbol, inner, self.fallback, {}).trend(terms.term)
        gap = terms.term - 1 if product else terms.term
        more, less, end = inner.nonnegative(gap), inner.nonpositive(gap), self.trend(terms.high)
        up = end == CONSTANT or (end.rises and more) or (end.falls and less)
        down = end == CONSTANT or (end.falls and more) or (end.rises and less)
        return Trend(each.rises and up, each.falls and down)

    def function(self, expr: sympy.Expr, part: Trend) -> Trend:
        """A function of one argument, monotone where the argument lies."""
        inner = expr.args[0]
        if isinstance(expr, _RISING):
            return part
        if isinstance(expr, sympy.sin | sympy.tan) and self._inside(inner, -HALF_PI, HALF_PI):
            return part
        if isinstance(expr, sympy.cos) and self._inside(inner, sympy.Integer(0), sympy.pi):
            return part.turned()
        return self._scaled(part, inner) if isinstance(expr, sympy.Abs) else UNKNOWN

    def _inside(self, expr: sympy.Expr, low: sympy.Expr, high: sympy.Expr) -> bool:
        # for tan the open interval is meant; a closed end is a pole, where the expression has no value anyway
        found = self.region.enclose(expr)
        try:
            return found is not None and sign_of(found.low.value - low) >= 0 and sign_of(high - found.high.value) >= 0
        except UnknownSignError:
            return False


def _common(parts: Iterable[Trend]) -> Trend:
    known = list(parts)
    return Trend(all(part.rises for part in known), all(part.falls for part in known))
