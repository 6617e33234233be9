"""Terms: how large the numbers are of which a formula is made up, before they cancel.

The size S of a formula is what its error is relative to: numbers known to a share η of their size give the formula up
to about ηS. A symbol or a number has its own size; of a sum it is the sum of the sizes, of a product uv the larger of
|u|S(v) and S(u)|v|; a function moves by ηS(f) when its arguments move by η times their sizes, and S(f) ≥ |f|.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, reduce
from typing import Any, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.claim import Relation
from wnverify.judging.formula import MODULES, Values, function
from wnverify.quantity import Quantity

Sized: TypeAlias = tuple[FloatArray, FloatArray]
"""A value and its size."""
Memo: TypeAlias = dict[int, Sized]
"""What was evaluated already, by the identity of its node: formulas repeat their parts."""
Node: TypeAlias = Callable[[Values, Memo], Sized]
HARMLESS = (sympy.exp, sympy.Abs)
"""Functions that are as exact as their arguments: of a number that floats hold, exp loses three digits at most."""
HAIR = 1e-12
"""The share η by which arguments are moved: what a hypothesis may be off by, and rounding never exceeds."""


def is_plain(expression: sympy.Expr) -> bool:
    """Whether a formula cannot cancel: a symbol, a number, or a product of their powers."""
    return not expression.has(sympy.Add, sympy.Function, sympy.Sum, sympy.Product)


# sympy asks for signs at some length, and every check of a theorem about the same formulas
@lru_cache(maxsize=2048)
def cancels(expression: sympy.Expr) -> bool:
    """Whether a formula may be much smaller than its terms.

    >>> x = sympy.Symbol("x", positive=True)
    >>> cancels(sympy.sqrt(1 + x) * sympy.Max(x, 2)), cancels(sympy.sqrt(1 - x)), cancels(sympy.log(x))
    (False, True, True)
    """
    if not expression.args or not expression.free_symbols:
        return False
    if isinstance(expression, sympy.Add) and not _one_sign(expression.args):
        return True
    if isinstance(expression, sympy.Function) and not isinstance(expression, HARMLESS):
        return True
    return any(cancels(part) for part in expression.args if isinstance(part, sympy.Expr))


def _one_sign(parts: Iterable[sympy.Expr]) -> bool:
    return all(part.is_nonnegative for part in parts) or all(part.is_nonpositive for part in parts)


def is_atom(expression: sympy.Expr) -> bool:
    """Whether a formula is a symbol or a number."""
    return bool(expression.is_Symbol or not expression.free_symbols)


def size(expression: sympy.Expr) -> Callable[[Values], FloatArray]:
    """The size of a formula at named values, (B,).

    >>> x = sympy.Symbol("x")
    >>> size(x - 1)({"x": np.array([1.0])})
    array([2.])
    """
    node = _node(expression)

    def sized(values: Values) -> FloatArray:
        with np.errstate(all="ignore"):
            return np.asarray(node(values, {})[1])

    return sized


def scale(relation: Relation) -> Callable[[Values], FloatArray]:
    """What a gap between two sides is relative to, (B,): the size of the larger one.

    Beside a 0 nothing says what small is: that c·q is 0 is measured as if q were 1 at least, and of a single term as
    if it were 1. A measured q may be a difference itself, and has the noise of what it came from.
    """
    lhs, rhs = (relation.lhs, relation.rhs) if relation.lhs != 0 else (relation.rhs, relation.lhs)
    left, right = _node(lhs), _node(rhs)
    single = is_plain(lhs)
    measured = {each.name for each in lhs.free_symbols if not _of_situation(each)}

    def scaled(values: Values) -> FloatArray:
        with np.errstate(all="ignore"):
            memo: Memo = {}
            large, (value, other) = left(values, memo)[1], right(values, memo)
            found = np.maximum(large, other)
            alone = value == 0.0
            if not np.any(alone):
                return np.asarray(found)
            ones = {name: np.ones_like(array) if name in measured else array for name, array in values.items()}
            usual = left(ones, {})[1]
            return np.asarray(np.where(alone, usual if single else np.fmax(usual, found), found))

    return scaled


def _of_situation(symbol: sympy.Symbol) -> bool:
    return isinstance(symbol, Quantity) and symbol.source.of_situation


# The nodes depend on the formula alone, and every check of a theorem asks for the same ones.
@lru_cache(maxsize=512)
def _node(expression: sympy.Expr) -> Node:
    if expression.is_Symbol:
        return _symbol(expression.name)
    if not expression.free_symbols:
        return _number(expression)
    if isinstance(expression, sympy.Add | sympy.Mul):
        return _once(_joined(_sum if isinstance(expression, sympy.Add) else _product, expression.args))
    if all(isinstance(part, sympy.Expr) for part in expression.args):
        return _once(_function(expression))
    return _once(_opaque(expression))


def _once(node: Node) -> Node:
    def shared(values: Values, memo: Memo) -> Sized:
        if id(node) not in memo:
            memo[id(node)] = node(values, memo)
        return memo[id(node)]

    return shared


def _joined(join: Callable[[Sized, Sized], Sized], args: Iterable[sympy.Expr]) -> Node:
    parts = [_node(part) for part in args]
    return lambda values, memo: reduce(join, (part(values, memo) for part in parts))


def _symbol(name: str) -> Node:
    return lambda values, memo: (values[name], np.abs(values[name]))


def _number(expression: sympy.Expr) -> Node:
    value = function(expression)({"": np.zeros(1)})[0]
    return lambda values, memo: (value, np.abs(value))


def _sum(one: Sized, two: Sized) -> Sized:
    return one[0] + two[0], one[1] + two[1]


def _product(one: Sized, two: Sized) -> Sized:
    return one[0] * two[0], np.maximum(np.abs(one[0]) * two[1], one[1] * np.abs(two[0]))


def _function(expression: sympy.Expr) -> Node:
    """A function of one or more formulas: how far it moves when they move by a share of their sizes."""
    raw = _numeric(expression.func, len(expression.args))
    parts = [_node(part) for part in expression.args]

    def node(values: Values, memo: Memo) -> Sized:
        sized = [part(values, memo) for part in parts]
        at = [value for value, _ in sized]
        value = np.asarray(raw(*at), dtype=np.float64)
        largest = np.abs(value)
        for index, (argument, extent) in enumerate(sized):
            for moved in (argument + HAIR * extent, argument - HAIR * extent):
                apart = np.abs(raw(*at[:index], moved, *at[index + 1 :]) - value) / HAIR
                largest = np.fmax(largest, apart)
        return value, largest

    return node


@lru_cache(maxsize=128)
def _numeric(func: Callable[..., sympy.Expr], count: int) -> Callable[..., Any]:
    places = sympy.symbols(f"x:{count}", real=True)
    found: Callable[..., Any] = sympy.lambdify(places, func(*places), modules=MODULES)
    return found


def _opaque(expression: sympy.Expr) -> Node:
    """A sum over a range, or a case distinction: taken whole."""
    compiled = function(expression)

    def node(values: Values, memo: Memo) -> Sized:
        value = compiled(values)
        return value, np.abs(value)

    return node
