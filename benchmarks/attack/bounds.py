"""Claims about bounds, as many as wanted, half of them true; each from its own seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sympy import Integer

from benchmarks.attack.expressions import pick
from benchmarks.attack.false_bounds import FALSE
from benchmarks.attack.true_bounds import TRUE
from wnverify.symbolic.claims import BoundClaim, Decision, decide
from wnverify.verdict import Verdict


@dataclass(frozen=True)
class Case:
    """A claim with its truth and the kind of construction that it comes from."""

    kind: str
    truth: bool
    claim: BoundClaim

    def wrong(self, verdict: Verdict) -> bool:
        """Whether a verdict contradicts the truth."""
        return verdict is Verdict.PROVED if not self.truth else verdict in (Verdict.REFUTED, Verdict.ERROR)

    def open(self, verdict: Verdict) -> bool:
        """Whether it is false and HELD, or true and not proved."""
        return verdict is not Verdict.PROVED if self.truth else verdict is Verdict.HELD

    def __str__(self) -> str:
        return f"{self.kind}, {self.truth}: {self.claim} of {self.claim.of}"


def cases(count: int, seed: int) -> Iterator[Case]:
    """So many cases, half of them true; each from its own seed."""
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        truth = bool(index % 2)
        maker = pick(rng, TRUE if truth else FALSE)
        yield Case(maker.__name__, truth, maker(rng))


def decided(case: Case) -> Decision:
    """The verdict of the program."""
    return decide(case.claim, Integer(0), np.random.default_rng(0), 500)
