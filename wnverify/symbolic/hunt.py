"""The hunt for a violation where a claim could not be proved: far out, at landmarks and beside them, along diagonals.

Sampling finds what fails on a good part of the domain. What fails only far out, in a narrow window, at one integer or
by less than doubles can show is looked for here: candidate points from the structure of the expression, each judged
in balls of high precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import sympy
from flint import arb

from wnverify.balls import expression as balls
from wnverify.errors import DomainError
from wnverify.symbolic.broken import broken_part, vanishes
from wnverify.symbolic.landmarks import landmarks, near, nodes
from wnverify.symbolic.proof.domain import Box, Domain, Point
from wnverify.symbolic.proof.rewrite import operations, twin
from wnverify.symbolic.sampling import draw, point_at
from wnverify.symbolic.witness import describe, readable, short_at, value_at

PRECISION = 2048
BASES = 2
MOST, LEAST, WORK = 400, 60, 12_000
FAR = tuple(sympy.Integer(10) ** digits for digits in (2, 4, 6, 8, 10, 13, 17, 25, 40, 90, 300))
SMALL = tuple(sympy.Rational(1, 1) / number for number in FAR)
POWERS = (-1, 0, 1, 1, 2)
Test = Callable[[Point], "dict[str, str] | None"]


def candidates(expressions: Sequence[sympy.Expr], box: Box, rng: np.random.Generator) -> list[Point]:
    """Points at which a claim about these expressions may break, the plainest first; fewer for long expressions."""
    work = sum(operations(expression) for expression in expressions)
    found = (point for point in _candidates(expressions, box, rng) if all(short_at(e, point) for e in expressions))
    return list(islice(found, max(LEAST, min(MOST, WORK // (1 + work)))))


def _candidates(expressions: Sequence[sympy.Expr], box: Box, rng: np.random.Generator) -> Iterator[Point]:
    bases = _bases(box, rng)
    yield from bases
    ways = [_along(expressions, base, symbol, box[symbol]) for base in bases for symbol in box]
    yield from _in_turns([_diagonals(box, rng), *ways])


def _in_turns(ways: list[Iterator[Point]]) -> Iterator[Point]:
    """One point of each way after the other, until all are exhausted."""
    while ways:
        for way in list(ways):
            point = next(way, None)
            if point is None:
                ways.remove(way)
            else:
                yield point


def _along(expressions: Sequence[sympy.Expr], base: Point, symbol: sympy.Symbol, domain: Domain) -> Iterator[Point]:
    """Along one symbol, the others fixed: far out and both ends in turns with landmarks and their neighbours."""
    yield from _in_turns([_far(base, symbol, domain), _marked(expressions, base, symbol, domain)])


def _bases(box: Box, rng: np.random.Generator) -> list[Point]:
    columns = draw(box, rng, 64)
    return [point_at(columns, row) for row in readable(columns, np.arange(64))[:BASES]]


def _diagonals(box: Box, rng: np.random.Generator) -> Iterator[Point]:
    """All symbols moving out together, each with its own power of one large number."""
    for number in FAR:
        for _ in range(3):
            powers = rng.choice(POWERS, size=len(box))
            point = {s: out(number ** int(p), domain) for p, (s, domain) in zip(powers, box.items(), strict=True)}
            yield point


def out(number: sympy.Rational, domain: Domain) -> sympy.Rational:
    """A number of the domain that lies as far from its lower end as the number says, or as near."""
    if domain.low.is_infinite:
        low = number if domain.high.is_infinite else domain.high - number
    elif domain.high.is_infinite:
        low = domain.low + number
    else:
        low = domain.low + (domain.high - domain.low) * number / (1 + number)
    value = sympy.floor(low) if domain.integer else low
    value = value if value.is_Rational else sympy.Rational(str(sympy.N(value, 30)))
    return value if domain.contains(value) else domain.high if domain.high.is_Rational else domain.low


def _far(base: Point, symbol: sympy.Symbol, domain: Domain) -> Iterator[Point]:
    ends = [end for end in (domain.low, domain.high) if end.is_Rational and domain.contains(end)]
    yield from ({**base, symbol: end} for end in ends)
    for large, small in zip(FAR, SMALL, strict=True):
        yield {**base, symbol: out(large, domain)}
        yield {**base, symbol: out(small, domain)}
        if domain.low.is_infinite and domain.contains(-large):
            yield {**base, symbol: -large}


def _marked(expressions: Sequence[sympy.Expr], base: Point, symbol: sympy.Symbol, domain: Domain) -> Iterator[Point]:
    fixed = {other: value for other, value in base.items() if other != symbol}
    for mark in landmarks(nodes(expressions, symbol), symbol, domain, fixed):
        yield {**base, symbol: mark}
        yield from ({**base, symbol: value} for value in near(mark, domain))


def first_failure(points: Iterable[Point], test: Test) -> dict[str, str] | None:
    """The first candidate that certainly fails."""
    return next(filter(None, (test(point) for point in points)), None)


def undefined_at(expressions: Sequence[sympy.Expr]) -> Test:
    """A test for points at which some expression is certainly undefined."""

    def test(point: Point) -> dict[str, str] | None:
        reason = next(filter(None, (broken_part(expression, point) for expression in expressions)), "")
        return describe(point) | {"value": f"not a finite real number: {reason}"} if reason else None

    return test


def above(lhs: sympy.Expr, rhs: sympy.Expr) -> Test:
    """A test for points at which lhs > rhs, certainly."""

    def test(point: Point) -> dict[str, str] | None:
        if not _greater(lhs, rhs, point):
            return None
        return describe(point) | _sides(lhs, rhs, point)

    return test


def infinite_ratio(bound: sympy.Expr, rate: sympy.Expr) -> Test:
    """A test for points at which the rate is exactly 0 and the bound certainly positive."""

    def test(point: Point) -> dict[str, str] | None:
        if not vanishes(rate, point) or not _greater(bound, sympy.Integer(0), point):
            return None
        return describe(point) | {"bound": value_at(bound, point), "rate": "0"}

    return test


@dataclass(frozen=True)
class _At:
    """An expression at a point, enclosed once at each precision."""

    expr: sympy.Expr
    point: Point
    known: dict[int, arb] = field(default_factory=dict)

    def enclosed(self, precision: int) -> arb:
        if precision not in self.known:
            self.known[precision] = balls.enclose(self.expr, self.point, precision)
        return self.known[precision]


def _greater(lhs: sympy.Expr, rhs: sympy.Expr, point: Point) -> bool:
    return _exceeds(_At(lhs, point), _At(rhs, point))


def _exceeds(one: _At, other: _At) -> bool:
    """Whether balls show that one is larger, at ever higher precision until they lie apart."""
    precision = balls.START_PRECISION
    try:
        while precision <= PRECISION:
            left, right = one.enclosed(precision), other.enclosed(precision)
            if left > right or left <= right:
                return bool(left > right)
            precision *= 2
    except DomainError:
        pass
    return False


def _sides(lhs: sympy.Expr, rhs: sympy.Expr, point: Point) -> dict[str, str]:
    left, right = (balls.enclose(side, point, PRECISION) for side in (lhs, rhs))
    digits = next((count for count in (12, 40, 120) if left.str(count) != right.str(count)), 320)
    return {
        "left side": left.str(digits, radius=False),
        "right side": right.str(digits, radius=False),
        "left − right": (left - right).str(5, radius=False),
    }


def steps(expr: sympy.Expr, symbol: sympy.Symbol, later: sympy.Symbol, domain: Domain, *, rising: bool) -> Test:
    """A test for points from which the expression falls (rises) to a later value of the symbol, certainly."""
    moved = twin(expr, symbol, later)
    sides = (expr, moved) if rising else (moved, expr)

    def test(point: Point) -> dict[str, str] | None:
        here = _At(expr, point)
        for value in _later(point[symbol], domain):
            there = _At(expr, {**point, symbol: value})
            if _exceeds(*((here, there) if rising else (there, here))):
                pair = {**point, later: value}
                return describe(pair) | _sides(*sides, pair)
        return None

    return test


def _later(value: sympy.Expr, domain: Domain) -> Iterator[sympy.Expr]:
    if domain.integer:
        yield from (value + step for step in (1, 2, 10) if domain.contains(value + step))
        return
    scale = abs(value) or sympy.Integer(1)
    shifts = [scale * sympy.Integer(10) ** digits for digits in (1, -1, -3, -6, -12, -40)]
    yield from (value + shift for shift in shifts if domain.contains(value + shift))
