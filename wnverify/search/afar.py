"""Afar: a short look outside of the box that a family draws from, for a claim that somebody has vetted.

It costs a theorem about a hundred instances a round. What it finds counts only if the second route confirms it there
and then: rounding makes violations at 10^12, and none of them may decide about a theorem that holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import numpy as np

from wnverify.errors import WnverifyError
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.plain import shrink
from wnverify.quantities import Source
from wnverify.search import sizes
from wnverify.search.plan import starts
from wnverify.search.reach import Effort, tamed, widen
from wnverify.search.tally import UNMEASURED, Tally

DEAREST, SMALL = 20.0, 150
"""Families whose instances cost more are not taken afar; an unlisted shape holds at most so many numbers."""


def look_afar(tally: Tally, rng: np.random.Generator) -> None:
    """Take the best instance of an inequality along everything that can be moved, and to one unlisted size of each.

    That size is the one, of those that the claim names, at which the formula alone promises most.

    Args:
        tally: the search so far; it counts what is looked at, and gets a violation only if that is confirmed.
        rng: the random places and draws.

    Raises:
        TheoremFileError: if a side is no real number where the hypotheses hold.
    """
    judge, best = tally.judge, tally.best
    if best is None or tally.violated() or judge.family.cost > DEAREST or judge.claim.relation == "=":
        return
    apart = Tally(judge, lenient=True)
    cost = max(1, round(judge.family.cost))
    with suppress(*UNMEASURED):  # numbers so far out that nothing can be measured there
        widen(apart, best.situation, best.batch, rng, Effort(passes=1, scattered=24 // cost, thin=1 + cost))
    for situation in _promising(judge, best, SMALL // cost):
        with suppress(*UNMEASURED):
            starts(apart, situation, 1, rng)
    tally.absorb(apart, confirmed=_confirmed(apart))


def _promising(judge: Judge, best: Candidate, most: int) -> Iterator[Situation]:
    family = judge.family
    for name in sorted(symbol.name for symbol in judge.claim.main.free_symbols):
        if family.comes_from(name, Source.SIZE):
            found = sizes.along(judge, best.situation, best.batch, name)
            yield from islice((each for each in found if sizes.exists(family, each, most=most)), 1)


def _confirmed(apart: Tally) -> bool:
    """Whether the best instance, brought as near as it can be, breaks the claim by the second route too."""
    if apart.best is None or not apart.violated():
        return False
    apart.best = tamed(apart.judge, apart.best)
    try:
        apart.judge.family.check(apart.best.batch)
    except WnverifyError:
        return False
    return shrink(apart.judge, apart.best, plainest=False)[1].refutes
