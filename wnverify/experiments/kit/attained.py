"""The largest value of a quantity that ascent attains from many starts: a lower value of its supremum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy
from threadpoolctl import threadpool_limits

from wnverify.batch import Batch, concatenate
from wnverify.claim import Claim
from wnverify.family import Family, Situation
from wnverify.judging.judge import Judge
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.tally import Tally


@dataclass(frozen=True)
class Effort:
    """How hard the search tries at each point.

    Args:
        starts: ascents in parallel, of eight times as many random networks.
        steps: the most steps of each.
        restarts: how often it begins anew.
    """

    starts: int = 16
    steps: int = 250
    restarts: int = 3


def attain(
    quantity: sympy.Symbol,
    situation: Situation,
    effort: Effort,
    rng: np.random.Generator,
    family: Family,
    *,
    structured: bool = True,
) -> tuple[float, int]:
    """The largest value of a quantity that ascent finds, and how many networks it looked at.

    Args:
        quantity: what to raise.
        situation: shape and settings.
        effort: how hard to try.
        rng: randomness of the starts.
        family: the networks, with their scales fixed.
        structured: whether to begin from extreme networks too.
    """
    tally = Tally(Judge(Claim(quantity, "<=", sympy.Integer(1)), family), patient=True)
    with threadpool_limits(1):
        for _ in range(effort.restarts):
            begin = (_mixed if structured else _random)(tally, situation, effort.starts, rng)
            climb(tally, situation, begin, effort.steps)
    return (tally.best.ratio if tally.best else np.nan), tally.tried


def _mixed(tally: Tally, situation: Situation, count: int, rng: np.random.Generator) -> Batch:
    """Half of the starts the best of random and structured networks, half random: the best ones are often alike."""
    best = plan.starts(tally, situation, count // 2, rng)
    fresh = _random(tally, situation, count - count // 2, rng)
    return fresh if best is None else concatenate([best, fresh])


def _random(tally: Tally, situation: Situation, count: int, rng: np.random.Generator) -> Batch:
    drawn = concatenate([batch for _, batch in plan.draw(tally.judge.family, situation, count, rng)])
    return drawn.select(slice(0, count))
