"""Tally: what a search has seen so far; counts, acceptance per hypothesis, the worst instance, the effort curve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import BoolArray
from wnverify.batch import Batch
from wnverify.errors import DomainError, TooLarge
from wnverify.evidence import Acceptance, Number, number
from wnverify.family import Situation
from wnverify.judging.alike import interned
from wnverify.judging.joined import joined
from wnverify.judging.judge import Candidate, Judge, Judgement
from wnverify.search.bins import Bins
from wnverify.search.lot import Lot

UNMEASURED = (DomainError, TooLarge, ArithmeticError, ValueError)
"""What a family raises where it has no number: beyond its domain, the range of floats, what its solvers can do, or
the memory, which fewer instances may fit."""
FEWEST, CACHED = 256, 200_000
"""Instances that are judged together at least, where there are so many; numbers of all of them that fit the cache."""
PLAIN, EQUAL, SPARE = 1.001, 1e-9, 6
"""Violations as large as that are plain, and equal if they differ by no more than this; how many others are kept."""
TINY = 1e-6
"""Sides of a violation below which it is asked whether they are more than rounding."""
Found: TypeAlias = str | Callable[[int], str]
"""How the instances of a batch were found, in words: all alike, or by their positions."""


@dataclass
class Tally:
    """Running counts of one search. The only mutable object of the search; each check makes its own.

    Args:
        judge: judges every batch.
        lenient: whether an instance at which nothing can be measured, for it lies beyond the family's domain or the
            range of floats, is counted as not evaluated; elsewhere it is an error of the family that drew it.
        patient: whether ascents are followed to their end even where they come up to nothing that is not known: by
            whoever asks what is attained, not whether a claim holds.
        tried: instances judged.
        accepted: those that met every hypothesis.
        trivial: those of the accepted ones on which the claim says nothing.
        met: for each hypothesis, how many met it.
        best: the instance of the largest ratio.
        within: the best of those that break nothing, for the case that a violation is dismissed.
        effort: (instances so far, largest ratio so far), whenever it rose.
        by_situation: the largest ratio of each shape with its settings.
        by_size: the largest ratio at each value of each size of the shapes.
        ranges: between which values each measured symbol lay on the accepted instances.
        ratios: how many lie where.
        dismissed: instances that only looked like a violation.
        others: some further plain violations, for the case that the best one cannot be confirmed where it lies.
        steady: tells of violations which are more than rounding, (B,); only if none is the others are kept. None
            where all are alike.
        weary: whether those that rounding explains are passed over.
        shaky: how many of these there were.
        aside: the largest of those that were passed over, in each shape with its settings.
    """

    judge: Judge
    lenient: bool = False
    patient: bool = False
    tried: int = 0
    accepted: int = 0
    trivial: int = 0
    unevaluated: int = 0
    met: dict[str, int] = field(default_factory=dict)
    best: Candidate | None = None
    within: Candidate | None = None
    effort: list[tuple[int, Number]] = field(default_factory=list)
    by_situation: dict[str, float] = field(default_factory=dict)
    by_size: dict[str, dict[int, float]] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    ratios: Bins = field(default_factory=Bins)
    dismissed: int = 0
    others: list[Candidate] = field(default_factory=list)
    steady: Callable[[Batch], BoolArray] | None = None
    weary: bool = False
    shaky: int = 0
    aside: dict[str, Candidate] = field(default_factory=dict)

    def add(self, batch: Batch, situation: Situation, found: Found, route: str = "measure") -> Judgement:
        """Judge a batch and count it."""
        judgement = self._judged(batch, route) if self.lenient else self.judge(batch, route)
        self.count(judgement, batch, situation, found)
        return judgement

    def count(self, judgement: Judgement, batch: Batch, situation: Situation, found: Found) -> None:
        """Count a batch that was judged, and keep its best instance."""
        accepted = judgement.accepted
        admissible = np.flatnonzero(accepted)
        self.tried += batch.size
        self.accepted += admissible.size
        self.trivial += int(np.count_nonzero(accepted & judgement.trivial))
        self.unevaluated += int(np.count_nonzero(judgement.admissible)) - admissible.size
        for name, flags in judgement.met.items():
            self.met[name] = self.met.get(name, 0) + int(np.count_nonzero(flags))
        if admissible.size:
            self._widen(judgement, admissible)
            admissible = self._sifted(judgement, admissible, batch, situation, found)
        if admissible.size:
            self._keep_best(judgement, admissible, batch, situation, found)

    def add_lot(self, pool: Lot, situation: Situation) -> Judgement:
        """Judge a lot and count it, as many instances at a time as the cache holds what is computed of them."""
        batch = pool.batch
        if pool.shared:
            found = self.add(batch, situation, pool.found)
            pool.release()
            return found
        numbers = sum(array[..., 0].size for array in batch.arrays.values())
        most = max(FEWEST, CACHED // numbers)
        if batch.size <= most:
            return self.add(batch, situation, pool.found)
        cuts = [np.arange(begin, min(begin + most, batch.size)) for begin in range(0, batch.size, most)]
        return joined([self.add(batch.select(cut), situation, _from(pool, cut)) for cut in cuts])

    def _judged(self, batch: Batch, route: str) -> Judgement:
        """Judge a batch; the instances that cannot be measured are judged as a NaN that meets no hypothesis."""
        try:
            return self.judge(batch, route)
        except UNMEASURED:
            found = list(self._measurable(batch, np.arange(batch.size), route))
            self.unevaluated += batch.size - sum(kept.size for kept, _ in found)
            if not found:
                raise
            return joined(
                [part for _, part in found], np.concatenate([kept for kept, _ in found]).tolist(), batch.size
            )

    def _measurable(
        self, batch: Batch, chosen: NDArray[np.intp], route: str
    ) -> Iterator[tuple[NDArray[np.intp], Judgement]]:
        """Those of the chosen instances that can be measured, by halves, each part with its judgement."""
        try:
            yield chosen, self.judge(batch.select(chosen), route)
        except UNMEASURED:
            for half in np.array_split(chosen, 2) if chosen.size > 1 else ():
                yield from self._measurable(batch, half, route)

    def _widen(self, judgement: Judgement, admissible: NDArray[np.intp]) -> None:
        """Keep between which values each measured symbol lay on the admissible instances."""
        if not judgement.values:
            return
        table = np.array(list(judgement.values.values()))
        if admissible.size < table.shape[-1]:
            table = table.take(admissible, axis=-1)  # which takes a tenth of the time of `table[:, admissible]`
        lows, highs = table.min(axis=1).tolist(), table.max(axis=1).tolist()
        for name, low, high in zip(judgement.values, lows, highs, strict=True):
            known = self.ranges.get(name)
            self.ranges[name] = (low, high) if known is None else (min(low, known[0]), max(high, known[1]))

    def _sifted(
        self, judgement: Judgement, admissible: NDArray[np.intp], batch: Batch, situation: Situation, found: Found
    ) -> NDArray[np.intp]:
        """The admissible instances without violations that rounding explains, if others are or enough were seen."""
        broken = admissible[judgement.ratio[admissible] > self.judge.limit]
        if self.steady is None or not broken.size:
            return admissible
        solid = self.steady(batch.select(broken))
        passed = broken[~solid]
        self.shaky += passed.size
        if not passed.size or not (solid.any() or self.weary):
            return admissible
        top, known = int(passed[np.argmax(judgement.ratio[passed])]), self.aside.get(str(situation))
        if known is None or judgement.ratio[top] > known.ratio:
            self.aside[str(situation)] = self._candidate(judgement, top, batch, situation, found)
        return np.setdiff1d(admissible, passed, assume_unique=True)

    def _keep_best(
        self, judgement: Judgement, admissible: NDArray[np.intp], batch: Batch, situation: Situation, found: Found
    ) -> None:
        ratios = judgement.ratio[admissible]
        highest = float(ratios.max())
        # of equal violations the first is the plainest; below and about 1 every digit counts
        equal = highest * (1 - EQUAL) if PLAIN < highest < np.inf else highest
        top = int(admissible[np.argmax(ratios >= equal)])
        ratio, key = float(judgement.ratio[top]), str(situation)
        self.ratios.add(ratios)
        self.by_situation[key] = max(ratio, self.by_situation.get(key, 0.0))
        raised(self.by_size, situation, ratio)
        if highest > self.judge.limit:
            self._keep_within(judgement, admissible[ratios <= self.judge.limit], batch, situation, found)
        known = -np.inf if self.best is None else self.best.ratio
        if ratio > (known * (1 + EQUAL) if known > PLAIN else known):
            self.best = self._candidate(judgement, top, batch, situation, found)
            self.effort.append((self.tried, number(ratio)))
        if highest > PLAIN and len(self.others) < SPARE:
            broken = admissible[ratios > PLAIN]
            chosen = [int(broken[place]) for place in (-1, broken.size // 2) if broken[place] != top]
            self.others += [self._candidate(judgement, index, batch, situation, found) for index in chosen]

    def _keep_within(
        self, judgement: Judgement, holding: NDArray[np.intp], batch: Batch, situation: Situation, found: Found
    ) -> None:
        """Keep the best instance that breaks nothing, of these and of what was the best so far."""
        if self.best is not None and not self.violated():
            self.within = self.best
        if not holding.size:
            return
        top = int(holding[np.argmax(judgement.ratio[holding])])
        if self.within is None or judgement.ratio[top] > self.within.ratio:
            self.within = self._candidate(judgement, top, batch, situation, found)

    def _candidate(
        self, judgement: Judgement, index: int, batch: Batch, situation: Situation, found: Found
    ) -> Candidate:
        words = found if isinstance(found, str) else found(index)
        return judgement.candidate(index, interned(self.judge.family, batch.one(index)), situation, words)

    def violated(self) -> bool:
        """Tell whether the best instance breaks the claim beyond rounding."""
        return self.best is not None and self.best.ratio > self.judge.limit

    def dismiss(self) -> None:
        """Forget the best instance, which only looks like a violation, so that the search may go on.

        What came closest without breaking the claim takes its place.
        """
        if self.best is not None:
            self.by_situation[str(self.best.situation)] = 0.0
            for name, size in self.best.situation.shape.items():
                self.by_size[name][size] = 0.0
            self.best, self.dismissed = self.within, self.dismissed + 1
            self.others.clear()

    def absorb(self, other: Tally, *, confirmed: bool) -> None:
        """Count what another search looked at; its best instance is taken over only as a confirmed violation.

        Ratios above 1 are not counted where none is confirmed: far outside rounding makes them.
        """
        self.tried, self.accepted = self.tried + other.tried, self.accepted + other.accepted
        self.trivial, self.unevaluated = self.trivial + other.trivial, self.unevaluated + other.unevaluated
        for name, count in other.met.items():
            self.met[name] = self.met.get(name, 0) + count
        for name, (low, high) in other.ranges.items():
            known = self.ranges.get(name, (low, high))
            self.ranges[name] = (min(low, known[0]), max(high, known[1]))
        self.ratios.take(other.ratios, holding=not confirmed)
        if confirmed and other.best is not None:
            self.best = other.best
            self.effort.append((self.tried, number(other.best.ratio)))

    @property
    def histogram(self) -> list[int]:
        """How many instances on which the claim says something lie between any two of `EDGES`; empty where none does.

        Of an inequality a ratio of 0 says nothing.
        """
        first, *rest = self.ratios.counts.tolist()
        found = [first - self.trivial, *rest]
        return found if any(found) else []

    @property
    def substance(self) -> int:
        """Instances that met every hypothesis and on which the claim says something."""
        return self.accepted - self.trivial

    @property
    def acceptance(self) -> dict[str, Acceptance]:
        """How often each hypothesis was met."""
        return {name: Acceptance(count, self.tried) for name, count in self.met.items()}


def raised(by_size: dict[str, dict[int, float]], situation: Situation, ratio: float) -> None:
    """Note a ratio at every size of a situation, where none so large was seen."""
    for name, size in situation.shape.items():
        there = by_size.setdefault(name, {})
        there[size] = max(ratio, there.get(size, 0.0))


def _from(pool: Lot, cut: NDArray[np.intp]) -> Callable[[int], str]:
    return lambda index: pool.found(int(cut[index]))
