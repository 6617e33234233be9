"""Tally: what a search has seen so far; counts, acceptance per hypothesis, the worst instance, the effort curve."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from wnverify.batch import Batch
from wnverify.evidence import Acceptance, Number, number
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge, Judgement


@dataclass
class Tally:
    """Running counts of one search. The only mutable object of the search; each check makes its own."""

    judge: Judge
    tried: int = 0
    accepted: int = 0
    trivial: int = 0
    unevaluated: int = 0
    met: dict[str, int] = field(default_factory=dict)
    best: Candidate | None = None
    effort: list[tuple[int, Number]] = field(default_factory=list)
    by_situation: dict[str, float] = field(default_factory=dict)

    def add(self, batch: Batch, situation: Situation, found: str, route: str = "measure") -> Judgement:
        """Judge a batch and count it."""
        judgement = self.judge(batch, route)
        self.tried += batch.size
        self.accepted += int(judgement.accepted.sum())
        self.trivial += int((judgement.accepted & judgement.trivial).sum())
        self.unevaluated += int(judgement.unevaluated.sum())
        for name, flags in judgement.met.items():
            self.met[name] = self.met.get(name, 0) + int(flags.sum())
        self._keep_best(judgement, batch, situation, found)
        return judgement

    def _keep_best(self, judgement: Judgement, batch: Batch, situation: Situation, found: str) -> None:
        admissible = np.flatnonzero(judgement.accepted)
        if not admissible.size:
            return
        top = int(admissible[np.argmax(judgement.ratio[admissible])])
        ratio, key = float(judgement.ratio[top]), str(situation)
        self.by_situation[key] = max(ratio, self.by_situation.get(key, 0.0))
        if self.best is None or ratio > self.best.ratio:
            self.best = judgement.candidate(top, batch.one(top), situation, found)
            self.effort.append((self.tried, number(ratio)))

    def violated(self) -> bool:
        """Tell whether the best instance breaks the claim beyond rounding."""
        return self.best is not None and self.best.ratio > self.judge.limit

    @property
    def substance(self) -> int:
        """Instances that met every hypothesis and on which the claim says something."""
        return self.accepted - self.trivial

    @property
    def acceptance(self) -> dict[str, Acceptance]:
        """How often each hypothesis was met."""
        return {name: Acceptance(count, self.tried) for name, count in self.met.items()}
