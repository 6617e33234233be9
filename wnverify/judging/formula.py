"""Formula: an expression of sympy as a function of named values on B instances at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial, reduce
from typing import Any, TypeAlias

import numpy as np
import sympy

from wnverify.arrays import FloatArray
from wnverify.judging import nodes
from wnverify.judging.nodes import Node, Operation
from wnverify.judging.series import SERIES, in_machine_numbers, series

Values: TypeAlias = Mapping[str, FloatArray]
Function: TypeAlias = Callable[[Values], FloatArray]
MODULES = ["scipy", "numpy"]
PLAIN: Mapping[type, Operation] = {
    sympy.exp: np.exp, sympy.log: np.log, sympy.Abs: np.abs, sympy.Pow: np.power,
    sympy.sin: np.sin, sympy.cos: np.cos, sympy.tanh: np.tanh,
}  # fmt: skip
FOLDED: Mapping[type, Operation] = {
    sympy.Add: np.add, sympy.Mul: np.multiply, sympy.Min: np.minimum, sympy.Max: np.maximum,
}  # fmt: skip


# The compiled functions depend on the formula alone, and every check of a theorem asks for the same ones.
@lru_cache(maxsize=512)
def function(expression: sympy.Expr) -> Function:
    """A formula as a function of named values, each (B,).

    What is complex somewhere is no number there.

    >>> x = sympy.Symbol("x")
    >>> function(sympy.sqrt(x) + 1)({"x": np.array([4.0, 9.0])}).tolist()
    [3.0, 4.0]
    """
    root = node(expression)
    leaves = {symbol.name: nodes.leaf(symbol.name) for symbol in expression.free_symbols}

    def evaluate(values: Values) -> FloatArray:
        shape = next(iter(values.values())).shape
        return real(nodes.value(root, {leaf: values[name] for name, leaf in leaves.items()}), shape)

    return evaluate


def real(found: Any, shape: tuple[int, ...]) -> FloatArray:
    """The value of a node as floats of that shape; NaN where it is complex."""
    if isinstance(found, np.ndarray) and found.shape == shape and found.dtype == np.float64:
        return found
    if np.iscomplexobj(found):
        found = np.where(np.imag(found) == 0.0, np.real(found), np.nan)
    return np.full(shape, found, dtype=np.float64)


def node(expression: sympy.Expr) -> Node:
    """A formula as a node; equal subexpressions, of this formula and of others, are the same node."""
    return node_of(in_machine_numbers(expression))


@lru_cache(maxsize=8192)
def node_of(expression: sympy.Expr) -> Node:
    """The same of a formula in machine numbers."""
    if expression.is_Symbol:
        return nodes.leaf(expression.name)
    if expression.is_Atom:
        return _number(expression)
    if not all(isinstance(part, sympy.Expr) for part in expression.args):
        return _opaque(expression)
    if expression.is_Mul:
        return _product(expression)
    return _power(*expression.args) if expression.is_Pow else _applied(expression)


def _applied(expression: sympy.Expr) -> Node:
    head, parts = expression.func, [node_of(part) for part in expression.args]
    if head in FOLDED:
        return nodes.fold(FOLDED[head], parts)
    if head in PLAIN or not any(part.is_number for part in parts):
        return nodes.apply(operation(head, len(parts)), parts)
    return _special(expression)


@lru_cache(maxsize=512)
def operation(head: type, count: int) -> Operation:
    """A sympy function of so many arguments on arrays.

    >>> float(operation(sympy.Add, 3)(1.0, 2.0, 4.0)), float(operation(sympy.cos, 1)(0.0))
    (7.0, 1.0)
    """
    if head in FOLDED:
        return partial(_fold, FOLDED[head])
    if head in PLAIN:
        return PLAIN[head]
    arguments = sympy.symbols(f"part:{count}")
    found: Operation = sympy.lambdify(arguments, head(*arguments), modules=MODULES)
    return found


def _fold(each: Operation, *parts: Any) -> Any:
    return reduce(each, parts)


def _number(expression: sympy.Expr) -> Node:
    if expression.is_Rational:
        return nodes.number(expression.p / expression.q)
    return nodes.number(complex(0, 1) if expression is sympy.I else float(expression))


def _product(expression: sympy.Expr) -> Node:
    """Numerator over denominator: a factor may be beyond the range of floats where its inverse is not."""
    above, below = [], []
    for factor in expression.args:
        if factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative:
            below.append(_power(factor.base, -factor.exp))
        else:
            above.append(node_of(factor))
    return nodes.quotient(above, below)


@lru_cache(maxsize=2048)
def _power(base: sympy.Expr, exponent: sympy.Expr) -> Node:
    if not exponent.is_number or not exponent.is_real:
        return nodes.apply(np.power, [node_of(base), node_of(exponent)])
    fixed = float(exponent)
    return node_of(base) if fixed == 1.0 else nodes.power(node_of(base), fixed)


def _special(expression: sympy.Expr) -> Node:
    """A function with numbers among its arguments, which sympy may spell by what they are."""
    open_parts = [part for part in expression.args if not part.is_number]
    places = sympy.symbols(f"part:{len(open_parts)}", cls=sympy.Dummy)
    given = iter(places)
    form = expression.func(*(part if part.is_number else next(given) for part in expression.args))
    return nodes.apply(sympy.lambdify(places, form, modules=MODULES), [node_of(part) for part in open_parts])


def _opaque(expression: sympy.Expr) -> Node:
    """A sum over a range, or a case distinction, as one operation on its symbols."""
    symbols = sorted(expression.free_symbols, key=lambda symbol: str(symbol.name))
    names = [symbol.name for symbol in symbols]
    if isinstance(expression, SERIES):
        compute = series(expression, function)
    else:
        raw = sympy.lambdify(symbols, expression, modules=MODULES)

        def compute(values: Values) -> Any:
            return raw(*(values[name] for name in names))

    def together(*parts: Any) -> Any:
        arrays = np.broadcast_arrays(*map(np.atleast_1d, parts)) or [np.zeros(1)]
        return compute(dict(zip(names or [""], arrays, strict=True)))

    return nodes.apply(together, [nodes.leaf(name) for name in names])
