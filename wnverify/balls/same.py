"""Same: whether two formulas agree, though they are written in two ways."""

from __future__ import annotations

import sympy

from wnverify.balls.expression import enclose
from wnverify.errors import DomainError


def same_value(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Whether two expressions agree, in balls, at a few points: sympy may order a formula in two ways.

    Whole numbers, and fractions between 0 and 1: a point where one of them is undefined says nothing. Somewhere both
    must be defined.
    """
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    compared = 0
    for shift in (1, 3, 10, sympy.Rational(1, 7), sympy.Rational(3, 11)):
        step = 2 if isinstance(shift, int) else sympy.Rational(1, 3 * len(symbols) + 1)
        point = {symbol: _near(symbol, shift + step * index) for index, symbol in enumerate(symbols)}
        try:
            one, other = enclose(left, point, 200), enclose(right, point, 200)
        except DomainError:  # no sum from 3 to 1
            continue
        if not (one.is_finite() and other.is_finite()):
            continue
        if not (one.overlaps(other) and one.rad() <= abs(one).upper() * 1e-30 + 1e-60):
            return False
        compared += 1
    return compared > 0


def _near(symbol: sympy.Symbol, value: sympy.Rational | int) -> sympy.Rational:
    """A value for the symbol; whole where it counts something."""
    return sympy.ceiling(value) if symbol.is_integer else sympy.Rational(value)
