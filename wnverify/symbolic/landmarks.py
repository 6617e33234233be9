"""Landmarks: where an expression of one variable can turn, jump, vanish or blow up.

The places are zeros of the sums inside the expression and of their derivatives: exact where they are roots of a
polynomial of low degree, else found by changes of sign on a grid over 60 decades and refined by Newton's method in
balls. What is narrower than a grid (a window of 1e-6 in which a root is not real) still has a zero of a derivative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import sympy
from flint import arb

from wnverify.arrays import FloatArray, distinct
from wnverify.balls.expression import enclose
from wnverify.errors import DomainError
from wnverify.symbolic.interval import UnknownSignError, sign_of
from wnverify.symbolic.proof.domain import Domain, Point
from wnverify.symbolic.proof.rewrite import operations
from wnverify.symbolic.proof.traversal import in_order
from wnverify.symbolic.sampling import evaluate

NODES = 14
LARGEST = 150
ROOTS = 6
SHORT = 25
STEPS = 6
PRECISION = 512
DIGITS, FINEST = 60, 1e-75
JUMPS = (sympy.Min, sympy.Max, sympy.Abs, sympy.floor, sympy.ceiling, sympy.sign)
GRID = 10.0 ** np.linspace(-30, 30, 481)


def nodes(expressions: Iterable[sympy.Expr], symbol: sympy.Symbol) -> Iterator[sympy.Expr]:
    """The sums that contain the symbol, smallest first, then their derivatives; each is formed if asked for."""
    small = _sums(tuple(expressions), symbol)
    given: set[sympy.Expr] = set()
    for node in chain(small, (_slope(node, symbol) for node in small if not node.has(*JUMPS))):
        if node not in given and symbol in node.free_symbols:
            given.add(node)
            yield node


@lru_cache(maxsize=64)
def _sums(expressions: tuple[sympy.Expr, ...], symbol: sympy.Symbol) -> tuple[sympy.Expr, ...]:
    sums: dict[sympy.Expr, None] = {}
    for expression in expressions:
        for part in in_order(expression):
            if part.is_Add and symbol in part.free_symbols:
                sums[part] = None
            if isinstance(part, sympy.Min | sympy.Max):
                sums.update((part.args[0] - other, None) for other in part.args[1:])
            if isinstance(part, sympy.floor | sympy.ceiling):
                sums.update((part.args[0] - step, None) for step in (1, 2))
    sizes = {node: operations(node) for node in sums}
    return tuple(sorted((node for node in sums if sizes[node] < LARGEST), key=lambda node: sizes[node])[:NODES])


@lru_cache(maxsize=256)
def _slope(node: sympy.Expr, symbol: sympy.Symbol) -> sympy.Expr:
    return sympy.diff(node, symbol)


def landmarks(sums: Iterable[sympy.Expr], symbol: sympy.Symbol, domain: Domain, fixed: Point) -> Iterator[sympy.Expr]:
    """Numbers of the domain at which one of the sums vanishes, the other symbols fixed; each is found if asked for.

    >>> x = sympy.Symbol("x", positive=True)
    >>> list(landmarks(nodes([1 / (x - sympy.pi)], x), x, Domain(sympy.Integer(0)), {}))
    [pi]
    """
    given: set[sympy.Expr] = set()
    for node in sums:
        for root in _zeros(node, symbol, domain, fixed):
            if root not in given and _inside(root, domain):
                given.add(root)
                yield root


def _zeros(node: sympy.Expr, symbol: sympy.Symbol, domain: Domain, fixed: Point) -> Iterable[sympy.Expr]:
    roots = _exact(node, symbol, fixed)
    if roots is not None:
        return roots
    return (_refined(node, symbol, fixed, start) for start in _starts(node, symbol, domain, fixed))


def _exact(node: sympy.Expr, symbol: sympy.Symbol, fixed: Point) -> list[sympy.Expr] | None:
    """The roots of a short polynomial of low degree; None for everything else."""
    powers = _powers(node, symbol)
    if powers is None:
        return None
    others = {other: value for other, value in fixed.items() if other != symbol}
    *higher, a, b, c = [sympy.Integer(0)] * 2 + [sympy.expand(each.xreplace(others)) for each in powers]
    return None if any(each != 0 for each in higher) else _roots(a, b, c)


@lru_cache(maxsize=1024)
def _powers(node: sympy.Expr, symbol: sympy.Symbol) -> list[sympy.Expr] | None:
    """The coefficients of a short polynomial, that of the highest power first; None for everything else."""
    if operations(node) > SHORT or not node.is_polynomial(*node.free_symbols):
        return None
    return list(sympy.Poly(node, symbol).all_coeffs())


def _roots(a: sympy.Expr, b: sympy.Expr, c: sympy.Expr) -> list[sympy.Expr]:
    """The real roots of a·x² + b·x + c, the smaller first; none where it is constant, or nearly has a double one."""
    if a == 0:
        return [-c / b] if b != 0 else []
    middle, square = -b / (2 * a), sympy.expand((b**2 - 4 * a * c) / (4 * a**2))
    try:
        if sign_of(square) < 0:
            return []
    except UnknownSignError:
        return []
    return list(dict.fromkeys((middle - sympy.sqrt(square), middle + sympy.sqrt(square))))


def _inside(number: sympy.Expr, domain: Domain) -> bool:
    return replace(domain, integer=False).contains(number)


def grid(domain: Domain) -> FloatArray:
    """Doubles over 60 decades on both sides of zero and from each finite end of the domain, in order."""
    low, high = float(domain.low), float(domain.high)
    parts = [GRID, -GRID, np.zeros(1)]
    parts += [end + sign * GRID for end in (low, high) if np.isfinite(end) and end for sign in (1, -1)]
    points = distinct(np.concatenate(parts))
    inside = (points > low if domain.strict else points >= low) & (points <= high)
    return points[inside]


def _starts(node: sympy.Expr, symbol: sympy.Symbol, domain: Domain, fixed: Point) -> Iterator[tuple[float, float]]:
    """Short intervals in which the node changes its sign."""
    points = grid(domain)
    try:
        signs = np.sign(_along(node, symbol, fixed, points))
    except DomainError:
        return
    changes = np.flatnonzero((signs[:-1] * signs[1:] < 0) | (signs[:-1] == 0))[:ROOTS]
    yield from (_narrowed(node, symbol, fixed, (points[i], points[i + 1])) for i in changes)


def _along(node: sympy.Expr, symbol: sympy.Symbol, fixed: Point, points: FloatArray) -> FloatArray:
    columns = {other: np.full(points.size, float(value)) for other, value in fixed.items()}
    return evaluate(node, {**columns, symbol: points})


def _narrowed(node: sympy.Expr, symbol: sympy.Symbol, fixed: Point, ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    for _ in range(STEPS):
        points = np.linspace(low, high, 65)
        signs = np.sign(_along(node, symbol, fixed, points))
        change = np.flatnonzero(signs[:-1] * signs[1:] <= 0)
        if not change.size:
            break
        low, high = float(points[change[0]]), float(points[change[0] + 1])
    return low, high


def _refined(node: sympy.Expr, symbol: sympy.Symbol, fixed: Point, ends: tuple[float, float]) -> sympy.Rational:
    """The secant method in balls from a short interval; its middle where that leads away."""
    old, new = (sympy.Rational(end) for end in ends)
    middle = (old + new) / 2
    before = _value(node, {**fixed, symbol: old})
    for _ in range(STEPS):
        after = _value(node, {**fixed, symbol: new})
        step = after * enclose(new - old, {}, PRECISION) / (after - before)
        if not step.is_finite() or abs(step) > abs(float(middle)) * 1e-3 + 1e-12:
            return middle
        if abs(step) < FINEST * (1 + abs(float(middle))):
            break  # an exponential of exponentials may leave steps of a billion digits
        old, before, new = new, after, new - _rational(step)
        if old == new:
            break
    return new


def _value(node: sympy.Expr, point: Point) -> arb:
    try:
        return enclose(node, point, PRECISION)
    except DomainError:
        return arb.nan()


def _rational(number: Any) -> sympy.Rational:
    """The middle of a ball, to some dozens of digits."""
    return sympy.Rational(number.mid().str(DIGITS, radius=False))


def near(number: sympy.Expr, domain: Domain) -> Iterator[sympy.Rational]:
    """Rational numbers at a landmark and on both sides of it, down to one part in 10^30; or the integers there."""
    middle = number if number.is_Rational else _rational(enclose(number, {}, PRECISION))
    if domain.integer:
        yield from (value for step in (0, 1, -1, 2) if domain.contains(value := sympy.floor(middle) + step))
        return
    scale = abs(middle) or sympy.Integer(1)
    shifts = [sign * scale / sympy.Integer(10) ** digits for digits in (1, 3, 5, 8, 12, 30) for sign in (1, -1)]
    yield from (value for shift in [0, *shifts] if domain.contains(value := middle + shift))
