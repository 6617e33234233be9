"""Sums and products over an index on a box: the place of their terms, what their values lie between, how they move.

The index runs over the integers from a number `low` to an expression `high` that is an integer ≥ low − 1 on the whole
box. With N = high − low + 1 terms in a range R, a sum is N times a mean that lies in R. A product of factors in R ≥ 0
lies between 0 and the larger of 1 and the last power of R's upper end.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from flint import arb

from wnverify.symbolic.proof.domain import Box, Domain
from wnverify.symbolic.proof.intervals import RULES, Range

SERIES = (sympy.Sum, sympy.Product)


@dataclass(frozen=True)
class Terms:
    """The parts of a sum or product that has one index."""

    term: sympy.Expr
    index: sympy.Symbol
    low: sympy.Integer
    high: sympy.Expr

    @property
    def count(self) -> sympy.Expr:
        """How many terms there are."""
        return self.high - self.low + 1

    @property
    def domain(self) -> Domain:
        """Where the index lies, whatever the other symbols are."""
        return Domain(self.low, self.high if self.high.is_Integer else sympy.oo, integer=True)


def terms_of(expr: sympy.Expr, box: Box) -> Terms | None:
    """The parts of a series; None if it has several indices, or ends that may be no integers."""
    if len(expr.limits) != 1 or len(expr.limits[0]) != 3:
        return None
    index, low, high = expr.limits[0]
    known = low.is_Integer and index not in box and integral(high, box)
    return Terms(expr.function, index, low, high) if known else None


def integral(expr: sympy.Expr, box: Box) -> bool:
    """Whether an expression takes integers only: sums and products of integers and of symbols that are.

    >>> m, x = sympy.symbols("m x")
    >>> box = {m: Domain(sympy.Integer(1), integer=True), x: Domain()}
    >>> integral(2 * m - 1, box), integral(m / 2, box), integral(x, box)
    (True, False, False)
    """
    if expr.is_Symbol:
        return expr in box and box[expr].integer
    if expr.is_Add or expr.is_Mul:
        return all(integral(part, box) for part in expr.args)
    return bool(expr.is_Integer)


def range_of_series(expr: sympy.Expr, terms: Range, count: Range) -> Range | None:
    """Between what a series lies whose terms, and whose number of terms, lie in two ranges."""
    if not count.nonnegative:
        return None
    if isinstance(expr, sympy.Sum):
        return RULES[sympy.Mul](count, terms)
    if not terms.nonnegative:
        return None
    one = arb(1)
    low = one if terms.low >= one else arb(0)
    if terms.high <= one:
        return Range(low, one, low_open=terms.positive and low == 0)
    high = terms.high**count.high if count.high.is_finite() and terms.high.is_finite() else arb.pos_inf()
    return Range(low, arb.max(one, high), low_open=terms.positive and low == 0, high_open=not high.is_finite())
