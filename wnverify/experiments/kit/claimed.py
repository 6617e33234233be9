"""What theorems of the catalogue claim, as floats: read from their files, so that no bound is written twice."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import cache

import sympy

from wnverify.catalogue import one, read
from wnverify.claim import Claim

Values = Mapping[str, float]
"""Symbols by their names -> numbers."""
HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


@cache
def claim(name: str) -> Claim:
    """The claim of a theorem.

    Args:
        name: its id.

    >>> print(claim("chou2023/l1_mass").rhs)
    r0**2 + sqrt(2*K*Q/eta + (Q - r0**2)**2)
    """
    return read(one(name)).theorem.claim


def bound(name: str, values: Values) -> float | None:
    """The right side of a theorem's claim; None where a hypothesis is not met.

    Args:
        name: of the theorem.
        values: a number for every symbol of the bound and of the hypotheses.

    >>> bound("chou2023/l1_mass", {"r0": 1.0, "Q": 1.0, "K": 2.0, "eta": 1.0, "solved": 1.0})
    3.0
    """
    return number(claim(name).rhs, values) if met(name, values) else None


def met(name: str, values: Values) -> bool:
    """Whether the hypotheses of a theorem hold.

    Args:
        name: of the theorem.
        values: a number for every symbol of the hypotheses.

    >>> met("chou2023/l1_mass", {"solved": 0.0})
    False
    """
    given = claim(name).given.values()
    return all(HOLDS[each.relation](number(each.lhs, values), number(each.rhs, values)) for each in given)


def number(expression: sympy.Expr, values: Values) -> float:
    """An expression as a float.

    Args:
        expression: in symbols that have values.
        values: their numbers.

    >>> number(sympy.Symbol("a") / 4, {"a": 1.0})
    0.25
    """
    symbols, compiled = _compiled(expression)
    return float(compiled(*(values[symbol] for symbol in symbols)))


@cache
def _compiled(expression: sympy.Expr) -> tuple[list[str], Callable[..., float]]:
    symbols = sorted(expression.free_symbols, key=str)
    return [str(symbol) for symbol in symbols], sympy.lambdify(symbols, expression, "math")
