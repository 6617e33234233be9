"""The Hypothesis route: draws shapes, settings, regimes and seeds, aims at a high ratio, shrinks a failure.

Hypothesis draws no weights itself: as whole arrays they would be unsatisfiable when large, and nearly
constant by its default fill. Its example database is keyed on source code and is no archive: it is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

import numpy as np
from hypothesis import Phase, find, settings, target
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from wnverify.family import Situation
from wnverify.judging.judge import Candidate
from wnverify.search.ground import example
from wnverify.search.plan import affordable, by_shape
from wnverify.search.tally import Tally

SEEDS = 2**8
"""Seeds of an example; each binary digit is drawn on its own, which takes time."""
EACH = 32
"""Instances of an example, fewer where they are dear: judging them costs hardly more than judging one."""
Drawn = tuple[Situation, str, int]
Places = tuple[tuple[int, int], int, int]


@cache  # Hypothesis looks at a new strategy for as long as it draws from it a few times
def number(limit: int) -> st.SearchStrategy[int]:
    """Integers from 0 to `limit` − 1, drawn as binary digits.

    Into integers Hypothesis mixes constants from the source of whatever local modules are loaded, so that the same
    seed would draw other instances in another process. It leaves booleans alone.
    """

    def value(flags: tuple[bool, ...]) -> int:  # of a lambda Hypothesis would parse the source, to show it
        return sum(flag << place for place, flag in enumerate(flags)) % limit

    return st.tuples(*[st.booleans()] * (limit - 1).bit_length()).map(value)


def instances(situations: Sequence[Situation], regimes: Sequence[str]) -> st.SearchStrategy[Drawn]:
    """Strategy for (situation, regime, seed); shrinks to the smallest shape and the first settings."""
    groups = by_shape(situations)

    def named(drawn: Places) -> Drawn:
        (shape, setting), regime, seed = drawn
        return groups[shape][setting], regimes[regime], seed

    return _places(tuple(map(len, groups)), len(regimes)).map(named)


@cache
def _places(groups: tuple[int, ...], regimes: int) -> st.SearchStrategy[Places]:
    """The positions of a shape, its settings and a regime, and a seed; the same for all who have as many of each."""
    settings = [st.tuples(st.just(shape), number(count)) for shape, count in enumerate(groups)]
    return st.tuples(number(len(groups)).flatmap(settings.__getitem__), number(regimes), number(SEEDS))


def steer(
    tally: Tally, situations: Sequence[Situation], examples: int, entropy: int, regimes: Sequence[str] = ()
) -> Candidate | None:
    """Let Hypothesis look for a violation.

    Args:
        tally: counts every instance.
        situations: what may be drawn.
        examples: how many examples Hypothesis may try.
        entropy: seed; the same seed gives the same examples.
        regimes: how instances may be drawn; in any way of the family if there are none.

    Returns:
        The smallest failing instance after shrinking; None if nothing failed.
    """
    failures: list[Candidate] = []
    family = tally.judge.family

    def look(drawn: Drawn) -> bool:
        situation, regime, number = drawn
        pool = example(family, situation, regime, number, affordable(EACH, family.cost, 4))
        judgement, batch = tally.add_lot(pool, situation), pool.batch
        ratio = np.where(judgement.accepted, judgement.ratio, 0.0)
        top = int(np.argmax(ratio))
        target(float(min(ratio[top], 1e6)))
        if ratio[top] > judgement.limit:
            words = f"Hypothesis, shrunk, regime {regime}"
            failures.append(judgement.candidate(top, batch.one(top), situation, words))
            return True
        return False

    drawn = instances(situations, regimes or family.regimes)
    try:
        find(drawn, look, settings=_lasting(examples), random=Random(entropy))
    except NoSuchExample:
        return None
    return failures[-1]


@cache
def _lasting(examples: int) -> settings:
    phases = Phase.generate, Phase.target, Phase.shrink
    return settings(max_examples=examples, database=None, deadline=None, phases=phases, print_blob=False)
