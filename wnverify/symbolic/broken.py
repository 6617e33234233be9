"""Where an expression is certainly no finite real number, and by which of its parts."""

from __future__ import annotations

import sympy
from flint import arb

from wnverify.balls.expression import enclose
from wnverify.errors import DomainError
from wnverify.symbolic.proof.domain import Point

PRECISION, QUICK, FINEST = 512, 128, 8192
SHORT = 40


def broken_part(expr: sympy.Expr, point: Point) -> str:
    """What is undefined at the point, in words; empty if nothing certainly is.

    >>> x = sympy.Symbol("x")
    >>> broken_part(sympy.sqrt(x - 1), {x: sympy.Integer(0)})
    'x - 1 is negative under a root'
    """
    if _value(expr, point, QUICK).is_finite():
        return ""
    for node in sympy.postorder_traversal(expr):
        if node.is_Pow and node.base.free_symbols:
            reason = _power(node, point)
        elif isinstance(node, sympy.log):
            reason = _log(node.args[0], point)
        elif isinstance(node, sympy.asin | sympy.acos) and abs(_value(node.args[0], point)) > 1:
            reason = f"{node.args[0]} lies outside [-1, 1]"
        else:
            reason = ""
        if reason:
            return reason
    return ""


def _value(expr: sympy.Expr, point: Point, precision: int = PRECISION) -> arb:
    try:
        return enclose(expr, point, precision)
    except DomainError:
        return arb.nan()


def vanishes(expr: sympy.Expr, point: Point) -> bool:
    """Whether the expression is exactly 0 at the point."""
    value = _value(expr, point)
    if not value.is_finite() or not value.contains(0):
        return False
    if value == 0 or any(power.exp.free_symbols for power in expr.atoms(sympy.Pow)) or expr.has(sympy.gamma):
        return bool(value == 0)  # the exact number may have more digits than there is memory
    if not _value(expr, point, FINEST).contains(0):  # exp(1e-260) - 1
        return False
    there = sympy.expand(expr.xreplace(dict(point)))
    return there == 0 or (there.count_ops() < SHORT and sympy.simplify(there) == 0)


def _power(node: sympy.Expr, point: Point) -> str:
    base, exponent = node.args
    if exponent.is_Rational and not exponent.is_Integer and _value(base, point) < 0:
        return f"{base} is negative under a root"
    return f"{base} vanishes in a denominator" if exponent.is_negative and vanishes(base, point) else ""


def _log(inner: sympy.Expr, point: Point) -> str:
    if _value(inner, point) < 0:
        return f"the logarithm of the negative {inner}"
    return f"the logarithm of {inner}, which vanishes" if vanishes(inner, point) else ""
