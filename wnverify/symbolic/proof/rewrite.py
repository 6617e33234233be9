"""An expression in other symbols.

sympy compares all arguments of a minimum or maximum whenever it builds one, which takes longer than everything else.
Where only a symbol gets another name or another form, its arguments stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

import sympy

EXTREMES = (sympy.Min, sympy.Max)
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


@lru_cache(maxsize=4096)
def operations(expr: sympy.Expr) -> int:
    """How many operations are written down in an expression."""
    return int(expr.count_ops())


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
