"""The second route of every decision: points of the domain, and the expression evaluated there in doubles.

Every coordinate is a short decimal, so that a point is an exact rational number which a reader can type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, reduce
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import scipy
import sympy

from wnverify.arrays import FloatArray, distinct
from wnverify.errors import DomainError, expected
from wnverify.symbolic.proof.domain import Box, Domain, Point
from wnverify.symbolic.proof.series import SERIES

Columns: TypeAlias = Mapping[sympy.Symbol, FloatArray]
"""Symbol -> (N,) values of its coordinate."""

STEPS = (0.01, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 10.0, 100.0, 10000.0)
LARGEST_INTEGER = 10**6
FAR = 100.0
"""A corner is no farther from another one."""
MOST_TERMS = 200
EXACT_POWERS = 22
"""The largest power of ten that a double holds exactly."""
POWERS = np.array([float(10**digits) for digits in range(EXACT_POWERS + 1)])
DIGITS = (6, 17)
"""How many digits a simple number has; in a domain that holds none of those, as many as a double tells apart."""


class NoPointError(DomainError):
    """No short decimal lies in a domain, so that nothing can be sampled there."""


def draw(box: Box, rng: np.random.Generator, count: int) -> dict[sympy.Symbol, FloatArray]:
    """`count` points of the box: the first half on a grid of simple numbers, the rest log-uniform.

    Raises:
        NoPointError: if some domain is so narrow that no double lies in it.

    >>> x = sympy.Symbol("x", positive=True)
    >>> column = draw({x: Domain(sympy.Integer(0), strict=True)}, np.random.default_rng(0), 100)[x]
    >>> column.shape, bool(np.all(column > 0))
    ((100,), True)
    """
    return {symbol: _column(domain, rng, count) for symbol, domain in box.items()}


def corners(box: Box, most: int) -> dict[sympy.Symbol, FloatArray]:
    """Points of the box at which each symbol is as low as simple numbers go, or far above that; at most so many.

    Raises:
        NoPointError: if some domain is so narrow that no double lies in it.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> found = corners({x: Domain(sympy.Integer(0), sympy.Integer(1)), y: Domain(sympy.Integer(2))}, 64)
    >>> found[x].tolist(), found[y].tolist()
    ([0.0, 1.0, 0.0, 1.0], [2.0, 2.0, 102.0, 102.0])
    """
    size, number = len(box), np.arange(min(most, 1 << len(box)))[:, None]
    if 1 << size <= most:
        far = (number >> np.arange(size)) % 2 == 1
    else:  # ever more of the symbols, from none on
        far = np.random.default_rng(0).random((most, size)) < number / most
    return {symbol: np.where(away, *_apart(box[symbol])) for away, symbol in zip(far.T, box, strict=True)}


def _apart(domain: Domain) -> tuple[float, float]:
    """The farthest of the simple values that are not too far, and the least of all."""
    values = _simple_values(domain)
    return float(values[values <= values.min() + FAR].max()), float(values.min())


def _column(domain: Domain, rng: np.random.Generator, count: int) -> FloatArray:
    """A grid of simple numbers and a spread of others, rounded; a simple number for each that leaves the domain."""
    simple, rounded = _simple_values(domain), _rounded_values(domain)
    grid = rounded[rng.integers(0, simple.size, size=count // 2)]
    found = np.concatenate([grid, _rounded(_spread(domain, rng, count - count // 2), domain)])
    low, high = _ends(domain)
    outside = (found <= low if domain.strict else found < low) | (found > high)
    others = rng.integers(0, simple.size, size=count)
    return np.where(outside, simple[others], found) if outside.any() else found


def _rounded(values: FloatArray, domain: Domain) -> FloatArray:
    if domain.integer:
        return np.rint(np.clip(values, -LARGEST_INTEGER, LARGEST_INTEGER))
    return _to_three_digits(values)


@lru_cache(maxsize=256)
def _rounded_values(domain: Domain) -> FloatArray:
    return _rounded(_simple_values(domain), domain)


@lru_cache(maxsize=256)
def _ends(domain: Domain) -> tuple[float, float]:
    return float(domain.low), float(domain.high)


def _to_three_digits(values: FloatArray) -> FloatArray:
    """The nearest numbers of three digits; a quotient of two integers that doubles hold is the double of a decimal.

    >>> _to_three_digits(np.array([0.12345, -98765.0, 0.0, 0.1 + 0.2])).tolist()
    [0.123, -98800.0, 0.0, 0.3]
    """
    with np.errstate(divide="ignore"):
        places = 2 - np.floor(np.log10(np.abs(values)))
    if np.any(np.isfinite(places) & (np.abs(places) > EXACT_POWERS)):
        return np.array([float(f"{value:.3g}") for value in values])
    scale = POWERS[np.abs(np.where(np.isfinite(places), places, 0.0)).astype(int)]
    return np.where(places > 0, np.rint(values * scale) / scale, np.rint(values / scale) * scale)


@lru_cache(maxsize=256)
def _simple_values(domain: Domain) -> FloatArray:
    low, high = _ends(domain)
    steps = np.array(STEPS)
    if np.isfinite(low) and np.isfinite(high):
        candidates = low + (high - low) * np.array([0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1])
    elif np.isfinite(low):
        candidates = np.concatenate([[low], low + steps, steps])
    elif np.isfinite(high):
        candidates = np.concatenate([[high], high - steps, -steps])
    else:
        candidates = np.concatenate([-steps, [0.0], steps])
    if domain.integer:
        candidates = distinct(np.rint(np.concatenate([candidates, candidates + 4, candidates + 6])))
    for digits in DIGITS:
        decimals = [float(f"{value:.{digits}g}") for value in candidates]
        if inside := [value for value in decimals if domain.contains(exact(value))]:
            return np.array(inside)
    raise NoPointError(expected("a domain with a point that can be written as a short decimal", domain))


def _spread(domain: Domain, rng: np.random.Generator, count: int) -> FloatArray:
    low, high = _ends(domain)
    if np.isfinite(low) and np.isfinite(high):
        return rng.uniform(low, high, count)
    step = 10.0 ** rng.uniform(-3, 4, count)
    if np.isfinite(low):
        return low + step
    return high - step if np.isfinite(high) else rng.choice([-1.0, 1.0], count) * step


def exact(value: float) -> sympy.Rational:
    """The rational number that the shortest decimal of a double stands for.

    >>> exact(0.1)
    1/10
    """
    return sympy.Rational(repr(float(value)))


def point_at(columns: Columns, row: int) -> Point:
    """One sampled point, as exact numbers."""
    return {symbol: exact(column[row]) for symbol, column in columns.items()}


def evaluate(
    expression: sympy.Expr, columns: Columns, memo: dict[sympy.Expr, FloatArray] | None = None
) -> FloatArray:
    """Values of the expression at every point: (N,); NaN where it is not real, or not within doubles.

    Args:
        expression: what is evaluated.
        columns: the points.
        memo: values already found at the same points; it is added to.

    >>> x = sympy.Symbol("x", real=True)
    >>> evaluate(sympy.Min(1, sympy.sqrt(x)), {x: np.array([4.0, 0.25, -1.0])}).tolist()
    [1.0, 0.5, nan]
    """
    size = max((column.size for column in columns.values()), default=1)
    memo = {} if memo is None else memo
    memo.update(columns)
    with np.errstate(all="ignore"):
        return np.broadcast_to(_evaluate(expression, memo), (size,)).astype(float)


def _evaluate(expression: sympy.Expr, memo: dict[sympy.Expr, FloatArray]) -> FloatArray:
    if expression not in memo:
        values = [] if isinstance(expression, SERIES) else [_evaluate(part, memo) for part in expression.args]
        memo[expression] = _apply(expression, values) if values or not expression.args else _series(expression, memo)
    return memo[expression]


def _apply(expression: sympy.Expr, values: list[FloatArray]) -> FloatArray:
    if not expression.args:
        if not expression.is_number:
            raise DomainError(expected("an expression without sums or unknown symbols", expression))
        return np.asarray(float(expression) if expression.is_extended_real else np.nan)
    rule = _FLOAT_RULES.get(expression.func)
    if rule is None:
        remedy = f"use {', '.join(sorted(kind.__name__ for kind in _FLOAT_RULES))}"
        raise DomainError(expected("a known function", expression.func.__name__, remedy))
    return rule(*values)


def _series(expression: sympy.Expr, memo: dict[sympy.Expr, FloatArray]) -> FloatArray:
    """A sum or product of at most `MOST_TERMS` terms; of longer ones nothing is known here."""
    join, total = (np.add, 0.0) if isinstance(expression, sympy.Sum) else (np.multiply, 1.0)
    if len(expression.limits) != 1:
        return np.asarray(np.nan)
    index, *ends = expression.limits[0]
    low, high = (_evaluate(end, memo) for end in ends)
    outside = ~((high >= low - 1) & (high - low < MOST_TERMS))
    first, last = np.where(outside, 0.0, low), np.where(outside, -1.0, high)
    found = np.where(outside, np.nan, total)
    for step in range(int(first.min()), int(last.max()) + 1):
        known = {expr: values for expr, values in memo.items() if expr.is_Symbol}
        term = _evaluate(expression.function, {**known, index: np.asarray(float(step))})
        found = np.where((first <= step) & (step <= last), join(found, term), found)
    return found


def _special(name: str) -> Callable[..., FloatArray]:
    """A function of `scipy.special`, which takes long to load; SciPy does that where it is called."""
    return lambda z: np.asarray(getattr(scipy.special, name)(z))


def _fold(function: Callable[[FloatArray, FloatArray], FloatArray]) -> Callable[..., FloatArray]:
    return lambda *values: reduce(function, values)


_FLOAT_RULES: Mapping[type, Callable[..., FloatArray]] = MappingProxyType(
    {
        sympy.Add: _fold(np.add),
        sympy.Mul: _fold(np.multiply),
        sympy.Pow: np.power,
        sympy.Min: _fold(np.minimum),
        sympy.Max: _fold(np.maximum),
        sympy.Abs: np.abs,
        sympy.exp: np.exp,
        sympy.log: np.log,
        sympy.sin: np.sin,
        sympy.cos: np.cos,
        sympy.tan: np.tan,
        sympy.atan: np.arctan,
        sympy.asin: np.arcsin,
        sympy.acos: np.arccos,
        sympy.sinh: np.sinh,
        sympy.cosh: np.cosh,
        sympy.tanh: np.tanh,
        sympy.erf: _special("erf"),
        sympy.erfc: _special("erfc"),
        sympy.gamma: _special("gamma"),
        sympy.floor: np.floor,
        sympy.ceiling: np.ceil,
        sympy.sign: np.sign,
    }
)
