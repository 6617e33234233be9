"""Afar: a short look outside of the box that a family draws from, for a claim that somebody has vetted.

It costs a theorem about a hundred instances a round. What it finds counts only if the second route confirms it there
and then: rounding makes violations at 10^12, and none of them may decide about a theorem that holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import numpy as np

from wnverify.errors import TheoremFileError
from wnverify.judging.judge import Candidate
from wnverify.judging.plain import shrink
from wnverify.search import sizes
from wnverify.search.plan import starts
from wnverify.search.reach import Effort, tamed, widen
from wnverify.search.tally import UNMEASURED, Tally

DEAREST, SMALL = 20.0, 150
"""Families whose instances cost more are not taken afar; an unlisted shape holds at most so many numbers."""


def look_afar(tally: Tally, rng: np.random.Generator, names: Iterable[str] = ()) -> None:
    """Take the best instance along everything that can be moved, and to an unlisted size of each name.

    Args:
        tally: the search so far; it counts what is looked at, and gets a violation only if that is confirmed.
        rng: the random places and draws.
        names: the sizes of which one value is looked at that the family does not list: the one at which the formula
            alone promises most.
    """
    judge, best = tally.judge, tally.best
    if best is None or tally.violated() or judge.family.cost > DEAREST or judge.claim.relation == "=":
        return
    apart = Tally(judge, lenient=True)
    with suppress(*UNMEASURED, TheoremFileError):  # numbers so far out that nothing can be measured there
        _look(apart, best, rng, names)
    tally.absorb(apart, confirmed=_confirmed(apart))


def _look(apart: Tally, best: Candidate, rng: np.random.Generator, names: Iterable[str]) -> None:
    judge, cost = apart.judge, max(1, round(apart.judge.family.cost))
    widen(apart, best.situation, best.batch, rng, Effort(passes=1, scattered=24 // cost, thin=1 + cost))
    for name in names:
        for situation in sizes.along(judge, best, name):
            if sizes.exists(judge.family, situation, most=SMALL // cost):
                starts(apart, situation, 1, rng)
                break


def _confirmed(apart: Tally) -> bool:
    """Whether the best instance, brought as near as it can be, breaks the claim by the second route too."""
    if apart.best is None or not apart.violated():
        return False
    apart.best = tamed(apart.judge, apart.best)
    return shrink(apart.judge, apart.best, plainest=False)[1].refutes
