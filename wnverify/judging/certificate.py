"""Certificate: one instance judged in ball arithmetic; what is said is certain, what is not certain is said."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from wnverify.batch import Batch
from wnverify.claim import Claim, Relation
from wnverify.judging import terms
from wnverify.judging.judge import Judge

if TYPE_CHECKING:
    from wnverify.balls.ball import Ball

CLOSE = 1e-12
"""A hypothesis counts as met up to rounding when its sides are certainly this close, relative to their terms."""
ATTAINED = 1e-25
"""An inequality counts as attained when no ball tells the sides apart, and they are this close."""
WIDE = 1e-9
"""A ball of larger relative radius tells no ratio, and decides only where it lies on one side of 1."""
FINER, SMALL = (512, 1024), 32
"""Bits with which an instance is judged again where balls are too wide to tell, and how many numbers it may hold."""


class Standing(Enum):
    """How certainly a relation holds at one instance."""

    CERTAIN = "holds, certainly"
    NEARBY = "holds, certainly, at an instance within rounding of this one"
    CLOSE = "holds up to rounding: both sides agree to 1e-12"
    ATTAINED = "is attained: no ball tells the sides apart"
    OPEN = "could not be decided"
    BROKEN = "certainly broken"


@dataclass(frozen=True)
class Sides:
    """Both sides of a relation as balls, and how it stands.

    Args:
        lhs: enclosure of the left side.
        rhs: enclosure of the right side.
        standing: whether the relation holds; of a claimed equation that no ball contradicts, up to its tolerance.
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
        """Whether the instance, or one within rounding of it, certainly breaks the claim and meets its hypotheses."""
        return self.main.standing is Standing.BROKEN and not self.obstacle

    @property
    def holds(self) -> bool:
        """Whether the instance satisfies the claim: an inequality certainly, an equation up to its tolerance."""
        return self.main.standing in (Standing.CERTAIN, Standing.CLOSE)

    @property
    def attained(self) -> bool:
        """Whether the sides of an inequality agree as far as balls tell, so that neither is certainly the larger."""
        return self.main.standing is Standing.ATTAINED

    @property
    def is_open(self) -> bool:
        """Whether the claim or a hypothesis could not be decided, which sharper balls may do."""
        return any(sides.standing is Standing.OPEN for sides in (self.main, *self.given.values()))

    @property
    def nearly_met(self) -> list[str]:
        """The hypotheses that hold up to rounding only."""
        return [name for name, sides in self.given.items() if sides.standing is Standing.CLOSE]

    @property
    def obstacle(self) -> str:
        """What keeps a violation from counting, in words; empty where nothing does."""
        named = {sides.standing: f"the hypothesis {name!r}" for name, sides in self.given.items()}
        if Standing.BROKEN in named:
            return f"{named[Standing.BROKEN]} is certainly broken"
        if Standing.OPEN in named:
            return f"{named[Standing.OPEN]} could not be certified"
        if Standing.CLOSE in named:
            return f"{named[Standing.CLOSE]} holds up to rounding only, and no instance nearby is known to meet it"
        wide = self.main.ratio is None and self.main.standing is Standing.OPEN
        return "the enclosures are too wide to tell" if wide else ""


def certify(judge: Judge, batch: Batch) -> Certificate | None:
    """Judge one instance in balls; None if the family offers no enclosure of some quantity."""
    if judge.family.enclose(batch, ()) is None:
        return None
    claim = judge.stated(batch.settings)
    values = enclosed(judge, batch, {symbol.name for symbol in claim.free_symbols})
    return None if values is None else certificate_of(claim, values, judge.constants)


def sharpened(judge: Judge, batch: Batch, found: Certificate) -> Certificate:
    """The certificate of a small instance in more bits, for as long as it leaves something open; at last as it is.

    Rounding may leave nothing of an instance in floats, and what is left of large numbers that cancel is told by
    balls only in more bits than these numbers have in front of it.
    """
    from flint import ctx

    small = sum(array.size for array in batch.arrays.values()) <= SMALL
    for bits in FINER if small else ():
        if not found.is_open:
            break
        with ctx.workprec(bits):
            found = certify(judge, batch) or found
    return found


def enclosed(judge: Judge, batch: Batch, names: Collection[str]) -> Mapping[str, Any] | None:
    """Balls around the named quantities, in the working precision; None if some quantity has none."""
    from flint import ctx

    key = "balls", judge.family, ctx.prec, frozenset(names)
    return batch.memo(key, lambda: judge.family.enclose(batch, names))


def certificate_of(claim: Claim, values: Mapping[str, Any], constants: terms.Constants = None) -> Certificate:
    """A claim and its hypotheses at balls by name; of constants, see `terms.is_constant`."""
    from wnverify.balls.ball import Ball  # flint loads only where something is certified

    by_symbol = {symbol: values[symbol.name] for symbol in claim.free_symbols}
    given = {name: sides_of(relation, by_symbol, constants=constants) for name, relation in claim.given.items()}
    quantities = {name: Ball.from_arb(values[name]) for name in sorted(symbol.name for symbol in by_symbol)}
    return Certificate(sides_of(claim.main, by_symbol, claim.tolerance, constants), given, quantities)


def standing_at(
    relation: Relation, values: Mapping[sympy.Symbol, Any], constants: terms.Constants = None
) -> Standing:
    """How a hypothesis stands at numbers or balls, one for each of its symbols; only an equation up to rounding."""
    sides = sides_of(relation, values, constants=constants)
    if sides.standing is Standing.CLOSE and relation.relation != "=":
        return _certain(relation, sides.lhs.to_arb(), sides.rhs.to_arb())
    return sides.standing


def sides_of(
    relation: Relation,
    values: Mapping[sympy.Symbol, Any],
    tolerance: float | None = None,
    constants: terms.Constants = None,
) -> Sides:
    """Both sides enclosed and compared.

    Args:
        relation: a claim, or a hypothesis.
        values: a number or ball for each symbol.
        tolerance: of the claim; None for a hypothesis, which may hold up to rounding.
        constants: what is the same for every instance, if that is known.
    """
    from wnverify.balls.ball import Ball
    from wnverify.balls.expression import enclose

    lhs, rhs = enclose(relation.lhs, values), enclose(relation.rhs, values)
    gap, scale = abs(lhs - rhs), cache(partial(_scale, relation, values, abs(lhs).max(abs(rhs)), constants))
    standing = _certain(relation, lhs, rhs)
    if tolerance is None:
        undecided = standing is not Standing.CERTAIN and not relation.is_strict
        standing = Standing.CLOSE if undecided and gap <= CLOSE * scale() else standing
    elif standing is Standing.OPEN and not relation.is_strict:
        equation = relation.relation == "="
        near = gap <= (tolerance if equation else ATTAINED) * scale()
        standing = (Standing.CLOSE if equation else Standing.ATTAINED) if near else standing
    pair = (gap, scale() * (tolerance or CLOSE)) if relation.relation == "=" else relation.oriented(lhs, rhs)
    ratio = quotient(*pair)
    if standing is Standing.BROKEN and not (ratio is not None and ratio > 1):
        ratio = _more_than_one(gap / scale())
    return Sides(Ball.from_arb(lhs), Ball.from_arb(rhs), standing, ratio)


def _more_than_one(share: Any) -> float:
    """The ratio of sides that certainly break the claim, for a gap of that share of their terms."""
    return max(1.0 + float(share.lower()), math.nextafter(1.0, 2.0)) if share.is_finite() else math.inf


def _scale(relation: Relation, values: Mapping[sympy.Symbol, Any], larger: Any, constants: terms.Constants) -> Any:
    """The size of the terms of a relation at the midpoints; that of the larger side where floats do not tell it."""
    from flint import arb

    from wnverify.balls.expression import enclose

    numbers = {symbol.name: np.array([float(enclose(symbol, values).mid())]) for symbol in relation.free_symbols}
    found = float(np.ravel(terms.Scale(relation)(numbers, constants=constants))[0])
    return arb(found) if 0 < found < math.inf else larger


def _certain(relation: Relation, lhs: Any, rhs: Any) -> Standing:
    """Every comparison of balls is certain or false; NaN makes all of them false."""
    if relation.relation == "=":
        apart = lhs < rhs or lhs > rhs
        return Standing.CERTAIN if lhs == rhs else Standing.BROKEN if apart else Standing.OPEN
    small, large = relation.oriented(lhs, rhs)
    if small < large or (small <= large and not relation.is_strict):
        return Standing.CERTAIN
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
