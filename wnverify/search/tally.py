"""Tally: what a search has seen so far; counts, acceptance per hypothesis, the worst instance, the effort curve."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from wnverify.batch import Batch, concatenate
from wnverify.errors import DomainError
from wnverify.evidence import Acceptance, Number, number
from wnverify.family import Situation
from wnverify.judging.joined import joined
from wnverify.judging.judge import Candidate, Judge, Judgement

UNMEASURED = (DomainError, ArithmeticError, ValueError)
"""What a family raises where it has no number: beyond its domain, the range of floats, or what its solvers can do."""
FEWEST, CACHED = 32, 2_000_000
"""Instances that are judged together at least; numbers of all their Hessians that fit into the cache."""


@dataclass
class Tally:
    """Running counts of one search. The only mutable object of the search; each check makes its own.

    Args:
        judge: judges every batch.
        lenient: whether an instance at which nothing can be measured, for it lies beyond the family's domain or the
            range of floats, is counted as not evaluated; elsewhere it is an error of the family that drew it.
        tried: instances judged.
        accepted: those that met every hypothesis.
        trivial: those of the accepted ones on which the claim says nothing.
        met: for each hypothesis, how many met it.
        best: the instance of the largest ratio.
        effort: (instances so far, largest ratio so far), whenever it rose.
        by_situation: the largest ratio of each shape with its settings.
        ranges: between which values each measured symbol lay on the accepted instances.
        dismissed: instances that only looked like a violation.
    """

    judge: Judge
    lenient: bool = False
    tried: int = 0
    accepted: int = 0
    trivial: int = 0
    unevaluated: int = 0
    met: dict[str, int] = field(default_factory=dict)
    best: Candidate | None = None
    effort: list[tuple[int, Number]] = field(default_factory=list)
    by_situation: dict[str, float] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    dismissed: int = 0

    def add(self, batch: Batch, situation: Situation, found: str, route: str = "measure") -> Judgement:
        """Judge a batch and count it."""
        judgement = self._judged(batch, route) if self.lenient else self.judge(batch, route)
        accepted = judgement.accepted
        admissible = np.flatnonzero(accepted)
        self.tried += batch.size
        self.accepted += admissible.size
        self.trivial += int((accepted & judgement.trivial).sum())
        self.unevaluated += int(judgement.unevaluated.sum())
        for name, flags in judgement.met.items():
            self.met[name] = self.met.get(name, 0) + int(flags.sum())
        if admissible.size:
            self._widen(judgement, admissible)
            self._keep_best(judgement, admissible, batch, situation, found)
        return judgement

    def add_all(self, parts: Sequence[tuple[str, Batch]], situation: Situation) -> list[Judgement]:
        """Judge batches of one situation together, as many instances at once as keep their Hessians in the cache.

        Args:
            parts: batches, each with the words that describe how its instances were found.
            situation: their shape and settings.
        """
        numbers = sum(array[..., 0].size for array in parts[0][1].arrays.values()) if parts else 1
        most = max(FEWEST, CACHED // numbers**2)
        found, group = [], []
        for part in parts:
            group.append(part)
            if sum(batch.size for _, batch in group) >= most:
                found.append(self._together(group, situation))
                group = []
        return [*found, *([self._together(group, situation)] if group else [])]

    def _together(self, group: Sequence[tuple[str, Batch]], situation: Situation) -> Judgement:
        before = self.best
        judgement = self.add(concatenate([batch for _, batch in group]), situation, "")
        if self.best is not None and self.best is not before:
            ends = np.cumsum([batch.size for _, batch in group])
            top = int(np.argmax(np.where(judgement.accepted, judgement.ratio, -np.inf)))
            self.best = replace(self.best, found=group[int(np.searchsorted(ends, top, side="right"))][0])
        return judgement

    def _judged(self, batch: Batch, route: str) -> Judgement:
        """Judge a batch; the instances that cannot be measured are judged as a NaN that meets no hypothesis."""
        try:
            return self.judge(batch, route)
        except UNMEASURED:
            kept, parts = [], []
            for index in range(batch.size):
                with suppress(*UNMEASURED):
                    parts.append(self.judge(batch.one(index), route))
                    kept.append(index)
            self.unevaluated += batch.size - len(kept)
            if not parts:
                raise
            return joined(parts, kept, batch.size)

    def _widen(self, judgement: Judgement, admissible: NDArray[np.intp]) -> None:
        """Keep between which values each measured symbol lay on the admissible instances."""
        for name, values in judgement.values.items():
            if name in self.judge.constants:
                low = high = float(values[admissible[0]])
            else:
                chosen = values[admissible]
                low, high = float(chosen.min()), float(chosen.max())
            known = self.ranges.get(name)
            self.ranges[name] = (low, high) if known is None else (min(low, known[0]), max(high, known[1]))

    def _keep_best(
        self, judgement: Judgement, admissible: NDArray[np.intp], batch: Batch, situation: Situation, found: str
    ) -> None:
        top = int(admissible[np.argmax(judgement.ratio[admissible])])
        ratio, key = float(judgement.ratio[top]), str(situation)
        self.by_situation[key] = max(ratio, self.by_situation.get(key, 0.0))
        if self.best is None or ratio > self.best.ratio:
            self.best = judgement.candidate(top, batch.one(top), situation, found)
            self.effort.append((self.tried, number(ratio)))

    def violated(self) -> bool:
        """Tell whether the best instance breaks the claim beyond rounding."""
        return self.best is not None and self.best.ratio > self.judge.limit

    def dismiss(self) -> None:
        """Forget the best instance, which only looks like a violation, so that the search may go on."""
        if self.best is not None:
            self.by_situation[str(self.best.situation)] = 0.0
            self.best, self.dismissed = None, self.dismissed + 1

    def absorb(self, other: Tally, *, confirmed: bool) -> None:
        """Count what another search looked at; its best instance is taken over only as a confirmed violation."""
        self.tried, self.accepted = self.tried + other.tried, self.accepted + other.accepted
        self.trivial, self.unevaluated = self.trivial + other.trivial, self.unevaluated + other.unevaluated
        for name, count in other.met.items():
            self.met[name] = self.met.get(name, 0) + count
        for name, (low, high) in other.ranges.items():
            known = self.ranges.get(name, (low, high))
            self.ranges[name] = (min(low, known[0]), max(high, known[1]))
        if confirmed and other.best is not None:
            self.best = other.best
            self.effort.append((self.tried, number(other.best.ratio)))

    @property
    def substance(self) -> int:
        """Instances that met every hypothesis and on which the claim says something."""
        return self.accepted - self.trivial

    @property
    def acceptance(self) -> dict[str, Acceptance]:
        """How often each hypothesis was met."""
        return {name: Acceptance(count, self.tried) for name, count in self.met.items()}
