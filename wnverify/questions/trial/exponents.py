"""Exponents: how the two sides of a claim grow with one symbol, at the worst instances that a search finds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import sympy

from wnverify.claim import Claim, Relation
from wnverify.errors import WnverifyError
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.tally import Tally
from wnverify.typed.confined import MOVES, Steered

SIZES = {"L": (1, 2, 4), "m": (2, 4, 8), "d": (2, 4, 8), "n": (1, 2, 4)}
VALUES: Mapping[str, tuple[float, ...]] = MappingProxyType({
    "omega": (0.25, 1.0, 4.0), "rho": (1.0, 3.0, 7.0), "input_norm": (0.25, 0.5, 1.0),
})  # fmt: skip
AT = MappingProxyType({"omega": 1.0, "rho": 1.0})
"""Where the other symbols stay meanwhile."""
BASE_SIZE, STEPS = 2, 30


@dataclass(frozen=True)
class Exponent:
    """How the sides grow with one symbol, fitted over a few levels, the others fixed.

    Args:
        name: the symbol; for ρ the exponent is that of 1 + ρ.
        left: exponent of the left side at the worst instances found.
        right: exponent of the right side there.
        low: the least level.
        high: the greatest.
    """

    name: str
    left: float
    right: float
    low: float
    high: float

    @property
    def variable(self) -> str:
        """What the exponent belongs to."""
        return "1 + rho" if self.name == "rho" else self.name


def exponents(
    claim: Claim, family: Steered, situation: Situation, end: float, rng: np.random.Generator
) -> list[Exponent]:
    """The exponents of every symbol of the claim that can be set to levels, until the time is over.

    Args:
        claim: the claim.
        family: the family, with the typed hypotheses.
        situation: its settings are kept; its shape names the sizes.
        end: when to stop, as `time.monotonic` counts.
        rng: randomness of the searches.
    """
    found: list[Exponent] = []
    for name in _symbols(claim, family, situation):
        points = []
        for level in SIZES.get(name) or VALUES[name]:
            if time.monotonic() > end:
                return found
            best = _worst_at(claim, family, situation, {name: level}, rng)
            if best is not None and best.lhs > 0 and best.rhs > 0:
                points.append((1 + level if name == "rho" else level, best.lhs, best.rhs))
        if len(points) > 1:
            x, left, right = np.log(np.array(points)).T
            low, high = points[0][0], points[-1][0]
            found.append(Exponent(name, _slope(x, left), _slope(x, right), low, high))
    return found


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.polyfit(x, y, 1)[0])


def _symbols(claim: Claim, family: Steered, situation: Situation) -> list[str]:
    """Symbols that no typed hypothesis pins, values before sizes: those of the right side, L, m, ω and ρ."""
    names = {symbol.name for symbol in claim.rhs.free_symbols} | {"L", "m", "omega", "rho"}
    free = names - family.restricted
    values = [name for name in VALUES if name in free & set(family.quantities)]
    return [*values, *(name for name in SIZES if name in free and name in situation.shape)]


def _worst_at(
    claim: Claim, family: Steered, situation: Situation, level: Mapping[str, float], rng: np.random.Generator
) -> Candidate | None:
    """The worst instance with one symbol at its level and the others fixed, by a short ascent."""
    steerable = (set(MOVES) & set(family.quantities)) - family.restricted
    fixed = {name: value for name, value in {**AT, **level}.items() if name in steerable}
    relations = {n: Relation(family.quantities[n], "=", sympy.Rational(v)) for n, v in fixed.items()}
    kept = {name: size if name in family.restricted else BASE_SIZE for name, size in situation.shape.items()}
    shape = {name: int(level.get(name, size)) for name, size in kept.items()}
    settings = {name: (value,) for name, value in situation.settings.items()}
    confined = Steered(family.base, {**family.relations, **relations}, settings)
    tally = Tally(Judge(claim, confined))
    here = Situation(shape, situation.settings)
    try:
        begin = plan.starts(tally, here, 4, rng)
        if begin is not None:
            climb(tally, here, begin, plan.affordable(STEPS, confined.cost, 8))
    except WnverifyError:
        return None
    return tally.best
