"""Shrinking a counterexample: unit rows where the network allows it, then as few digits as still break the claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch
from wnverify.errors import DomainError
from wnverify.judging.certificate import MARGIN, Certificate, Sides, certify
from wnverify.judging.judge import Judge
from wnverify.search.tally import Candidate

DIGITS = (1, 2, 3, 4, 6, 9, 17)
SCALE_FREE = ("weight_norm", "regression")
"""Families whose rows may be rescaled without changing the network."""
_LAYER = re.compile(r"W\d+")


@dataclass(frozen=True)
class Opinion:
    """What is certain of one instance, or what the second float route says where balls are not offered.

    Args:
        refutes: whether it breaks the claim.
        holds: whether it certainly satisfies it.
        certificate: the balls; None where the family offers none.
        second: the ratio by the float route; None where balls were used.
    """

    refutes: bool
    holds: bool
    certificate: Certificate | None
    second: float | None = None

    @property
    def certified(self) -> bool:
        """Whether both sides are enclosed."""
        return self.certificate is not None

    @property
    def sides(self) -> Sides | None:
        """The enclosures of both sides of the claim, where there are any."""
        return None if self.certificate is None else self.certificate.main


def opinion(judge: Judge, batch: Batch) -> Opinion:
    """Judge one instance in balls, or by the independent float route with a margin far beyond its rounding."""
    certificate = certify(judge.claim, judge.family, batch)
    if certificate is not None:
        return Opinion(certificate.refutes, certificate.holds, certificate)
    judgement = judge(batch, route="second")
    ratio, accepted = float(judgement.ratio[0]), bool(judgement.accepted[0])
    far = max(MARGIN, judge.family.agreement * 10)
    limit = judgement.limit if judge.claim.relation == "=" else judgement.limit + far
    return Opinion(accepted and ratio > limit, accepted and ratio < 1 - far, None, ratio)


def shrink(judge: Judge, candidate: Candidate) -> tuple[Candidate, Opinion]:
    """The same violation in the plainest numbers; the candidate itself if nothing plainer is confirmed."""
    starts = ((start, digits) for start in _gauges(judge, candidate) for digits in DIGITS)
    for version in chain.from_iterable(_rounded(judge, start, digits) for start, digits in starts):
        found = opinion(judge, version.batch)
        if found.refutes:
            return version, found
    return candidate, opinion(judge, candidate.batch)


def _gauges(judge: Judge, candidate: Candidate) -> Iterator[Candidate]:
    """With unit rows, with rows of one norm, and as it is; only what still breaks the claim."""
    if judge.family.name in SCALE_FREE:
        smallest = np.minimum.reduce([norms.min() for norms in _norms(candidate.batch)])
        for norm in (1.0, float(smallest)):
            arrays = dict(candidate.batch.arrays)
            for name in (name for name in arrays if _LAYER.fullmatch(name)):
                arrays[name] = norm * arrays[name] / np.linalg.norm(arrays[name], axis=1, keepdims=True)
            version = _version(
                judge, candidate, judge.family.inside(replace(candidate.batch, arrays=arrays, _memo={}))
            )
            if version is not None:
                yield version
    yield candidate


def _norms(batch: Batch) -> list[FloatArray]:
    return [np.linalg.norm(array, axis=1) for name, array in batch.arrays.items() if _LAYER.fullmatch(name)]


def _rounded(judge: Judge, candidate: Candidate, digits: int) -> Iterator[Candidate]:
    """Rounded, and rounded and moved a hair's breadth into the domain; at least half of the violation must stay."""
    arrays = {name: round_to(array, digits) for name, array in candidate.batch.arrays.items()}
    batch = replace(candidate.batch, arrays=arrays, _memo={})
    for moved in (batch, judge.family.inside(batch)):
        version = _version(judge, candidate, moved)
        limit = judge(candidate.batch).limit
        if version is not None and version.ratio > limit + 0.5 * (candidate.ratio - limit):
            yield version


def _version(judge: Judge, candidate: Candidate, batch: Batch) -> Candidate | None:
    """The candidate with other numbers, if they still break the claim."""
    if any(not norms.all() for norms in _norms(batch)):
        return None
    try:
        judgement = judge(batch)
    except DomainError:  # rounded out of the domain
        return None
    ratio = float(judgement.ratio[0])
    if not (judgement.accepted[0] and ratio > judgement.limit):
        return None
    return replace(candidate, ratio=ratio, lhs=float(judgement.lhs[0]), rhs=float(judgement.rhs[0]), batch=batch)


def round_to(array: FloatArray, digits: int) -> FloatArray:
    """Every number to so many significant digits; what is far below the largest becomes 0.

    >>> round_to(np.array([0.123, -1e-9]), 2)
    array([0.12, 0.  ])
    """
    tiny = 0.1 ** (digits + 1) * np.abs(array).max(initial=0.0)
    cut = np.where(np.abs(array) < tiny, 0.0, array)
    return np.vectorize(lambda x: float(f"{x:.{digits}g}"), otypes=[float])(cut)
