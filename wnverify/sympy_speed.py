"""Spares sympy what it does again and again, or for nothing; every result stays what it is.

- `free_symbols` goes through the whole expression at each call: here each part is asked once.
- A minimum or maximum compares its arguments in pairs whenever one is built: each pair is compared once.
- A sum under a power is asked whether a term is infinite, which may take a hundred questions about its parts, to find
  a literal a + b·i: here one without an i is not asked.
- What may follow about an expression is looked up in a random order, drawn anew each time: here in that of the
  alphabet, so that the same run asks the same questions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from importlib import import_module
from typing import Any

import sympy
from sympy.functions.elementary.miscellaneous import MinMaxBase

KEPT = 1 << 15
"""Expressions of which the symbols, and pairs of which the order, are remembered."""


def spare() -> None:
    """Put the quicker ones in the place of sympy's; once is enough."""
    assumptions: Any = import_module("sympy.core.assumptions")  # the name of a function, too
    if assumptions.shuffle is not list.sort:
        assumptions.shuffle = list.sort
        sympy.Basic.free_symbols = property(lambda self: set(_symbols(self)), doc=sympy.Basic.free_symbols.__doc__)
        compared: Any = lru_cache(KEPT)(MinMaxBase._is_connected.__func__)
        MinMaxBase._is_connected = classmethod(compared)
        sympy.Add._eval_power = _power_of_sum(sympy.Add._eval_power)


@lru_cache(KEPT)
def _symbols(expression: sympy.Basic) -> frozenset[sympy.Basic]:
    return frozenset().union(*(part.free_symbols for part in expression.args))


def _power_of_sum(theirs: Callable[[sympy.Add, sympy.Expr], Any]) -> Callable[[sympy.Add, sympy.Expr], Any]:
    @wraps(theirs)
    def power(self: sympy.Add, exponent: sympy.Expr) -> Any:
        complex_number = any(sympy.I in sympy.Mul.make_args(term) for term in self.args)
        return theirs(self, exponent) if complex_number else None

    return power
