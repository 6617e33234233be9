"""Exact: the plainest instances of a family, at which balls may be exact and tell attained from not attained."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wnverify.batch import Batch
from wnverify.errors import WnverifyError
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.plain import round_to
from wnverify.search import plan

SHAPES = 3
"""The smallest shapes are tried, with all settings."""


def plain_instances(judge: Judge) -> Iterator[Candidate]:
    """Of the structured instances of the smallest shapes, in one digit and with rows of norm 1, the best of each."""
    for group in plan.by_shape(judge.family.situations())[:SHAPES]:
        for situation in group:
            found = [each for each in _judged(judge, situation) if each is not None]
            if found:
                yield max(found, key=lambda candidate: candidate.ratio)


def _judged(judge: Judge, situation: Situation) -> Iterator[Candidate | None]:
    for words, batch in judge.family.structured(situation):
        judgement = judge(batch)
        ratio = np.where(judgement.accepted, judgement.ratio, -np.inf)
        top = int(np.argmax(ratio))
        if ratio[top] > -np.inf:
            one = batch.one(top)
            for plain in (one, *judge.family.gauges(one)):
                yield _candidate(judge, situation, plain, words)


def _candidate(judge: Judge, situation: Situation, batch: Batch, words: str) -> Candidate | None:
    """The instance in one digit, if it is one of the family's and admissible."""
    plain = batch.with_arrays({name: round_to(array, 1, cut=True) for name, array in batch.arrays.items()})
    try:
        judge.family.check(plain)
    except WnverifyError:
        return None
    judgement = judge(plain)
    return judgement.candidate(0, plain, situation, words) if judgement.accepted[0] else None
