"""Length: how many symbols a formula takes, and how many digits a formula of that length explains by chance."""

from __future__ import annotations

import math

import sympy

ALPHABET = 24
"""The ten digits, + − · / ^ and the root, a sign, π, cos, sin, and four sizes: what formulas are written in."""
CHANCE = math.log10(ALPHABET)
"""Digits that one symbol more explains by chance: there are `ALPHABET` times as many formulas."""
ROOT = sympy.Rational(1, 2)


def symbols_in(expression: sympy.Expr) -> int:
    """How many symbols a formula is written with: digits, names, operations, roots and functions; no brackets.

    >>> m = sympy.Symbol("m", positive=True)
    >>> [symbols_in(each) for each in (sympy.Integer(12), 2 - 1 / m, 2 / sympy.sqrt(3), 2 * sympy.cos(sympy.pi / 5))]
    [2, 5, 4, 6]
    """
    formula = sympy.sympify(expression)
    return min(_count(formula), _count(sympy.together(formula)))


def by_chance(symbols: int) -> float:
    """Digits to which some formula of so many symbols meets a random number: the logarithm of how many there are.

    >>> round(by_chance(5), 1)
    6.9
    """
    return CHANCE * symbols


def _count(expression: sympy.Expr) -> int:
    if expression.is_Integer:
        return len(str(abs(int(expression)))) + (int(expression) < 0)
    if expression.is_Rational:
        return _count(sympy.Integer(expression.p)) + 1 + _count(sympy.Integer(expression.q))
    if expression.is_Add:
        return _sum(expression)
    if expression.is_Mul or (expression.is_Pow and expression.exp.could_extract_minus_sign()):
        return _product(expression)
    if expression.is_Pow:
        base = _count(expression.base)
        return 1 + base if expression.exp == ROOT else base + 1 + _count(expression.exp)
    return 1 + sum(map(_count, expression.args))  # a name, π, a function


def _sum(expression: sympy.Expr) -> int:
    """A sign between two terms is one symbol, whichever it is; one in front is too."""
    negative = [term.could_extract_minus_sign() for term in expression.args]
    sizes = [_count(-term if sign else term) for term, sign in zip(expression.args, negative, strict=True)]
    return sum(sizes) + len(sizes) - 1 + all(negative)


def _product(expression: sympy.Expr) -> int:
    over, below = _fraction(expression)
    if below != 1:
        return _count(over) + 1 + _count(below)
    factors = [factor for factor in sympy.Mul.make_args(expression) if factor != -1]
    if len(factors) == 1 and factors[0] == expression:  # a power that sympy leaves as it is
        return _count(expression.base) + 1 + _count(expression.exp)
    signs = len(sympy.Mul.make_args(expression)) - len(factors)
    return sum(map(_count, factors)) + len(factors) - 1 + signs


def _fraction(expression: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Numerator and denominator, with 2√3/3 taken as 2/√3: sympy has only the former."""
    over, below = sympy.fraction(expression)
    if not below.is_Integer:
        return over, below
    for factor in sympy.Mul.make_args(over):
        root = factor.is_Pow and factor.exp == ROOT and factor.base.is_Integer
        if root and int(below) % int(factor.base) == 0:
            whole = sympy.Mul(below / factor.base, factor, evaluate=False) if below != factor.base else factor
            return over.xreplace({factor: sympy.Integer(1)}), whole
    return over, below
