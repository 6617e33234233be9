"""Plain numbers: a counterexample with as few digits as still break the claim clearly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import DomainError, RecordError
from wnverify.family import Family
from wnverify.judging.alike import interned
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.opinion import Opinion, opinion

DIGITS = (1, 2, 3, 4, 6, 9, 17)


def shrink(judge: Judge, candidate: Candidate, *, plainest: bool) -> tuple[Candidate, Opinion]:
    """The same violation in plainer numbers, and the second route's opinion of it.

    Every version is tried as it is and moved a hair's breadth into the domain, where the hypotheses are certain;
    then, if none is confirmed, those that meet their hypotheses up to rounding are moved onto them. If the second
    route confirms none, the candidate itself is returned with what that route says.

    Args:
        judge: the claim.
        candidate: an instance that breaks it by the closed form.
        plainest: also change the gauge and drop what is next to nothing, for somebody who reads the numbers. Without
            it the instance stays the one that was found but for its digits: a record ranks instances by their ratio,
            which another gauge would change.
    """
    nearly = []
    for version in _versions(judge, candidate, plainest=plainest):
        found = opinion(judge, version.batch, nearby=False, finer=False)
        if found.refutes:
            return version, found
        if found.certificate is not None and found.certificate.nearly_met:
            nearly.append(version)
    for version in [*nearly, candidate]:
        found = opinion(judge, version.batch)
        if found.refutes:
            return version, found
    return candidate, found


def _versions(judge: Judge, candidate: Candidate, *, plainest: bool) -> Iterator[Candidate]:
    """Plainest first; rounding must leave at least half of the violation, another gauge any of it."""
    gauges = judge.family.gauges(candidate.batch) if plainest else ()
    gauged = (_version(judge, candidate, judge.family.inside(batch), judge.limit) for batch in gauges)
    for start in chain(filter(None, gauged), [candidate]):
        least = judge.limit + 0.5 * (start.ratio - judge.limit)
        rounded = (batch for digits in DIGITS for batch in _rounded(judge.family, start.batch, digits, cut=plainest))
        yield from filter(None, (_version(judge, start, batch, least) for batch in rounded))


def _rounded(family: Family, batch: Batch, digits: int, *, cut: bool) -> tuple[Batch, Batch]:
    """The batch in fewer digits, and the same inside the domain."""
    arrays = {name: round_to(array, digits, cut=cut) for name, array in batch.arrays.items()}
    found = batch.with_arrays(arrays)
    return found, family.inside(found)


def _version(judge: Judge, candidate: Candidate, batch: Batch, least: float) -> Candidate | None:
    """The candidate with other numbers, if they are an instance whose ratio is above the least."""
    batch = interned(judge.family, batch)
    try:
        judge.family.check(batch)
        judgement = judge(batch)
    except (DomainError, RecordError):  # rounded out of the domain: a decay of 0.05 with a step of 20 leaves no row
        return None
    if not (judgement.accepted[0] and judgement.ratio[0] > least):
        return None
    return judgement.candidate(0, batch, candidate.situation, candidate.found)


def round_to(array: FloatArray, digits: int, *, cut: bool = False) -> FloatArray:
    """Every number to so many significant digits; if `cut`, what is far below the largest becomes 0.

    >>> round_to(np.array([0.123, -1e-9]), 2, cut=True)
    array([0.12, 0.  ])
    """
    tiny = 0.1 ** (digits + 1) * np.abs(array).max(initial=0.0) if cut else 0.0
    kept = np.where(np.abs(array) < tiny, 0.0, array)
    return np.vectorize(lambda x: float(f"{x:.{digits}g}"), otypes=[float])(kept)
