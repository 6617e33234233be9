"""The Hypothesis route: draws shapes, settings, regimes and seeds, aims at a high ratio, shrinks a failure.

Hypothesis draws no weights itself: as whole arrays they would be unsatisfiable when large, and nearly
constant by its default fill. Its example database is keyed on source code and is no archive: it is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from itertools import islice
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
Digits = tuple[bool, ...]


@cache  # Hypothesis looks at a new strategy for as long as it draws from it a few times
def _digits(count: int) -> st.SearchStrategy[Digits]:
    """So many binary digits, one beside the other: each strategy within another one takes time at every draw.

    Into integers Hypothesis mixes constants from the source of whatever local modules are loaded, so that the same
    seed would draw other instances in another process. It leaves booleans alone.
    """
    return st.tuples(*[st.booleans()] * count)


def numbers(*limits: int) -> st.SearchStrategy[Digits]:
    """Strategy for the digits of integers from 0 to each limit − 1, which `read` tells; shrinks to 0."""
    return _digits(sum(map(_length, limits)))


def read(digits: Digits, *limits: int) -> list[int]:
    """The integers that binary digits stand for.

    >>> read((True, False, True), 4, 1, 2)
    [2, 0, 1]
    """
    left = iter(digits)
    return [
        reduce(lambda value, digit: 2 * value + digit, islice(left, _length(limit)), 0) % limit for limit in limits
    ]


def _length(limit: int) -> int:
    return (limit - 1).bit_length()


def steer(
    tally: Tally, situations: Sequence[Situation], examples: int, entropy: int, regimes: Sequence[str] = ()
) -> Candidate | None:
    """Let Hypothesis look for a violation.

    Args:
        tally: counts every instance.
        situations: what may be drawn; a failure is shrunk to the smallest shape and the first settings.
        examples: how many examples Hypothesis may try.
        entropy: seed; the same seed gives the same examples.
        regimes: how instances may be drawn; in any way of the family if there are none.

    Returns:
        The smallest failing instance after shrinking; None if nothing failed.
    """
    failures: list[Candidate] = []
    family = tally.judge.family
    regimes = regimes or family.regimes
    ordered = [situation for group in by_shape(situations) for situation in group]
    limits = len(ordered), len(regimes), SEEDS

    def look(digits: Digits) -> bool:
        place, way, number = read(digits, *limits)
        situation, regime = ordered[place], regimes[way]
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

    try:
        find(numbers(*limits), look, settings=_lasting(examples), random=Random(entropy))
    except NoSuchExample:
        return None
    return failures[-1]


@cache
def _lasting(examples: int) -> settings:
    phases = Phase.generate, Phase.target, Phase.shrink
    return settings(max_examples=examples, database=None, deadline=None, phases=phases, print_blob=False)
