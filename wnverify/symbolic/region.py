"""Region: a box together with everything already found out about expressions on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.symbolic.interval import Interval, Known, Memo, UnknownSignError, enclosure
from wnverify.symbolic.proof.domain import Box, Domain
from wnverify.symbolic.proof.intervals import Range
from wnverify.symbolic.proof.ranges import Place, end
from wnverify.symbolic.sampling import NoPointError, corners, draw, evaluate

SCOUTS, CORNERS = 160, 64
SLACK, APART = 1e-9, 1e-6


@dataclass(frozen=True)
class _Points:
    """Points of a region, and the values of expressions that were found there."""

    columns: Mapping[sympy.Symbol, FloatArray]
    values: dict[sympy.Expr, FloatArray] = field(default_factory=dict)

    def at(self, expr: sympy.Expr) -> FloatArray:
        """The values of an expression, (N,)."""
        return evaluate(expr, self.columns, self.values)

    def magnitude(self, expr: sympy.Expr) -> FloatArray:
        """Size of the terms that may cancel in a sum, (N,)."""
        return sum((np.abs(self.at(term)) for term in sympy.Add.make_args(expr)), np.zeros(1))

    def allow(self, lhs: sympy.Expr, rhs: sympy.Expr) -> bool:
        """Whether `lhs ≤ rhs` at all of them, up to rounding."""
        left, right = self.at(lhs), self.at(rhs)
        usable = np.isfinite(left) & np.isfinite(right)
        with np.errstate(all="ignore"):
            return not bool(np.any(usable & (left - right > SLACK * (self.magnitude(lhs) + self.magnitude(rhs)))))


@dataclass(frozen=True)
class Region:
    """A box of symbols, and the memo of enclosures found on it.

    >>> x = sympy.Symbol("x", positive=True)
    >>> Region({x: Domain(sympy.Integer(0), strict=True)}).positive(x + 1 / x)
    True
    """

    box: Box
    known: Known = field(default_factory=dict)
    memo: Memo = field(default_factory=dict, compare=False, repr=False)
    leading: dict[tuple[sympy.Expr, sympy.Symbol], Any] = field(default_factory=dict, compare=False, repr=False)
    beside: dict[tuple[sympy.Symbol, Domain], Region] = field(default_factory=dict, compare=False, repr=False)

    def enclose(self, expr: sympy.Expr) -> Interval | None:
        """Enclosure of the values of `expr`; None if nothing is known."""
        return enclosure(expr, self.box, self.memo, self.known)

    def nonnegative(self, expr: sympy.Expr) -> bool:
        """Whether an enclosure shows `expr` ≥ 0."""
        return self._shows(expr, "nonnegative")

    def nonpositive(self, expr: sympy.Expr) -> bool:
        """Whether an enclosure shows `expr` ≤ 0."""
        return self._shows(expr, "nonpositive")

    def positive(self, expr: sympy.Expr) -> bool:
        """Whether an enclosure shows `expr` > 0."""
        return self._shows(expr, "positive")

    @cached_property
    def place(self) -> Place:
        """The same region as the checker sees it."""
        place = Place(self.box)
        for expr, low in self.known.items():
            place = place.learn(expr, Range(end(low), end(sympy.oo), False, True))
        return place

    def _shows(self, expr: sympy.Expr, fact: str) -> bool:
        found = self.enclose(expr)
        try:
            return found is not None and bool(getattr(found, fact))
        except UnknownSignError:
            return False

    def with_domain(self, symbol: sympy.Symbol, domain: Domain) -> Region:
        """The region with another domain for one symbol, or with one more symbol."""
        if (symbol, domain) not in self.beside:
            self.beside[symbol, domain] = Region({**self.box, symbol: domain}, self.known)
        return self.beside[symbol, domain]

    def learned(self, expr: sympy.Expr, low: sympy.Expr) -> Region:
        """The region with a lower bound that was proved of an expression."""
        return Region(self.box, {**self.known, expr: low})

    def between(self, symbol: sympy.Symbol) -> Region:
        """The region on which a derivative in the symbol is taken: the symbol is real, and off its lower end."""
        domain = self.box[symbol]
        if domain.low.is_infinite or domain.low == domain.high:
            return self.with_domain(symbol, replace(domain, integer=False))
        return self.with_domain(symbol, replace(domain, integer=False, strict=True))

    def plausible(self, lhs: sympy.Expr, rhs: sympy.Expr) -> bool:
        """Whether `lhs ≤ rhs` at sampled points of the region and in its corners, up to rounding.

        No proof, but a cheap sieve: what is only just false fails in a corner more often than anywhere else.

        >>> x, y, z = sympy.symbols("x y z", nonnegative=True)
        >>> region = Region(dict.fromkeys((x, y, z), Domain(sympy.Integer(0))))
        >>> one, sum_ = sympy.Integer(1), sympy.Rational(99, 100) + x + y + z
        >>> region.scouts.allow(one, sum_), region.plausible(one, sum_), region.plausible(one, 1 + x * y)
        (True, False, True)
        """
        return self.scouts.allow(lhs, rhs) and self._corners.allow(lhs, rhs)

    def stands_apart(self, expr: sympy.Expr) -> bool:
        """Whether an expression is not 0, beyond rounding of its terms, at most sampled points (no proof: a sieve).

        >>> x = sympy.Symbol("x", positive=True)
        >>> region = Region({x: Domain(sympy.Integer(0), strict=True)})
        >>> region.stands_apart(x**2 - 1 / x), region.stands_apart((x + 1) ** 2 - x**2 - 2 * x - 1)
        (True, False)
        """
        value, size = np.abs(self.scouts.at(expr)), self.scouts.magnitude(expr)
        with np.errstate(all="ignore"):
            return bool(np.mean(np.isfinite(size) & (value > APART * size)) > 0.5) if value.size else False

    @cached_property
    def scouts(self) -> _Points:
        """Some dozens of points of the region; none where it is too narrow for doubles."""
        return _points(self.box, in_corners=False)

    @cached_property
    def _corners(self) -> _Points:
        return _points(self.box, in_corners=True)


def _points(box: Box, *, in_corners: bool) -> _Points:
    return _Points(dict(zip(box, _columns(tuple(box.values()), in_corners), strict=True)))


@lru_cache(maxsize=512)
def _columns(domains: tuple[Domain, ...], in_corners: bool) -> list[FloatArray]:
    """Points of symbols with these domains, a column each: the same ones whenever these are asked for."""
    box = {sympy.Symbol(f"s{index}"): domain for index, domain in enumerate(domains)}
    try:
        found = corners(box, CORNERS) if in_corners else draw(box, np.random.default_rng(20240912), SCOUTS)
        return list(found.values())
    except NoPointError:
        return [np.empty(0)] * len(domains)
