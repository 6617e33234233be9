"""The checker on trends: whether an expression rises or falls in a symbol, by rules and by the facts of a proof.

The expression must be defined on the whole box. Every rule speaks of continuous or step functions of one argument,
of sums, and of products of factors of known sign. A fact about a subexpression is verified when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import sympy
from flint import arb

from wnverify.symbolic.proof.intervals import HALF
from wnverify.symbolic.proof.ranges import Place
from wnverify.symbolic.proof.series import SERIES, integral, terms_of
from wnverify.symbolic.proof.trace import Trace, note, step
from wnverify.symbolic.proof.tree import Proof

Trend: TypeAlias = tuple[bool, bool]
"""Whether it is known to rise, and whether it is known to fall (weakly)."""
Holds: TypeAlias = Callable[[sympy.Expr, sympy.Expr, Place, Proof], bool]
NOTHING = (False, False)
DEEPEST = 40
SMOOTH = (
    sympy.Add, sympy.Mul, sympy.Pow, sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan, sympy.asin, sympy.acos,
    sympy.atan, sympy.sinh, sympy.cosh, sympy.tanh, sympy.erf, sympy.erfc,
)  # fmt: skip
"""Functions with a derivative wherever its formula has a value."""
_UP = (
    sympy.exp, sympy.log, sympy.atan, sympy.asin, sympy.tan, sympy.tanh, sympy.sinh, sympy.erf, sympy.floor,
    sympy.ceiling, sympy.sign,
)  # fmt: skip
_DOWN = (sympy.acos, sympy.erfc)


_MANNER = {
    "derivative": "by the sign of its derivative",
    "through": "by a part u through which alone it moves",
    "expanded": "written out as a sum",
    "base": "by its root",
    "logarithm": "by its logarithm",
}


@dataclass(frozen=True)
class Walk:
    """One symbol that moves on one box, with the facts of a proof and the checker of inequalities that they need."""

    symbol: sympy.Symbol
    place: Place
    holds: Holds
    facts: Mapping[sympy.Expr, Proof] = field(default_factory=dict)
    memo: dict[sympy.Expr, Trend] = field(default_factory=dict)
    depth: int = DEEPEST

    def trend(self, expr: sympy.Expr) -> Trend:
        """The trend of an expression that is defined on the box."""
        if expr not in self.memo:
            self.memo[expr] = self._found(expr)
        return self.memo[expr]

    def _found(self, expr: sympy.Expr) -> Trend:
        """By the rules, or by a fact of the proof."""
        found = self._by_rule(expr)
        fact = self.facts.get(expr)
        if found != NOTHING or fact is None:
            if found != NOTHING and self.symbol in expr.free_symbols and expr.args:
                note(lambda trace: self._words(trace, expr, found))
            return found

        found = step(
            lambda trace: f"{trace.shown(expr)} in {trace.shown(self.symbol)}, {_MANNER[fact.rule]}:",
            lambda: self._by_fact(expr, fact),
            lambda trend: trend == NOTHING,
        )
        if found != NOTHING:
            note(lambda trace: self._words(trace, expr, found))
        return found

    def _words(self, trace: Trace, expr: sympy.Expr, found: Trend) -> str:
        way = "does not move" if all(found) else "rises" if found[0] else "falls"
        fixed = expr.as_independent(self.symbol, as_Add=False)[0] if expr.is_Mul else sympy.Integer(1)
        sign = "≥ 0" if self.place.nonnegative(fixed) else "≤ 0"
        why = f", since {trace.shown(fixed)} {sign}" if fixed.free_symbols else ""
        return f"{trace.shown(expr)} {way} in {trace.shown(self.symbol)}{why}"

    def _by_rule(self, expr: sympy.Expr) -> Trend:
        if self.symbol not in expr.free_symbols:
            return True, True
        if expr == self.symbol:
            return True, False
        if expr.is_Add or isinstance(expr, sympy.Min | sympy.Max):
            return _common(self.trend(part) for part in expr.args)
        if expr.is_Mul:
            return self._product(expr)
        if expr.is_Pow:
            return self._power(expr)
        return self._of_arguments(expr)

    def _of_arguments(self, expr: sympy.Expr) -> Trend:
        if isinstance(expr, SERIES):
            return self._series(expr)
        return self._function(expr) if len(expr.args) == 1 else NOTHING

    def _size(self, expr: sympy.Expr) -> Trend:
        """The trend of the absolute value of an expression of one sign."""
        if self.place.nonnegative(expr):
            return self.trend(expr)
        return _turned(self.trend(expr)) if self.place.nonpositive(expr) else NOTHING

    def _product(self, expr: sympy.Expr) -> Trend:
        fixed, moving = expr.as_independent(self.symbol, as_Add=False)
        if moving != expr:
            return self._scaled(self.trend(moving), fixed)
        parts = sympy.Mul.make_args(expr)
        size = _common(self._size(part) for part in parts)
        negative = sum(not self.place.nonnegative(part) for part in parts)
        return _turned(size) if negative % 2 else size

    def _scaled(self, found: Trend, factor: sympy.Expr) -> Trend:
        if self.place.nonnegative(factor):
            return found
        return _turned(found) if self.place.nonpositive(factor) else NOTHING

    def _power(self, expr: sympy.Expr) -> Trend:
        base, exponent = expr.args
        if self.symbol not in base.free_symbols:
            rises = self.place.positive(base)
            return self._scaled(self.trend(exponent), sympy.log(base)) if rises else NOTHING
        if self.symbol not in exponent.free_symbols and not exponent.is_Rational:
            # b^k for a fixed integer k ≥ 0, or for b > 0 and a fixed k ≥ 0
            counted = integral(exponent, self.place.box) and self.place.nonnegative(base)
            rises = (counted or self.place.positive(base)) and self.place.nonnegative(exponent)
            return self.trend(base) if rises else NOTHING
        if not exponent.is_Rational:
            return NOTHING
        inner = self.trend(base) if exponent > 0 else _turned(self.trend(base))
        if self.place.nonnegative(base):
            return inner
        if exponent.is_Integer and self.place.nonpositive(base):
            return inner if exponent % 2 else _turned(inner)
        # across 0 an odd power rises, but its inverse has a pole: then the expression is not defined on the box
        return inner if exponent.is_Integer and exponent % 2 and exponent > 0 else NOTHING

    def _series(self, expr: sympy.Expr) -> Trend:
        """Term by term, and by the sign of the terms that join it at the end as the symbol moves.

        With f ≥ 0, an end h that rises and terms that rise, Σ_{l ≤ h(s)} f(l, s) ≤ Σ_{l ≤ h(s′)} f(l, s′) for s ≤ s′.
        """
        terms = terms_of(expr, self.place.box)
        inner = None if terms is None else self.place.inside(terms)
        if terms is None or inner is None or not self.place.defined(expr):
            return NOTHING
        gap = terms.term if isinstance(expr, sympy.Sum) else terms.term - 1
        if isinstance(expr, sympy.Product) and not inner.nonnegative(terms.term):
            return NOTHING
        each = Walk(self.symbol, inner, self.holds, self.facts, {}, self.depth - 1).trend(terms.term)
        more, less = inner.nonnegative(gap), inner.nonpositive(gap)
        rises, falls = self.trend(terms.high)
        still = rises and falls
        up = still or (rises and more) or (falls and less)
        down = still or (falls and more) or (rises and less)
        return each[0] and up, each[1] and down

    def _function(self, expr: sympy.Expr) -> Trend:
        inner = expr.args[0]
        found = self.trend(inner)
        if isinstance(expr, _UP):
            return found
        if isinstance(expr, _DOWN):
            return _turned(found)
        if isinstance(expr, sympy.Abs | sympy.cosh):
            return self._scaled(found, inner)
        return self._circular(expr, found)

    def _circular(self, expr: sympy.Expr, found: Trend) -> Trend:
        part = self.place.turns(expr.args[0]) if isinstance(expr, sympy.sin | sympy.cos) else None
        if part is None:
            return NOTHING
        start = -HALF if isinstance(expr, sympy.sin) else arb(-1)
        if part.within(start, start + 1):
            return found
        return _turned(found) if part.within(start + 1, start + 2) else NOTHING

    # ---- facts

    def _by_fact(self, expr: sympy.Expr, fact: Proof) -> Trend:
        if fact.rule == "derivative":
            return self._by_derivative(expr, fact)
        if fact.rule == "through":
            return self._through(expr, fact)
        other = fact.data["to"]
        if self.depth == 0 or not self.place.defined(other) or not self._moves_alike(expr, other, fact):
            return NOTHING
        return Walk(self.symbol, self.place, self.holds, self.facts, self.memo, self.depth - 1).trend(other)

    def _through(self, expr: sympy.Expr, fact: Proof) -> Trend:
        """The trend in a part by which alone the symbol enters, and the trend of that part."""
        node, mover = fact.data["node"], fact.data["mover"]
        outer = expr.xreplace({node: mover})
        place = self.place.standing_for(node, mover, fact.data["domain"])
        if place is None or self.symbol in outer.free_symbols or not place.defined(outer) or self.depth == 0:
            return NOTHING
        whole = Walk(mover, place, self.holds, dict(fact.facts), {}, self.depth - 1).trend(outer)
        inner = self.trend(node)
        return (whole[0] and inner[0]) or (whole[1] and inner[1]), (whole[0] and inner[1]) or (whole[1] and inner[0])

    def _moves_alike(self, expr: sympy.Expr, other: sympy.Expr, fact: Proof) -> bool:
        """Whether the two are equal, or the first is a power of the second, or its exponential."""
        if fact.rule == "expanded":
            return sympy.expand_mul(expr, deep=False) == other or sympy.expand(expr - other) == 0
        if fact.rule == "base":
            power = fact.data["power"]
            return bool(power > 0) and other**power == expr and self.place.nonnegative(other)
        logarithm = fact.rule == "logarithm" and expr.is_Pow and self.place.positive(expr.base)
        return logarithm and other == expr.exp * sympy.log(expr.base)

    def _by_derivative(self, expr: sympy.Expr, fact: Proof) -> Trend:
        """By the mean value theorem inside the box, and by continuity on its faces."""
        inner = self.place.interior(self.symbol)
        slope = sympy.diff(expr, self.symbol)
        if not smooth(expr) or not self.place.defined(expr) or not inner.defined(slope):
            return NOTHING
        if fact.data["rises"]:
            return self.holds(sympy.Integer(0), slope, inner, fact.parts[0]), False
        return False, self.holds(slope, sympy.Integer(0), inner, fact.parts[0])


def smooth(expr: sympy.Expr) -> bool:
    """Whether it is made of functions that have a derivative wherever its formula has a value."""
    return all(isinstance(part, SMOOTH) for part in sympy.preorder_traversal(expr) if part.args)


def _turned(found: Trend) -> Trend:
    return found[1], found[0]


def _common(parts: Iterable[Trend]) -> Trend:
    known = list(parts)
    return all(part[0] for part in known), all(part[1] for part in known)
