"""Monotonicity: rules over the expression tree; where they say nothing, the sign of the derivative is certified."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy

from wnverify.symbolic.goal import Goal
from wnverify.symbolic.orthant import Effort
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region
from wnverify.symbolic.trend import CONSTANT, UNKNOWN, Trend, trend

ZERO = sympy.Integer(0)
LARGEST = 400


@dataclass(frozen=True)
class _Certifier:
    """Signs of derivatives on one region, within one allowance of work."""

    region: Region
    effort: Effort = field(default_factory=Effort)
    used: list[str] = field(default_factory=list)

    def slope(self, expr: sympy.Expr, symbol: sympy.Symbol) -> Trend:
        """The trend by the sign of the derivative."""
        if expr.count_ops() > LARGEST or expr.has(sympy.Min, sympy.Max, sympy.Abs, sympy.floor, sympy.ceiling):
            return UNKNOWN
        # where there may be a pole in the region, the sign of the derivative says nothing across it
        if self.region.enclose(expr) is None:
            return UNKNOWN
        derivative = sympy.diff(expr, symbol)
        rises = bool(at_most(Goal(ZERO, derivative, self.region, self.effort)))
        falls = not rises and bool(at_most(Goal(derivative, ZERO, self.region, self.effort)))
        if rises or falls:
            self.used.append(f"sign of the derivative of {expr}")
        return Trend(rises, falls)

    def expanded(self, expr: sympy.Expr, symbol: sympy.Symbol) -> Trend:
        """The same, after a product has been tried as a power, and term by term."""
        if (root := _root(expr, self.region)) is not None:
            return trend(root, symbol, self.region, self.expanded)
        opened = sympy.expand_mul(expr, deep=False) if expr.is_Mul else expr
        found = trend(opened, symbol, self.region, self.slope) if opened != expr else UNKNOWN
        return found if found.known else self.slope(expr, symbol)


def _root(expr: sympy.Expr, region: Region) -> sympy.Expr | None:
    """The product whose power p ≥ 2 is `expr`, if all factors are ≥ 0: A²/m² moves as A/m does."""
    powers = [factor.as_base_exp() for factor in sympy.Mul.make_args(expr)]
    if not expr.is_Mul or not all(exponent.is_Integer and region.nonnegative(base) for base, exponent in powers):
        return None
    common = sympy.igcd(*(exponent for _, exponent in powers))
    return sympy.Mul(*(base ** (exponent / common) for base, exponent in powers)) if common > 1 else None


def monotone(expr: sympy.Expr, symbol: sympy.Symbol, region: Region, *, rising: bool) -> str:
    """How `expr` is shown to rise (or fall) weakly in the symbol; empty if it could not be shown.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.domain import box_of
    >>> monotone(x / (1 + x), x, Region(box_of([x])), rising=True)
    'sign of the derivative of x/(x + 1)'
    """
    certifier = _Certifier(region)
    found = trend(expr, symbol, region, certifier.expanded)
    if found == CONSTANT or (found.rises if rising else found.falls):
        used = "; ".join(dict.fromkeys(certifier.used))
        return used or "trends of all terms and factors agree"
    return _by_steps(expr, symbol, region, rising=rising)


def _by_steps(expr: sympy.Expr, symbol: sympy.Symbol, region: Region, *, rising: bool) -> str:
    """For an integer symbol: the sign of f(x + 1) − f(x)."""
    domain = region.box[symbol]
    if not domain.integer or not domain.high.is_infinite:
        return ""
    after = expr.xreplace({symbol: symbol + 1})
    goal = Goal(expr, after, region) if rising else Goal(after, expr, region)
    found = at_most(goal)
    return f"sign of f({symbol} + 1) − f({symbol}): {found}" if found else ""
