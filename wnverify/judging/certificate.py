"""Certificate: one instance judged in ball arithmetic; what is said is certain, what is not certain is said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import sympy

from wnverify.batch import Batch
from wnverify.claim import Relation
from wnverify.judging.judge import Judge

if TYPE_CHECKING:
    from wnverify.balls.ball import Ball

CLOSE = 1e-12
"""An equality among the hypotheses counts as met when both sides are certainly this close, relative."""
MARGIN = 1e-9
"""By how much a claim must then be broken: a hypothesis that holds only up to rounding allows no hairline verdict."""
WIDE = 1e-9
"""A ball of larger relative radius tells no ratio, and decides only where it lies on one side of 1."""


class Standing(Enum):
    """How certainly a relation holds at one instance."""

    CERTAIN = "holds, certainly"
    CLOSE = "holds up to rounding: both sides agree to 1e-12"
    OPEN = "could not be decided"
    BROKEN = "certainly broken"


@dataclass(frozen=True)
class Sides:
    """Both sides of a relation as balls, and how it stands.

    Args:
        lhs: enclosure of the left side.
        rhs: enclosure of the right side.
        standing: whether the relation holds; of a claimed equation, up to the tolerance of the claim.
        ratio: more than 1 is a violation; None where the balls are too wide to tell.
    """

    lhs: Ball
    rhs: Ball
    standing: Standing
    ratio: float | None = None


@dataclass(frozen=True)
class Certificate:
    """A claim and its hypotheses at one instance, in balls.

    Args:
        main: the claim itself.
        given: the hypotheses by name.
        quantities: the enclosure of every measured symbol.
    """

    main: Sides
    given: Mapping[str, Sides]
    quantities: Mapping[str, Ball]

    @property
    def refutes(self) -> bool:
        """Whether the instance certainly breaks the claim while meeting its hypotheses."""
        return self.main.standing is Standing.BROKEN and not self.obstacle

    @property
    def holds(self) -> bool:
        """Whether the instance certainly satisfies the claim, an equation up to its tolerance."""
        return self.main.standing in (Standing.CERTAIN, Standing.CLOSE)

    @property
    def obstacle(self) -> str:
        """What keeps a violation from counting, in words; empty where nothing does."""
        named = {sides.standing: f"the hypothesis {name!r}" for name, sides in self.given.items()}
        if Standing.BROKEN in named:
            return f"{named[Standing.BROKEN]} is certainly broken"
        if Standing.OPEN in named:
            return f"{named[Standing.OPEN]} could not be certified"
        if Standing.CLOSE in named and not far_apart(self.main):
            return f"{named[Standing.CLOSE]} holds up to rounding only, which can explain the gap"
        wide = self.main.ratio is None and self.main.standing is Standing.OPEN
        return "the enclosures are too wide to tell" if wide else ""


def far_apart(sides: Sides) -> bool:
    """Whether the gap between two sides is far beyond what equalities met to 1e-12 explain: more than `MARGIN`.

    It is relative to the larger side; a side of exactly 0 sets no scale, and the other is then measured against 1.
    """
    ends = [abs(end) for ball in (sides.lhs, sides.rhs) for end in (ball.lower, ball.upper)]
    scale = max(*ends, 1.0) if 0.0 in (max(ends[:2]), max(ends[2:])) else max(ends)
    apart = max(sides.lhs.lower - sides.rhs.upper, sides.rhs.lower - sides.lhs.upper)
    return math.isfinite(scale) and apart > MARGIN * scale


def certify(judge: Judge, batch: Batch) -> Certificate | None:
    """Judge one instance in balls; None if the family offers no enclosure of some quantity."""
    if judge.family.enclosures(batch, ()) is None:
        return None
    claim = judge.stated(batch.settings)
    names = {symbol.name for symbol in claim.free_symbols}
    values = judge.family.enclosures(batch, names)
    if values is None:
        return None
    from wnverify.balls.ball import Ball  # flint loads only where something is certified

    by_symbol = {symbol: values[symbol.name] for symbol in claim.free_symbols}
    main = _sides(claim.main, by_symbol, claim.tolerance, beside_zero=1)
    given = {name: _sides(relation, by_symbol) for name, relation in claim.given.items()}
    return Certificate(main, given, {name: Ball.from_arb(values[name]) for name in sorted(names)})


def standing_at(relation: Relation, values: Mapping[sympy.Symbol, Any]) -> Standing:
    """How a hypothesis stands at numbers or balls, one for each of its symbols."""
    return _sides(relation, values).standing


def _sides(
    relation: Relation, values: Mapping[sympy.Symbol, Any], tolerance: float = CLOSE, beside_zero: int = 0
) -> Sides:
    """Both sides enclosed and compared; those of an equation may differ by the tolerance, relative to the larger.

    Where the right side is 0, the tolerance is that of a number of size `beside_zero`; see `judge.scale_of`.
    """
    from flint import arb

    from wnverify.balls.ball import Ball
    from wnverify.balls.expression import enclose

    lhs, rhs = enclose(relation.lhs, values), enclose(relation.rhs, values)
    small, large = relation.oriented(lhs, rhs)
    if relation.relation == "=":
        small, large = abs(lhs - rhs), arb(tolerance) * (beside_zero if rhs == 0 else abs(lhs).max(abs(rhs)))
    standing = Standing.CERTAIN if lhs == rhs and relation.relation == "=" else _standing(relation, small, large)
    ratio = quotient(small, large)
    if ratio is None and standing is Standing.BROKEN:
        ratio = math.inf
    return Sides(Ball.from_arb(lhs), Ball.from_arb(rhs), standing, ratio)


def _standing(relation: Relation, small: Any, large: Any) -> Standing:
    """Every comparison of balls is certain or false; NaN makes all of them false."""
    if small < large or (small <= large and not relation.is_strict):
        return Standing.CLOSE if relation.relation == "=" else Standing.CERTAIN
    return Standing.BROKEN if small > large or (small >= large and relation.is_strict) else Standing.OPEN


def quotient(small: Any, large: Any) -> float | None:
    """Small over large as a number.

    Where the ball is wide: its certified lower end if that shows a violation, its upper end if it is next to nothing
    (a defect of rounding alone), otherwise None.
    """
    if not large > 0:
        return math.inf if small > large else None
    ratio = small / large
    if ratio.is_exact() or ratio.rad() <= WIDE * abs(ratio.mid()):
        return float(ratio.mid())
    if small > large:
        return float(ratio.lower())
    return float(ratio.upper()) if ratio.abs_upper() < WIDE else None
