"""Exact: the plainest instances of a family, at which balls may be exact and tell attained from not attained."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

import numpy as np

from wnverify.batch import Batch
from wnverify.errors import WnverifyError
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.plain import round_to
from wnverify.search import plan

SHAPES, EACH = 3, 4
"""The smallest shapes are tried, with all settings; so many instances of each."""


def plain_instances(judge: Judge, least: float) -> Iterator[Candidate]:
    """Structured instances of the smallest shapes, in one digit, whose ratio is above the least.

    Those with rows of norm 1 come first: the norms of others are seldom exact.
    """
    for group in plan.by_shape(judge.family.situations())[:SHAPES]:
        for situation in group:
            yield from islice(_above(judge, situation, least), EACH)


def _above(judge: Judge, situation: Situation, least: float) -> Iterator[Candidate]:
    best = [one for one in map(partial(_best, judge), judge.family.structured(situation)) if one is not None]
    gauged = [(words, plain) for words, one in best for plain in islice(judge.family.gauges(one), 1)]
    for words, batch in [*gauged, *best]:
        candidate = _in_one_digit(judge, situation, batch, words)
        if candidate is not None and candidate.ratio > least:
            yield candidate


def _best(judge: Judge, structured: tuple[str, Batch]) -> tuple[str, Batch] | None:
    """The admissible instance of the largest ratio."""
    words, batch = structured
    judgement = judge(batch)
    ratio = np.where(judgement.accepted, judgement.ratio, -np.inf)
    top = int(np.argmax(ratio))
    return (words, batch.one(top)) if ratio[top] > -np.inf else None


def _in_one_digit(judge: Judge, situation: Situation, batch: Batch, words: str) -> Candidate | None:
    """The instance in one digit, if it is one of the family's and admissible."""
    plain = batch.with_arrays({name: round_to(array, 1, cut=True) for name, array in batch.arrays.items()})
    try:
        judge.family.check(plain)
    except WnverifyError:
        return None
    judgement = judge(plain)
    return judgement.candidate(0, plain, situation, words) if judgement.accepted[0] else None
