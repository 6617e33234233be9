"""Chances: a statement that may fail with a probability, on the repetitions that other checks of its family count."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from wnverify.claim import Claim
from wnverify.evidence import Worst
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.search.lot import Lot
from wnverify.search.rate import settle_rate
from wnverify.search.repeat import Repetition, counted
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict


@dataclass
class Chances:
    """How often a statement failed.

    Args:
        theorem: whose claim it is.
        rng: for repetitions of what looks suspicious.
        why: what it means where it fails too often; empty for what a step itself states.
        found: the failures at every setting that was looked at.
    """

    theorem: Theorem
    rng: np.random.Generator
    why: str = ""
    found: list[Repetition] = field(default_factory=list)

    @cached_property
    def judge(self) -> Judge:
        """Judges single repetitions."""
        return Judge(self.theorem.claim, self.theorem.family)

    @property
    def claim(self) -> Claim:
        """The statement."""
        return self.theorem.claim

    def look(self, pool: Lot, situation: Situation) -> None:
        """Count the failures among repetitions of one setting; a lot of them is named after its regime."""
        self.found.append(counted(self.judge, pool.batch, situation, pool.words[0]))

    @property
    def ratio(self) -> float:
        """The largest ratio of the sides; NaN where none was seen."""
        return max((each.worst.ratio for each in self.found if each.worst is not None), default=np.nan)

    @cached_property
    def outcome(self) -> tuple[Verdict, str, Worst | None]:
        """The verdict over all settings, once all were looked at."""
        return settle_rate(self.theorem, self.found, self.rng)
