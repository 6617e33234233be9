"""Series: sums and products over an index on B instances at once, where each instance may have its own ends.

lambdify writes a sum as a loop of Python, which needs one integer for its end; here the loop runs from the least
first index of all instances to the greatest last one, and a term counts where its index lies between the ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.balls.expression import enclose

Function: TypeAlias = Callable[[Mapping[str, FloatArray]], FloatArray]
Compile: TypeAlias = Callable[[sympy.Expr], Function]
SERIES = (sympy.Sum, sympy.Product)
LARGEST_WHOLE, DIGITS, PRECISION = 2**62, 20, 4096
MOST_TERMS = 100_000
"""The longest sum that is evaluated; a longer one, or one that ends before it begins, is no number."""


def in_machine_numbers(expression: sympy.Expr) -> sympy.Expr:
    """The formula with a float for every constant part that holds an integer longer than a machine word.

    NumPy takes no root of such an integer, and no product with one that is longer than the largest float; balls give
    the value of the whole constant, however large its parts are.
    """
    return expression.xreplace({part: _float(part) for part in _long(expression)})


@lru_cache(maxsize=8192)  # a claim shares most of its parts with its mutants
def _has_long(expression: sympy.Basic) -> bool:
    if isinstance(expression, sympy.Rational):
        return bool(max(abs(expression.p), expression.q) > LARGEST_WHOLE)
    return any(map(_has_long, expression.args))


def _long(expression: sympy.Expr) -> list[sympy.Expr]:
    """The largest constant parts that hold a long integer."""
    if not _has_long(expression):
        return []
    if not expression.free_symbols:
        return [expression]
    return [part for inner in expression.args for part in _long(inner)]


def _float(constant: sympy.Expr) -> sympy.Float:
    return sympy.Float(enclose(constant, {}, PRECISION).mid().str(DIGITS, radius=False), DIGITS)


def series(node: sympy.Expr, compiled: Compile) -> Function:
    """One sum or product as a function of named values of one shape: of several limits the last is the outermost.

    Args:
        node: the sum or product.
        compiled: compiles a formula, and calls this again where there is another one in it.
    """
    *inner, (index, low, high) = node.limits
    term = node.func(node.function, *inner) if inner else node.function
    own = sympy.Dummy(f"index {index.name}")  # the name of the index may be that of a quantity
    body, first, last = compiled(term.xreplace({index: own})), compiled(low), compiled(high)
    start, join = (0.0, np.add) if isinstance(node, sympy.Sum) else (1.0, np.multiply)

    def evaluate(values: Mapping[str, FloatArray]) -> FloatArray:
        begin, end = first(values), last(values)
        total = np.where((end < begin - 1) | (end - begin >= MOST_TERMS), np.nan, start)
        begin, end = (np.where(np.isnan(total), 0.0, limit) for limit in (begin, end))
        if not np.isfinite(begin).all() or not np.isfinite(end).all():
            return np.full_like(begin, np.nan)
        for step in range(int(begin.min()), int(end.max()) + 1):
            counts = (begin <= step) & (step <= end)
            part = body({**values, own.name: np.full(begin.shape, float(step))})
            total = np.where(counts, join(total, part), total)
        return total

    return evaluate
