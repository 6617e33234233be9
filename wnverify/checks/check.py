"""Check: what a check says of itself; each module of this folder that defines `CHECK` is found and run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wnverify.budget import Budget
from wnverify.evidence import CheckEvidence, Subject
from wnverify.theorem import Theorem


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check.

    Args:
        name: its name in records, on the command line of pytest, and in the random streams.
        order: where it stands among the evidence of a theorem; searches come in order of their strength.
        cost: about how many hundredths of a second it takes; the costliest start first.
        subject: what it puts to the test.
        scope: whether it applies to a theorem.
        run: the check itself.
        independent: whether its instances are drawn independently of one another and of what was found.
        shared: which instances other checks, or other theorems of the family, look at too; see `search.ground`.
    """

    name: str
    order: int
    cost: int
    subject: Subject
    scope: Callable[[Theorem], bool]
    run: Callable[[Theorem, Budget, np.random.Generator], CheckEvidence]
    independent: bool = False
    shared: str = ""


STARTS = "extreme and random instances to begin from, by all checks that search and all theorems of the family"
REPEATED = "repetitions, by the statistical, mutants and sharpness checks of all theorems of the family"


def every(theorem: Theorem) -> bool:
    """Scope of a check that applies to every theorem."""
    return True


def sure(theorem: Theorem) -> bool:
    """Scope of a check for a single violation, of no use against a claim that may fail with probability δ."""
    return not theorem.is_probabilistic


def probable(theorem: Theorem) -> bool:
    """Scope of a check of a failure rate."""
    return theorem.is_probabilistic
