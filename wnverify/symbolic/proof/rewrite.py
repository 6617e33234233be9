"""An expression in other symbols.

sympy compares all arguments of a minimum or maximum whenever it builds one, which takes longer than everything else.
Where only a symbol gets another name or another form, its arguments stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import sympy

EXTREMES = (sympy.Min, sympy.Max)
ELEMENTARY = (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan, sympy.atan, sympy.tanh, sympy.Abs, sympy.erf)
COUNTED = (sympy.Rational, sympy.Symbol, sympy.Add, sympy.Mul, sympy.Pow, *EXTREMES, *ELEMENTARY)
KEPT = (sympy.Add, sympy.Mul, sympy.Pow, sympy.Function, *EXTREMES)
Build: TypeAlias = Callable[[sympy.Basic, list[sympy.Basic]], sympy.Basic]


def in_terms_of(expr: sympy.Expr, moves: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """The expression with others in place of symbols; minima and maxima keep all their arguments.

    >>> x, t = sympy.symbols("x t", positive=True)
    >>> in_terms_of(sympy.sqrt(sympy.Max(1, x)), {x: 1 + t**2})
    sqrt(Max(1, t**2 + 1))
    """
    return _rewritten(expr, dict(moves), _built)


def twin(expr: sympy.Expr, symbol: sympy.Symbol, other: sympy.Symbol) -> sympy.Expr:
    """The expression of another symbol, to be evaluated only: no part is brought into sympy's form.

    >>> x, y = sympy.symbols("x y")
    >>> twin(sympy.sqrt(sympy.Max(1, x)), x, y)
    sqrt(Max(1, y))
    """
    return _rewritten(expr, {symbol: other}, _as_written)


@lru_cache(maxsize=1 << 14)
def operations(expr: sympy.Expr) -> int:
    """How many operations are written down in an expression, as sympy counts them; each part is counted once.

    >>> x, y = sympy.symbols("x y")
    >>> found = [1 - x / 2, -x - y, sympy.exp(-x) / (2 * x * y), -sympy.Max(1, x) ** 2, 1 / x]
    >>> [operations(each) for each in found] == [each.count_ops() for each in found]
    True
    """
    if not isinstance(expr, COUNTED):
        return int(expr.count_ops())
    if expr.is_Rational:
        return (expr.p < 0) + (expr.q != 1)
    if expr.is_Add:
        return _of_sum(expr.args)
    return _of_product(expr) if expr.is_Mul else _of_function(expr)


def _of_sum(terms: Sequence[sympy.Expr]) -> int:
    negative = [_is_negative(term) for term in terms]
    inside = sum(operations(-term if minus else term) for term, minus in zip(terms, negative, strict=True))
    return inside + len(terms) - 1 + all(negative)


def _of_product(product: sympy.Expr) -> int:
    """Of n/d: a division, where there is a denominator; one factor fewer are multiplied."""
    if _is_negative(product):
        return 1 + operations(product.as_two_terms()[1] if product.args[0] == -1 else -product)
    top, bottom = sympy.fraction(product)
    if top.is_Integer:
        return 1 + bool(top < 0) + operations(bottom)
    if bottom != 1:
        return 1 + operations(top) + (0 if bottom.is_Integer else operations(bottom))
    return len(product.args) - 1 + sum(map(operations, product.args))


def _of_function(expr: sympy.Expr) -> int:
    if expr.is_Pow and expr.exp == -1:
        return 1 + operations(expr.base)
    if expr.is_Pow and expr.base == sympy.E:
        return 1 + operations(expr.exp)
    count = len(expr.args) - 1 if isinstance(expr, EXTREMES) else bool(expr.args)
    return count + sum(map(operations, expr.args))


def _is_negative(term: sympy.Expr) -> bool:
    first = term.args[0] if term.is_Mul else term
    return bool(first.is_Number and first.is_extended_negative)


@lru_cache(maxsize=4096)
def factored(expr: sympy.Expr) -> sympy.Expr:
    """The expression with what its terms have in common in front."""
    return sympy.factor_terms(expr)


def _rewritten(expr: sympy.Basic, known: dict[sympy.Basic, sympy.Basic], build: Build) -> sympy.Basic:
    if expr not in known:
        parts = [_rewritten(part, known, build) for part in expr.args]
        same = all(new is old for new, old in zip(parts, expr.args, strict=True))
        known[expr] = expr if same else build(expr, parts)
    return known[expr]


def _built(expr: sympy.Basic, parts: list[sympy.Basic]) -> sympy.Basic:
    return expr.func(*parts, evaluate=False) if isinstance(expr, EXTREMES) else expr.func(*parts)


def _as_written(expr: sympy.Basic, parts: list[sympy.Basic]) -> sympy.Basic:
    return expr.func(*parts, evaluate=False) if isinstance(expr, KEPT) else expr.func(*parts)
