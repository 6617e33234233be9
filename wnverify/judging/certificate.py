"""Certificate: one instance judged in ball arithmetic; what is said is certain, what is not certain is said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from wnverify.batch import Batch
from wnverify.claim import Claim, Relation
from wnverify.family import Family

if TYPE_CHECKING:
    from wnverify.balls.ball import Ball

CLOSE = 1e-12
"""An equality among the hypotheses counts as met when both sides are certainly this close, relative."""
MARGIN = 1e-9
"""By how much a claim must then be broken: a hypothesis that holds only up to rounding allows no hairline verdict."""


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
        standing: whether the relation holds.
    """

    lhs: Ball
    rhs: Ball
    standing: Standing


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
    def admissible(self) -> bool:
        """Whether every hypothesis certainly holds, equalities up to rounding."""
        return all(sides.standing in (Standing.CERTAIN, Standing.CLOSE) for sides in self.given.values())

    @property
    def refutes(self) -> bool:
        """Whether the instance certainly breaks the claim while meeting its hypotheses."""
        if self.main.standing is not Standing.BROKEN or not self.admissible:
            return False
        exact = all(sides.standing is Standing.CERTAIN for sides in self.given.values())
        return exact or self.gap > MARGIN

    @property
    def holds(self) -> bool:
        """Whether the instance certainly satisfies the claim."""
        return self.main.standing is Standing.CERTAIN

    @property
    def gap(self) -> float:
        """The certified distance between the two sides, relative to the larger; 0 where the balls meet."""
        lhs, rhs = self.main.lhs, self.main.rhs
        apart = max(lhs.lower - rhs.upper, rhs.lower - lhs.upper, 0.0)
        scale = max(abs(lhs.lower), abs(lhs.upper), abs(rhs.lower), abs(rhs.upper))
        if not math.isfinite(scale):
            return 0.0
        return apart / scale if scale > 0 else 0.0


def certify(claim: Claim, family: Family, batch: Batch) -> Certificate | None:
    """Judge one instance in balls; None if the family offers no enclosure of some quantity.

    Args:
        claim: the claim as the family states it in its default settings.
        family: the family, with its rescalings.
        batch: one instance.
    """
    stated = claim.substitute(family.rescaling(batch.settings))
    names = {symbol.name for symbol in stated.free_symbols}
    values = family.enclosures(batch, names)
    if values is None:
        return None
    from wnverify.balls.ball import Ball

    given = {name: _sides(relation, values) for name, relation in stated.given.items()}
    balls = {name: Ball.from_arb(values[name]) for name in sorted(names)}
    return Certificate(_sides(stated.main, values), given, balls)


def _sides(relation: Relation, values: Mapping[str, Any]) -> Sides:
    from wnverify.balls.ball import Ball
    from wnverify.balls.expression import enclose

    by_symbol = {symbol: values[symbol.name] for symbol in relation.free_symbols}
    lhs, rhs = enclose(relation.lhs, by_symbol), enclose(relation.rhs, by_symbol)
    return Sides(Ball.from_arb(lhs), Ball.from_arb(rhs), _standing(relation.relation, lhs, rhs))


def standing_at(relation: Relation, values: Mapping[Any, Any]) -> Standing:
    """How a relation stands at numbers or balls, one for each of its symbols."""
    from wnverify.balls.expression import enclose

    return _standing(relation.relation, enclose(relation.lhs, values), enclose(relation.rhs, values))


def _standing(relation: str, lhs: Any, rhs: Any) -> Standing:
    """Every comparison of balls is certain or false; NaN makes all of them false."""
    if relation == "=":
        if lhs == rhs:
            return Standing.CERTAIN
        if lhs < rhs or lhs > rhs:
            return Standing.CLOSE if _close(lhs, rhs) else Standing.BROKEN
        return Standing.CLOSE if _close(lhs, rhs) else Standing.OPEN
    small, large = (rhs, lhs) if relation in (">=", ">") else (lhs, rhs)
    if (small < large) or (relation in ("<=", ">=") and small <= large):
        return Standing.CERTAIN
    broken = (small > large) or (relation in ("<", ">") and small >= large)
    return Standing.BROKEN if broken else Standing.OPEN


def _close(lhs: Any, rhs: Any) -> bool:
    return bool(abs(lhs - rhs).upper() <= CLOSE * abs(lhs).max(abs(rhs)).upper())
