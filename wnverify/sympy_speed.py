"""Spares sympy what it does again and again, or for nothing; every result stays what it is.

- `free_symbols` goes through the whole expression at each call: here each part is asked once.
- A minimum or maximum compares its arguments in pairs whenever one is built: each pair is compared once, and one of
  which now this, now that is the larger, at numbers that its symbols may be, is not compared by way of terms.
- A sum under a power is asked whether a term is infinite, which may take a hundred questions about its parts, to find
  a literal a + b·i: here one without an i is not asked.
- What may follow about an expression is looked up in a random order, drawn anew each time: here in that of the
  alphabet, so that the same run asks the same questions.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, wraps
from importlib import import_module
from types import MappingProxyType
from typing import Any

import sympy
from sympy.functions.elementary.miscellaneous import MinMaxBase

KEPT = 1 << 15
"""Expressions of which the symbols, and pairs of which the order, are remembered."""
NEAR, FAR, PATTERNS, ROUNDING = (1.0, 1 / 64), (32.0, 64.5), 8, 1e-9
"""Numbers that symbols are set to, whole ones and others; in so many ways; a share by which rounding may mislead."""
SPECIAL = ("zero", "infinite", "even", "odd", "prime", "composite", "irrational", "transcendental")
"""What a symbol may be that these numbers are not."""
FUNCTIONS: Mapping[Any, Callable[..., float]] = MappingProxyType({
    sympy.Add: lambda *terms: math.fsum(terms), sympy.Mul: lambda *factors: math.prod(factors),
    sympy.Pow: operator.pow, sympy.Min: min, sympy.Max: max, sympy.Abs: abs,
    sympy.exp: math.exp, sympy.log: math.log, sympy.sin: math.sin, sympy.cos: math.cos, sympy.tanh: math.tanh,
})  # fmt: skip


def spare() -> None:
    """Put the quicker ones in the place of sympy's; once is enough."""
    assumptions: Any = import_module("sympy.core.assumptions")  # the name of a function, too
    if assumptions.shuffle is not list.sort:
        assumptions.shuffle = list.sort
        sympy.Basic.free_symbols = property(lambda self: set(_symbols(self)), doc=sympy.Basic.free_symbols.__doc__)
        compared: Any = lru_cache(KEPT)(_compared(MinMaxBase._is_connected.__func__))
        MinMaxBase._is_connected = classmethod(compared)
        sympy.Add._eval_power = _power_of_sum(sympy.Add._eval_power)


@lru_cache(KEPT)
def _symbols(expression: sympy.Basic) -> frozenset[sympy.Basic]:
    return frozenset().union(*(part.free_symbols for part in expression.args))


def _compared(theirs: Callable[[Any, sympy.Expr, sympy.Expr], Any]) -> Callable[[Any, sympy.Expr, sympy.Expr], Any]:
    @wraps(theirs)
    def connected(cls: Any, one: sympy.Expr, other: sympy.Expr) -> Any:
        return False if in_no_order(one, other) else theirs(cls, one, other)

    return connected


def in_no_order(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether numbers tell that neither is always the larger; if they do not, it may still be so.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> in_no_order(x, y**2), in_no_order(x, x + y)
    (True, False)
    """
    signs = set()
    for point in _points(one, other):
        try:
            left, right = _at(one, point), _at(other, point)
            if abs(left - right) > ROUNDING * (abs(left) + abs(right)):  # NaN is not
                signs.add(left > right)
        except (ArithmeticError, KeyError, TypeError, ValueError):  # no real number, or a function of others
            return False
        if len(signs) == 2:
            return True
    return False


def _points(*expressions: sympy.Expr) -> Iterator[dict[sympy.Basic, float]]:
    """Numbers that the symbols of some expressions may be; none where little is known of one of them."""
    symbols = sorted(set().union(*(expression.free_symbols for expression in expressions)), key=str)
    if any(not s.is_extended_real or any(getattr(s, f"is_{kind}") for kind in SPECIAL) for s in symbols):
        return
    for pattern in range(PATTERNS):
        far = [(index >> pattern // 2) % 2 != pattern % 2 for index in range(len(symbols))]
        yield {
            symbol: (FAR if there else NEAR)[0 if symbol.is_integer else 1] * (-1 if symbol.is_nonpositive else 1)
            for symbol, there in zip(symbols, far, strict=True)
        }


def _at(expression: sympy.Basic, point: Mapping[sympy.Basic, float]) -> float:
    """A number there."""
    if expression.is_Symbol:
        return point[expression]
    if expression.is_Number or expression.is_NumberSymbol:
        return float(expression)
    return FUNCTIONS[expression.func](*[_at(part, point) for part in expression.args])


def _power_of_sum(theirs: Callable[[sympy.Add, sympy.Expr], Any]) -> Callable[[sympy.Add, sympy.Expr], Any]:
    @wraps(theirs)
    def power(self: sympy.Add, exponent: sympy.Expr) -> Any:
        complex_number = any(sympy.I in sympy.Mul.make_args(term) for term in self.args)
        return theirs(self, exponent) if complex_number else None

    return power
