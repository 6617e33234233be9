"""Monotonicity: rules over the expression tree; where they say nothing, the sign of the derivative is certified."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sympy

from wnverify.symbolic.goal import Goal, standing_for
from wnverify.symbolic.orthant import Effort
from wnverify.symbolic.proof.rewrite import operations
from wnverify.symbolic.proof.traversal import in_order
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region
from wnverify.symbolic.trend import CONSTANT, FALLS, RISES, UNKNOWN, Trend, trend

ZERO = sympy.Integer(0)
LARGEST = 400


@dataclass(frozen=True)
class _Certifier:
    """Signs of derivatives on one region, within one allowance of work; what was found is kept for the proof."""

    region: Region
    effort: Effort = field(default_factory=Effort)
    facts: dict[sympy.Expr, Proof] = field(default_factory=dict)

    def slope(self, expr: sympy.Expr, symbol: sympy.Symbol) -> Trend:
        """The trend by the sign of the derivative."""
        if operations(expr) > LARGEST or expr.has(sympy.Min, sympy.Max, sympy.Abs, sympy.floor, sympy.ceiling):
            return UNKNOWN
        # where there may be a pole in the region, the sign of the derivative says nothing across it
        if self.region.enclose(expr) is None:
            return UNKNOWN
        derivative = sympy.diff(expr, symbol)
        region = self.region.between(symbol)
        if rises := at_most(Goal(ZERO, derivative, region, self.effort)):
            self.facts[expr] = Proof("derivative", (rises,), {"rises": True})
            return RISES
        if falls := at_most(Goal(derivative, ZERO, region, self.effort)):
            self.facts[expr] = Proof("derivative", (falls,), {"rises": False})
            return FALLS
        return UNKNOWN

    def expanded(self, expr: sympy.Expr, symbol: sympy.Symbol) -> Trend:
        """The same, after a power has been tried as an exponential, a product as a power, and term by term."""
        if (found := self.through(expr, symbol)).known:
            return found
        if (change := _other_form(expr, self.region)) is not None:
            other, rule, data = change
            found = trend(other, symbol, self.region, self.expanded if rule != "expanded" else self.slope)
            if found.known:
                self.facts[expr] = Proof(rule, (), {"to": other, **data})
            if found.known or rule == "base":
                return found
        return self.slope(expr, symbol)

    def through(self, expr: sympy.Expr, symbol: sympy.Symbol) -> Trend:
        """The trend in a part by which alone the symbol enters, times the trend of that part."""
        node = _gate(expr, symbol)
        stand_in = None if node is None else standing_for(node, self.region)
        if stand_in is None:
            return UNKNOWN
        mover, domain = stand_in
        outer = _Certifier(self.region.with_domain(mover, domain), self.effort)
        whole = trend(expr.xreplace({node: mover}), mover, outer.region, outer.expanded)
        inner = trend(node, symbol, self.region, self.expanded) if whole.known else UNKNOWN
        found = whole if inner.rises else whole.turned() if inner.falls else UNKNOWN
        if found.known:
            data = {"node": node, "mover": mover, "domain": domain}
            self.facts[expr] = Proof("through", data=data, facts=tuple(outer.facts.items()))
        return found


def _gate(expr: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr | None:
    """The largest proper part, other than the symbol, such that the rest of the expression is free of the symbol."""
    counts: dict[sympy.Expr, int] = {}
    for part in in_order(expr):
        if part.args and part != expr and symbol in part.free_symbols:
            counts[part] = counts.get(part, 0) + 1
    repeated = sorted((part for part, n in counts.items() if n > 1), key=lambda part: -operations(part))[:3]
    return next((part for part in repeated if not _enters(symbol, expr, part)), None)


def _enters(symbol: sympy.Symbol, expr: sympy.Expr, gate: sympy.Expr) -> bool:
    """Whether the symbol occurs outside of a part."""
    if expr == gate or not expr.args:
        return expr == symbol
    return any(_enters(symbol, part, gate) for part in expr.args)


def _other_form(expr: sympy.Expr, region: Region) -> tuple[sympy.Expr, str, dict[str, Any]] | None:
    """An expression that moves as this one does: log of a power, the base of a square, the sum that a product is."""
    if expr.is_Pow and expr.exp.free_symbols and region.positive(expr.base):
        return expr.exp * sympy.log(expr.base), "logarithm", {}
    if (root := _root(expr, region)) is not None:
        base, power = root
        return base, "base", {"power": power}
    opened = sympy.expand_mul(expr, deep=False) if expr.is_Mul else expr
    return (opened, "expanded", {}) if opened != expr else None


def _root(expr: sympy.Expr, region: Region) -> tuple[sympy.Expr, sympy.Integer] | None:
    """The product whose power p ≥ 2 is `expr`, if all factors are ≥ 0: A²/m² moves as A/m does."""
    powers = [factor.as_base_exp() for factor in sympy.Mul.make_args(expr)]
    if not expr.is_Mul or not all(exponent.is_Integer and region.nonnegative(base) for base, exponent in powers):
        return None
    common = sympy.igcd(*(exponent for _, exponent in powers))
    return (sympy.Mul(*(base ** (exponent / common) for base, exponent in powers)), common) if common > 1 else None


def monotone(expr: sympy.Expr, symbol: sympy.Symbol, region: Region, *, rising: bool) -> Proof | None:
    """A proof that `expr` rises (or falls) weakly in the symbol; None if none was found.

    >>> x = sympy.Symbol("x", positive=True)
    >>> from wnverify.symbolic.proof.domain import box_of
    >>> from wnverify.symbolic.proof.tree import phrase
    >>> phrase(monotone(x / (1 + x), x, Region(box_of([x])), rising=True))
    'sign of the derivative of x/(x + 1)'
    """
    certifier = _Certifier(region)
    found = trend(expr, symbol, region, certifier.expanded)
    if found == CONSTANT or (found.rises if rising else found.falls):
        return Proof("trend", facts=tuple(certifier.facts.items()))
    return _by_steps(expr, symbol, region, rising=rising)


def _by_steps(expr: sympy.Expr, symbol: sympy.Symbol, region: Region, *, rising: bool) -> Proof | None:
    """For an integer symbol: the sign of f(x + 1) − f(x)."""
    domain = region.box[symbol]
    if not domain.integer or not domain.high.is_infinite:
        return None
    after = expr.xreplace({symbol: symbol + 1})
    opened = sympy.expand_power_exp(after)  # 2^(x + 1) = 2·2^x
    lhs, rhs = (expr, opened) if rising else (opened, expr)
    found = at_most(Goal(lhs, rhs, region))
    if found and opened != after:
        found = Proof("swap", (found,), {"lhs": lhs, "rhs": rhs})
    return Proof("steps", (found,), {"symbol": symbol}) if found else None
