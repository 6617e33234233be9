"""Exponents: how the two sides of a claim grow with one symbol, at the worst instances that a search finds."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import sympy

from wnverify.claim import Claim, Relation
from wnverify.errors import WnverifyError
from wnverify.family import Levels, Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.quantities import Source
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.tally import Tally
from wnverify.typed.confined import Confined

OTHER_SIZES = Levels((2, 4, 8))
"""Levels of a size of which the family says nothing."""
BASE_SIZE, STEPS = 2, 30
LEAST = 0.005
"""A power that would be written as 0.00; a symbol on which neither side depends tells nothing."""


@dataclass(frozen=True)
class Exponent:
    """How the sides grow with one symbol, fitted over a few levels, the others fixed.

    Args:
        name: the symbol.
        left: exponent of the left side at the worst instances found.
        right: exponent of the right side there.
        low: the least level, the offset added.
        high: the greatest.
        offset: what was added to the symbol before the fit: for ρ the exponent is that of 1 + ρ.
    """

    name: str
    left: float
    right: float
    low: float
    high: float
    offset: float = 0.0

    @property
    def variable(self) -> str:
        """What the exponent belongs to."""
        return f"{self.offset:g} + {self.name}" if self.offset else self.name


def exponents(
    claim: Claim, family: Confined, situation: Situation, end: float, rng: np.random.Generator
) -> list[Exponent]:
    """The exponents of every symbol of the claim that can be set to levels, until the time is over.

    Args:
        claim: the claim.
        family: the family, with the typed hypotheses.
        situation: its settings are kept; its shape names the sizes.
        end: when to stop, as `time.monotonic` counts.
        rng: randomness of the searches.

    Nothing where the right side holds measured quantities, or for a symbol on which neither side depends.
    """
    if measured(claim, family):
        return []
    found: list[Exponent] = []
    for name, levels in _levels(claim, family, situation).items():
        points = []
        for level in levels.values:
            if time.monotonic() > end:
                return found
            best = worst_with(claim, family, situation, {name: level}, rng)
            if best is not None and 0 < best.lhs < np.inf and 0 < best.rhs < np.inf:
                points.append((levels.offset + level, best.lhs, best.rhs))
        if len(points) > 1:
            x, left, right = np.log(np.array(points)).T
            ends = points[0][0], points[-1][0]
            slopes = _slope(x, left), _slope(x, right)
            if max(map(abs, slopes)) >= LEAST:
                found.append(Exponent(name, *slopes, *ends, levels.offset))
    return found


def measured(claim: Claim, family: Confined) -> list[str]:
    """The measured quantities of the bound: it then says nothing by itself, and has no powers of its own."""
    return sorted(s.name for s in claim.rhs.free_symbols if family.quantities[s.name].source is Source.MEASURED)


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.polyfit(x, y, 1)[0])


def _levels(claim: Claim, family: Confined, situation: Situation) -> dict[str, Levels]:
    """Symbols that no typed hypothesis pins, values before sizes, with their levels."""
    told, wanted = family.levels(), {symbol.name for symbol in claim.rhs.free_symbols}
    wanted |= {name for name, levels in told.items() if levels.always}
    return levels_of(family, situation, wanted)


def levels_of(family: Confined, situation: Situation, wanted: Collection[str]) -> dict[str, Levels]:
    """Of the wanted symbols those that can be set and that no typed hypothesis pins, values before sizes."""
    told, wanted = family.levels(), set(wanted) - family.restricted
    values = {name: levels for name, levels in told.items() if name in wanted and name in family.moves()}
    sizes = [*(name for name in told if name in situation.shape), *situation.shape]
    return values | {name: told.get(name, OTHER_SIZES) for name in dict.fromkeys(sizes) if name in wanted}


def worst_with(
    claim: Claim, family: Confined, situation: Situation, level: Mapping[str, float], rng: np.random.Generator
) -> Candidate | None:
    """The worst instance with one symbol at its level and the others fixed, by a short ascent."""
    told, pinned = family.levels(), family.restricted
    rest = {name: levels.rest for name, levels in told.items() if levels.rest is not None and name not in pinned}
    fixed = {name: value for name, value in {**rest, **level}.items() if name in family.moves()}
    relations = {n: Relation(family.quantities[n], "=", sympy.Rational(v)) for n, v in fixed.items()}
    kept = {name: BASE_SIZE if name in told and name not in pinned else n for name, n in situation.shape.items()}
    shape = {name: int(level.get(name, size)) for name, size in kept.items()}
    settings = {name: (value,) for name, value in situation.settings.items()}
    here = Situation(shape, situation.settings)
    try:
        confined = Confined(family.base, {**family.relations, **relations}, settings)
        tally = Tally(Judge(claim, confined), patient=True)
        begin = plan.starts(tally, here, 4, rng)
        if begin is not None:
            climb(tally, here, begin, plan.affordable(STEPS, confined.cost, 8))
    except WnverifyError:
        return None
    return tally.best
