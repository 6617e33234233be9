"""Certified values of sympy expressions, and comparisons that are decided or left open, never wrong.

Every step keeps the invariant of ball arithmetic: the ball contains the exact real value. Where
nothing is known (a division by a ball containing zero, log of one) the ball is NaN or [±∞]; no
comparison with such a ball is ever certain.
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from fractions import Fraction
from functools import lru_cache, partial, reduce
from typing import Any, Literal, TypeAlias

import sympy
from flint import arb, fmpq
from sympy.core.relational import Relational

from wnverify.balls.ball import Ball, at_least
from wnverify.balls.program import Operation, Places, Program, Rule, Scope, Writer
from wnverify.errors import DomainError, expected

Number: TypeAlias = float | int | Fraction | arb | Ball | sympy.Expr
Values: TypeAlias = Mapping[sympy.Symbol, Number]
Relation: TypeAlias = Literal["<=", "<", ">=", ">", "=="]

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
        return _value(expr, {symbol: _number(symbol, value) for symbol, value in values.items()})


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
    if isinstance(value, sympy.Rational):
        return _rational(value)
    if isinstance(value, arb):
        return value
    if isinstance(value, Ball):
        return value.to_arb()
    if isinstance(value, sympy.Basic):
        return _value(value, {})
    if isinstance(value, numbers.Rational):  # int, Fraction and NumPy integers
        return arb(fmpq(int(value.numerator), int(value.denominator)))
    if isinstance(value, numbers.Real):
        return arb(float(value))
    raise DomainError(expected(f"a real number for {symbol}", f"{value!r} of type {type(value).__name__}"))


def _float(expr: sympy.Expr) -> arb:
    sign, mantissa, exponent, _ = expr._mpf_
    return arb((-int(mantissa) if sign else int(mantissa), int(exponent)))


def _rational(expr: sympy.Expr) -> arb:
    return arb(fmpq(int(expr.p), int(expr.q)))


def _integer(value: arb) -> int | None:
    """Return the integer that the ball is, if below 2^62; None for every ball of positive radius."""
    # 2^(10^12) is a short ball but a long integer
    number = value.unique_fmpz() if value.is_integer() and abs(value) < LARGEST_INTEGER else None
    return None if number is None else int(number)


# ---- arithmetic


def _all(method: Callable[[Iterable[arb]], arb]) -> Rule:
    """Lift a function of any number of balls."""
    return lambda expr, places: lambda values, scope: method(map(values.__getitem__, places))


def _pow(expr: sympy.Expr, places: Places) -> Operation:
    base_expr, exponent_expr = expr.args
    base, exponent = places
    if base_expr is sympy.E:
        return lambda values, scope: values[exponent].exp()
    if exponent_expr.is_Integer and abs(exponent_expr) < LARGEST_INTEGER:
        integer = int(exponent_expr)
        return lambda values, scope: _integer_power(values[base], integer)
    return lambda values, scope: _power(values[base], values[exponent], lambda: _is_nonnegative(base_expr, scope))


def _power(base: arb, exponent: arb, is_nonnegative: Callable[[], bool]) -> arb:
    if base.is_nan() or exponent.is_nan():
        return arb.nan()
    integer = _integer(exponent)
    if integer is not None:
        return _integer_power(base, integer)
    if base > 0:
        return base**exponent
    # t^e lies in [0, u^e] for t in [0, u], e > 0. Roundoff alone may push the lower end of a ball for
    # t ≥ 0 below zero, so that t ≥ 0 is read off the form of the expression, not off the ball.
    if exponent > 0 and is_nonnegative():
        return arb(0).union(_end_power(base.upper(), exponent))
    return arb.nan()


def _integer_power(base: arb, exponent: int) -> arb:
    """Return base**exponent; arb's own power gives NaN when the ball is centred at zero."""
    if base.is_nan():
        return base
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
    return bool(_value(expr, scope) >= 0)


def _is_even(exponent: sympy.Expr) -> bool:
    # only a literal will do: the assumption even=True of a symbol may contradict its value
    return bool(exponent.is_Integer and exponent % 2 == 0)


# ---- functions


def _function(method: Callable[[arb], arb]) -> Rule:
    """Lift a function of one ball; NaN stays NaN (arb itself has sgn(NaN) = [±1])."""

    def rule(expr: sympy.Expr, places: Places) -> Operation:
        (place,) = places

        def operation(values: list[arb], scope: Scope) -> arb:
            argument = values[place]
            return argument if argument.is_nan() else method(argument)

        return operation

    return rule


def _range(limits: sympy.Tuple, scope: Scope) -> tuple[sympy.Symbol, range]:
    index, *bounds = limits
    ends = [_integer(_value(bound, scope)) for bound in bounds]
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
            return _value(body, scope)
        index, steps = _range(limits[-1], scope)
        total = arb(start)
        for step in steps:
            total = method(total, over(body, limits[:-1], {**scope, index: arb(step)}))
        return total

    return lambda expr, places: lambda values, scope: over(expr.function, expr.limits, scope)


def _piecewise(expr: sympy.Expr, places: Places) -> Operation:
    return lambda values, scope: _branches(expr, scope)


def _branches(expr: sympy.Expr, scope: Scope) -> arb:
    """Return the hull of the branches that may apply; NaN when perhaps none does."""
    hull: arb | None = None
    for branch, condition in expr.args:
        decision = _decide(condition, scope)
        if decision is Decision.FALSE:
            continue
        value = _value(branch, scope)
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
        left, right = (_value(side, scope) for side in condition.args)
        if isinstance(condition, sympy.Ne):
            return _equal(left, right).negated()
        return _RELATIONS[condition.rel_op](left, right)
    raise DomainError(expected("a condition that compares numbers", condition))


# ---- the tables of rules: a class of sympy stands for its subclasses too


def _value(expr: sympy.Expr, scope: Scope) -> arb:
    """The ball of an expression at the precision in force."""
    if expr.is_Rational:
        return _rational(expr)
    try:
        return _program(expr).value(scope)
    except KeyError as missing:
        (symbol,) = missing.args
        known = ", ".join(sorted(map(str, scope))) or "none"
        remedy = "symbols of one name but different assumptions are different symbols"
        raise DomainError(expected(f"a value for the symbol {symbol}", f"values for {known}", remedy)) from None


@lru_cache(maxsize=1024)
def _program(expr: sympy.Expr) -> Program:
    return Writer(_rule, _number_of, lambda part: isinstance(part, WHOLE)).program(expr)


def _rule(expr: sympy.Expr) -> Rule:
    found: Rule = _of_kind(_RULES, expr)
    return found


def _number_of(expr: sympy.Expr) -> Callable[[], arb]:
    return partial(_of_kind(_NUMBERS, expr), expr)


def _of_kind(table: Mapping[type, Any], expr: sympy.Expr) -> Any:
    kind: Any = type(expr)
    found = next((table[each] for each in kind.__mro__ if each in table), None)
    if found is None:
        supported = ", ".join(sorted(kind.__name__ for kind in (*_NUMBERS, sympy.Symbol, *_RULES)))
        name = getattr(expr.func, "__name__", expr.func)
        raise DomainError(expected("a function with a certified rule", f"{name} in {expr}", f"use {supported}"))
    return found


WHOLE = (sympy.Sum, sympy.Product, sympy.Piecewise)
"""What is not evaluated from the values of its arguments."""

_NUMBERS: dict[type, Callable[[Any], arb]] = {
    sympy.Rational: _rational,
    sympy.Float: _float,
    sympy.core.numbers.Pi: lambda expr: arb.pi(),
    sympy.core.numbers.Exp1: lambda expr: arb.const_e(),
    sympy.core.numbers.EulerGamma: lambda expr: arb.const_euler(),
    sympy.core.numbers.Infinity: lambda expr: arb.pos_inf(),
    sympy.core.numbers.NegativeInfinity: lambda expr: arb.neg_inf(),
    sympy.core.numbers.NaN: lambda expr: arb.nan(),
    sympy.core.numbers.ComplexInfinity: lambda expr: arb.nan(),
}

_RULES: dict[type, Rule] = {
    sympy.Add: _all(lambda terms: sum(terms, arb(0))),
    sympy.Mul: _all(lambda factors: reduce(operator.mul, factors, arb(1))),
    sympy.Pow: _pow,
    sympy.Max: _all(partial(reduce, arb.max)),
    sympy.Min: _all(partial(reduce, arb.min)),
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
    sympy.re: _function(lambda value: value),
    sympy.conjugate: _function(lambda value: value),
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
