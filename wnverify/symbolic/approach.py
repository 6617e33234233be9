"""Behaviour towards an end of a symbol's domain: exact leading terms, and certified values on the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import flint
import sympy

from wnverify.balls.expression import enclose
from wnverify.symbolic.leading import Leading, NoLeadingTermError, leading
from wnverify.symbolic.proof.domain import Box, Domain, Point
from wnverify.symbolic.proof.rewrite import in_terms_of
from wnverify.symbolic.proof.verify import Tends
from wnverify.symbolic.region import Region
from wnverify.symbolic.witness import describe

RUNGS = (4, 8, 12, 16, 20, 24)
PRECISION = 640
FAR, FINE = (100, 400, 1600), 16_384
"""Powers of 10 where a limit is not yet near at the rungs, for exp(100) lies in between; and the bits there."""
SMALL = 120
MOST_WAYS = 4
HALF_LINE = Domain(sympy.Integer(0), sympy.oo, strict=True)


@dataclass(frozen=True)
class Path:
    """A way to an end of the domain: symbols become functions of t, and t → ∞.

    Args:
        name: the way in words, `L → oo`.
        moves: what the moving symbols are in terms of `t`.
        t: the parameter that tends to ∞.
        to: where the symbol goes, if it is a single one; from above (side 1) or from below (side −1).
        scale: what `t` is, for the reader.
        moved: expressions as functions of t, as they were asked for.
    """

    name: str
    moves: Mapping[sympy.Symbol, sympy.Expr]
    t: sympy.Symbol
    scale: str
    to: sympy.Expr = sympy.oo
    side: int = 1
    moved: dict[sympy.Expr, sympy.Expr] = field(default_factory=dict, compare=False, repr=False)

    def statement(self, expr: sympy.Expr, value: sympy.Expr) -> Tends:
        """That the expression tends to the value on the way of the single symbol that moves."""
        (symbol,) = self.moves
        return Tends(expr, symbol, self.to, value, self.side)

    def along(self, expr: sympy.Expr) -> sympy.Expr:
        """The expression as a function of t."""
        if expr not in self.moved:
            self.moved[expr] = in_terms_of(expr, self.moves)
        return self.moved[expr]

    def region(self, box: Box) -> Region:
        """Where the symbols that do not move lie."""
        return Region(
            {**{symbol: domain for symbol, domain in box.items() if symbol not in self.moves}, self.t: HALF_LINE}
        )

    def leading(self, expr: sympy.Expr, box: Box) -> Leading | None:
        """Leading term on the way; None if the rules give none."""
        moved, region = self.along(expr), self.region(box)
        try:
            return leading(moved, self.t, region)
        except NoLeadingTermError:
            return self._over_one_denominator(moved, region)

    def _over_one_denominator(self, moved: sympy.Expr, region: Region) -> Leading | None:
        """Where leading terms of a sum cancel, the same for the quotient that it is."""
        if moved.count_ops() > SMALL or not moved.is_rational_function(self.t):
            return None
        try:
            return leading(sympy.cancel(sympy.together(moved), self.t), self.t, region)
        except NoLeadingTermError:
            return None

    def values(
        self, expr: sympy.Expr, point: Point, rungs: Sequence[int] = RUNGS, precision: int = PRECISION
    ) -> list[flint.arb]:
        """Certified values at t = 10^4, 10^8, ..., 10^24, or other powers; the other symbols as in `point`."""
        moved = self.along(expr)
        fixed = {symbol: value for symbol, value in point.items() if symbol not in self.moves}
        return [enclose(moved, {**fixed, self.t: sympy.Integer(10) ** rung}, precision) for rung in rungs]

    def fades(self, expr: sympy.Expr, point: Point) -> bool:
        """Whether certified values go to 0 along the way, as far as they can tell; if need be much farther out.

        >>> x = sympy.Symbol("x", positive=True)
        >>> late, way = x / (x + sympy.exp(100)), path_to(x, sympy.oo)
        >>> way.fades(late - 1, {}), way.fades(late - sympy.Rational(1, 2), {})
        (True, False)
        """
        return shrinks(self.values(expr, point)) or shrinks(self.values(expr, point, FAR, FINE))

    def witness(self, expr: sympy.Expr, point: Point, name: str) -> dict[str, str]:
        """The point, and two certified values of the expression far along the way."""
        values = self.values(expr, point)
        fixed = {symbol: value for symbol, value in point.items() if symbol not in self.moves}
        places = {
            symbol: move.xreplace({self.t: sympy.Integer(10) ** RUNGS[2]}) for symbol, move in self.moves.items()
        }
        at = ", ".join(f"{symbol} = {place}" for symbol, place in places.items())
        shown = {
            f"{name} at {at}": values[2].str(8, radius=False),
            f"{name} further on": values[-1].str(8, radius=False),
        }
        return describe(fixed) | describe(places) | shown


def path_to(symbol: sympy.Symbol, to: sympy.Expr, sign: int = 1) -> Path:
    """The way of one symbol to ∞, or to a number from above (sign 1) or from below (sign −1)."""
    t = sympy.Dummy("t", positive=True)
    move = t if to == sympy.oo else to + sign / t
    near = f"(1/|{symbol} − {to}|)" if to != 0 else f"(1/{symbol})"
    return Path(f"{symbol} → {to}", {symbol: move}, t, str(symbol) if to == sympy.oo else near, to, sign)


def ways_out(box: Box) -> list[Path]:
    """The ways to every end that is not reached: single symbols, and pairs growing together."""
    found = []
    for symbol, domain in box.items():
        if domain.high == sympy.oo:
            found.append(path_to(symbol, sympy.oo))
        if not domain.low.is_infinite and not domain.integer:
            found.append(path_to(symbol, domain.low))
    rising = [symbol for symbol, domain in box.items() if domain.high == sympy.oo]
    for index, first in enumerate(rising):
        found += [_together(first, second) for second in rising[index + 1 :]]
    return found


def hidden_ways(expr: sympy.Expr, box: Box) -> list[Path]:
    """The ways on which a difference a·x − b·y + c inside the expression stays 0 while both symbols grow."""
    found = []
    for node in sorted(expr.atoms(sympy.Add), key=sympy.default_sort_key):
        rising = [s for s in node.free_symbols if s in box and box[s].high == sympy.oo and not box[s].integer]
        if len(rising) == 2 and len(node.free_symbols) == 2 and node.is_polynomial(*rising):
            first, second = sorted(rising, key=str)
            slopes = [sympy.diff(node, symbol) for symbol in (first, second)]
            if all(slope.is_Rational for slope in slopes) and slopes[0] * slopes[1] < 0:
                found.append(_on_the_line(node, first, second))
    return found[:MOST_WAYS]


def _on_the_line(node: sympy.Expr, first: sympy.Symbol, second: sympy.Symbol) -> Path:
    t = sympy.Dummy("t", positive=True)
    slope = sympy.diff(node, first)
    place = sympy.expand((slope * first - node).xreplace({second: t}) / slope)
    return Path(f"{second} → oo with {node} = 0", {first: place, second: t}, t, str(second))


def _together(first: sympy.Symbol, second: sympy.Symbol) -> Path:
    t = sympy.Dummy("t", positive=True)
    return Path(f"{first} = {second} → oo", {first: t, second: t}, t, str(first))


def grows(path: Path, expr: sympy.Expr, box: Box, points: Sequence[Point]) -> Point | None:
    """A point at which the exact leading term tends to +∞ on the way, and so do the values."""
    found = path.leading(expr, box)
    if found is None or found.stays_bounded:
        return None
    return next((point for point in points if is_positive(found, point) and _rises(path.values(expr, point))), None)


def is_positive(found: Leading, point: Point) -> bool:
    """Whether the coefficient of the leading term is > 0 at the point, by balls."""
    return bool(enclose(found.coefficient, point, PRECISION) > 0)


def _rises(values: Sequence[flint.arb]) -> bool:
    return all(after > before for before, after in pairwise(values[1:]))


def shrinks(values: Sequence[flint.arb]) -> bool:
    """Whether certified values go to 0 as far as six of them can tell.

    >>> shrinks([flint.arb(1) / k for k in (1, 10, 100)]), shrinks([flint.arb(1)] * 3)
    (True, False)
    """
    sizes = [abs(value) for value in values]
    if any(not size.is_finite() for size in sizes):
        return False
    return bool(sizes[-1] < 1e-18 or sizes[-1] < sizes[0] / 2)
