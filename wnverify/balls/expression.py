"""Certified values of sympy expressions, and comparisons that are decided or left open, never wrong.

Every step keeps the invariant of ball arithmetic: the ball contains the exact real value. Where
nothing is known (a division by a ball containing zero, log of one) the ball is NaN or [±∞]; no
comparison with such a ball is ever certain.
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import sympy
from flint import arb, fmpq
from sympy.core.relational import Relational

from wnverify.balls.ball import Ball, at_least
from wnverify.errors import DomainError, expected

Number: TypeAlias = float | int | Fraction | arb | Ball | sympy.Expr
Values: TypeAlias = Mapping[sympy.Symbol, Number]
Relation: TypeAlias = Literal["<=", "<", ">=", ">", "=="]
Scope: TypeAlias = dict[sympy.Basic, arb]
"""The values of the symbols, and of the parts that have been evaluated."""
Rule: TypeAlias = Callable[[sympy.Expr, Scope], arb]

START_PRECISION = 64
LARGEST_SUM = 100_000
LARGEST_INTEGER = 2**62


class Decision(Enum):
    """What ball arithmetic can say about a relation between two real numbers."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        # FALSE and UNKNOWN would count as true in `if compare(...)`
        raise TypeError(f"Expected a comparison such as `is Decision.TRUE`, but got bool({self}).")

    def negated(self) -> Decision:
        """Return the decision on the opposite relation.

        >>> Decision.TRUE.negated(), Decision.UNKNOWN.negated()
        (<Decision.FALSE: 'false'>, <Decision.UNKNOWN: 'unknown'>)
        """
        return _NEGATED[self]


_NEGATED = {
    Decision.TRUE: Decision.FALSE,
    Decision.FALSE: Decision.TRUE,
    Decision.UNKNOWN: Decision.UNKNOWN,
}


def enclose(expr: sympy.Expr, values: Values, precision: int = 128) -> arb:
    """Return a ball that contains the real number `expr` at `values`.

    A float is the exact dyadic number that it stores; arb and `Ball` values stand for every number in them.

    Args:
        expr: a real expression in the symbols of `values`.
        values: a number for each free symbol.
        precision: working precision in bits.

    Raises:
        DomainError: a symbol has no value, or the expression has a function without a certified rule.

    >>> x = sympy.Symbol("x")
    >>> enclose(sympy.sqrt(x) + 1, {x: 4})
    3.00000000000000
    >>> enclose(sympy.exp(x) / x, {x: Fraction(1, 2)})
    [3.29744254140026 +/- 3.71e-15]
    """
    with at_least(precision):
        return _evaluate(expr, {symbol: _number(symbol, value) for symbol, value in values.items()})


def compare(
    lhs: sympy.Expr,
    rhs: sympy.Expr,
    values: Values,
    relation: Relation = "<=",
    max_precision: int = 2048,
) -> Decision:
    """Decide `lhs relation rhs`, doubling the precision until the balls separate.

    TRUE and FALSE are certain. Equal numbers that balls cannot hold exactly stay UNKNOWN.

    Raises:
        DomainError: as for `enclose`, or the relation is none of <=, <, >=, >, ==.

    >>> compare(sympy.pi, sympy.Rational(355, 113), {}, "<").value
    'true'
    >>> compare(sympy.sin(1) ** 2 + sympy.cos(1) ** 2, sympy.Integer(1), {}, "<").value
    'unknown'
    """
    if relation not in _RELATIONS:
        raise DomainError(expected(f"a relation among {' '.join(_RELATIONS)}", repr(relation)))
    precision = START_PRECISION
    while True:
        left, right = enclose(lhs, values, precision), enclose(rhs, values, precision)
        decision = _RELATIONS[relation](left, right)
        if decision is not Decision.UNKNOWN or 2 * precision > max_precision:
            return decision
        precision *= 2


# ---- comparisons of balls: a NaN ball makes every comparison of arb false, hence UNKNOWN here


def _less_equal(left: arb, right: arb) -> Decision:
    if left <= right:
        return Decision.TRUE
    return Decision.FALSE if left > right else Decision.UNKNOWN


def _equal(left: arb, right: arb) -> Decision:
    if left == right:  # in arb: both exact and the same number
        return Decision.TRUE
    return Decision.FALSE if left < right or left > right else Decision.UNKNOWN


_RELATIONS: dict[str, Callable[[arb, arb], Decision]] = {
    "<=": _less_equal,
    "<": lambda left, right: _less_equal(right, left).negated(),
    ">=": lambda left, right: _less_equal(right, left),
    ">": lambda left, right: _less_equal(left, right).negated(),
    "==": _equal,
}


# ---- numbers


def _number(symbol: sympy.Symbol, value: Number) -> arb:
    if isinstance(value, arb):
        return value
    if isinstance(value, Ball):
        return value.to_arb()
    if isinstance(value, sympy.Basic):
        return _evaluate(value, {})
    if isinstance(value, numbers.Rational):  # int, Fraction and NumPy integers
        return arb(fmpq(int(value.numerator), int(value.denominator)))
    if isinstance(value, numbers.Real):
        return arb(float(value))
    raise DomainError(expected(f"a real number for {symbol}", f"{value!r} of type {type(value).__name__}"))


def _float(expr: sympy.Expr, scope: Scope) -> arb:
    sign, mantissa, exponent, _ = expr._mpf_
    return arb((-int(mantissa) if sign else int(mantissa), int(exponent)))


def _symbol(expr: sympy.Expr, scope: Scope) -> arb:
    if expr not in scope:
        known = ", ".join(sorted(str(symbol) for symbol in scope if symbol.is_Symbol)) or "none"
        remedy = "symbols of one name but different assumptions are different symbols"
        raise DomainError(expected(f"a value for the symbol {expr}", f"values for {known}", remedy))
    return scope[expr]


def _integer(value: arb) -> int | None:
    """Return the integer that the ball is, if below 2^62; None for every ball of positive radius."""
    # 2^(10^12) is a short ball but a long integer
    number = value.unique_fmpz() if value.is_integer() and abs(value) < LARGEST_INTEGER else None
    return None if number is None else int(number)


# ---- arithmetic


def _add(expr: sympy.Expr, scope: Scope) -> arb:
    return sum((_evaluate(term, scope) for term in expr.args), arb(0))


def _mul(expr: sympy.Expr, scope: Scope) -> arb:
    product = arb(1)
    for factor in expr.args:
        product *= _evaluate(factor, scope)
    return product


def _pow(expr: sympy.Expr, scope: Scope) -> arb:
    base_expr, exponent_expr = expr.args
    exponent = _evaluate(exponent_expr, scope)
    if base_expr is sympy.E:
        return exponent.exp()
    base = _evaluate(base_expr, scope)
    if base.is_nan() or exponent.is_nan():
        return arb.nan()
    integer = _integer(exponent)
    if integer is not None:
        return _integer_power(base, integer)
    if base > 0:
        return base**exponent
    # t^e lies in [0, u^e] for t in [0, u], e > 0. Roundoff alone may push the lower end of a ball for
    # t ≥ 0 below zero, so that t ≥ 0 is read off the form of the expression, not off the ball.
    if exponent > 0 and _is_nonnegative(base_expr, scope):
        return arb(0).union(_end_power(base.upper(), exponent))
    return arb.nan()


def _integer_power(base: arb, exponent: int) -> arb:
    """Return base**exponent; arb's own power gives NaN when the ball is centred at zero."""
    if exponent < 0:
        return 1 / _integer_power(base, -exponent)
    if exponent == 0:
        return arb(1)
    if not base.contains(arb(0)):
        return base**exponent
    if exponent % 2:
        return _end_power(base.lower(), exponent).union(_end_power(base.upper(), exponent))
    return arb(0).union(_end_power(abs(base).upper(), exponent))


def _end_power(end: arb, exponent: int | arb) -> arb:
    """Return end**exponent for an exact end and an exponent > 0."""
    return arb(0) if end == 0 else end**exponent


def _is_nonnegative(expr: sympy.Expr, scope: Scope) -> bool:
    """Decide from its form that a real expression is ≥ 0; False when the form does not tell."""
    parts = (_is_nonnegative(part, scope) for part in expr.args)
    if isinstance(expr, sympy.Abs | sympy.exp):
        return True
    if isinstance(expr, sympy.Max) and any(parts):
        return True
    if isinstance(expr, sympy.Add | sympy.Mul | sympy.Min) and all(parts):
        return True
    if isinstance(expr, sympy.Pow) and (_is_even(expr.exp) or _is_nonnegative(expr.base, scope)):
        return True
    return bool(_evaluate(expr, scope) >= 0)


def _is_even(exponent: sympy.Expr) -> bool:
    # only a literal will do: the assumption even=True of a symbol may contradict its value
    return bool(exponent.is_Integer and exponent % 2 == 0)


# ---- functions


def _function(method: Callable[[arb], arb]) -> Rule:
    """Lift a function of one ball; NaN stays NaN (arb itself has sgn(NaN) = [±1])."""

    def rule(expr: sympy.Expr, scope: Scope) -> arb:
        argument = _evaluate(expr.args[0], scope)
        return argument if argument.is_nan() else method(argument)

    return rule


def _fold(method: Callable[[arb, arb], arb]) -> Rule:
    """Lift an associative function of two balls to any number of arguments."""

    def rule(expr: sympy.Expr, scope: Scope) -> arb:
        first, *rest = (_evaluate(argument, scope) for argument in expr.args)
        for value in rest:
            first = method(first, value)
        return first

    return rule


def _range(limits: sympy.Tuple, scope: Scope) -> tuple[sympy.Symbol, range]:
    index, *bounds = limits
    ends = [_integer(_evaluate(bound, scope)) for bound in bounds]
    first, last = ends if len(ends) == 2 else (None, None)
    # below first − 1 sympy takes minus the sum over the gap; no bound means that
    if first is None or last is None or not first - 1 <= last <= first + LARGEST_SUM:
        remedy = f"give both ends as exact integers, first ≤ last + 1, at most {LARGEST_SUM} apart"
        raise DomainError(expected(f"an explicit range for {index}", limits, remedy))
    return index, range(first, last + 1)


def _accumulate(start: int, method: Callable[[arb, arb], arb]) -> Rule:
    """Lift an operation to Sum or Product over explicit ranges; the last limit is the outermost."""

    def over(body: sympy.Expr, limits: tuple[sympy.Tuple, ...], scope: Scope) -> arb:
        if not limits:
            return _evaluate(body, scope)
        index, steps = _range(limits[-1], scope)
        total = arb(start)
        symbols = {symbol: value for symbol, value in scope.items() if symbol.is_Symbol}
        for step in steps:
            total = method(total, over(body, limits[:-1], {**symbols, index: arb(step)}))
        return total

    return lambda expr, scope: over(expr.function, expr.limits, scope)


def _piecewise(expr: sympy.Expr, scope: Scope) -> arb:
    """Return the hull of the branches that may apply; NaN when perhaps none does."""
    hull: arb | None = None
    for branch, condition in expr.args:
        decision = _decide(condition, scope)
        if decision is Decision.FALSE:
            continue
        value = _evaluate(branch, scope)
        hull = value if hull is None else hull.union(value)
        if decision is Decision.TRUE:
            return hull
    return arb.nan()


# ---- conditions: three-valued logic (Kleene)


def _decide(condition: sympy.Basic, scope: Scope) -> Decision:
    if condition in (sympy.true, sympy.false):
        return Decision.TRUE if condition == sympy.true else Decision.FALSE
    if isinstance(condition, sympy.Not):
        return _decide(condition.args[0], scope).negated()
    if isinstance(condition, sympy.And | sympy.Or):
        decisions = {_decide(part, scope) for part in condition.args}
        decisive = Decision.FALSE if isinstance(condition, sympy.And) else Decision.TRUE
        return next((d for d in (decisive, Decision.UNKNOWN) if d in decisions), decisive.negated())
    if isinstance(condition, sympy.ITE):
        return _decide(condition.to_nnf(), scope)
    if isinstance(condition, Relational):
        left, right = (_evaluate(side, scope) for side in condition.args)
        if isinstance(condition, sympy.Ne):
            return _equal(left, right).negated()
        return _RELATIONS[condition.rel_op](left, right)
    raise DomainError(expected("a condition that compares numbers", condition))


# ---- the table of rules: a class of sympy stands for its subclasses too


def _evaluate(expr: sympy.Expr, scope: Scope) -> arb:
    if expr in scope:
        return scope[expr]
    kind: Any = type(expr)
    rule = _rule(kind)
    if rule is not None:
        scope[expr] = found = rule(expr, scope)
        return found
    supported = ", ".join(sorted(kind.__name__ for kind in _RULES))
    name = getattr(expr.func, "__name__", expr.func)
    raise DomainError(expected("a function with a certified rule", f"{name} in {expr}", f"use {supported}"))


@lru_cache(maxsize=1024)
def _rule(kind: type) -> Rule | None:
    return next((_RULES[each] for each in kind.__mro__ if each in _RULES), None)


_RULES: dict[type, Rule] = {
    sympy.Rational: lambda expr, scope: arb(fmpq(int(expr.p), int(expr.q))),
    sympy.Float: _float,
    sympy.core.numbers.Pi: lambda expr, scope: arb.pi(),
    sympy.core.numbers.Exp1: lambda expr, scope: arb.const_e(),
    sympy.core.numbers.EulerGamma: lambda expr, scope: arb.const_euler(),
    sympy.core.numbers.Infinity: lambda expr, scope: arb.pos_inf(),
    sympy.core.numbers.NegativeInfinity: lambda expr, scope: arb.neg_inf(),
    sympy.core.numbers.NaN: lambda expr, scope: arb.nan(),
    sympy.core.numbers.ComplexInfinity: lambda expr, scope: arb.nan(),
    sympy.Symbol: _symbol,
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.Max: _fold(arb.max),
    sympy.Min: _fold(arb.min),
    sympy.Sum: _accumulate(0, lambda total, term: total + term),
    sympy.Product: _accumulate(1, lambda total, factor: total * factor),
    sympy.Piecewise: _piecewise,
    sympy.Abs: _function(abs),
    sympy.sign: _function(arb.sgn),
    sympy.floor: _function(arb.floor),
    sympy.ceiling: _function(arb.ceil),
    sympy.exp: _function(arb.exp),
    sympy.log: _function(arb.log),
    sympy.sin: _function(arb.sin),
    sympy.cos: _function(arb.cos),
    sympy.tan: _function(arb.tan),
    sympy.asin: _function(arb.asin),
    sympy.acos: _function(arb.acos),
    sympy.atan: _function(arb.atan),
    sympy.sinh: _function(arb.sinh),
    sympy.cosh: _function(arb.cosh),
    sympy.tanh: _function(arb.tanh),
    # what sympy rewrites the others into; a part that has a ball is real
    sympy.re: lambda expr, scope: _evaluate(expr.args[0], scope),
    sympy.conjugate: lambda expr, scope: _evaluate(expr.args[0], scope),
    sympy.cot: _function(arb.cot),
    sympy.sec: _function(arb.sec),
    sympy.csc: _function(arb.csc),
    sympy.coth: _function(arb.coth),
    sympy.sech: _function(arb.sech),
    sympy.csch: _function(arb.csch),
    sympy.asinh: _function(arb.asinh),
    sympy.acosh: _function(arb.acosh),
    sympy.atanh: _function(arb.atanh),
    sympy.erf: _function(arb.erf),
    sympy.erfc: _function(arb.erfc),
    sympy.gamma: _function(arb.gamma),
}
