"""Budget: how much effort a check may spend, in rounds (reproducible) or in seconds (not)."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from numbers import Integral

from wnverify.errors import UsageError, expected


@dataclass(frozen=True)
class Budget:
    """Effort of one check.

    Args:
        name: as the user typed it.
        rounds: how often a check repeats its unit of work; the first round is a whole, small search.
        shapes: share of the family's shapes that are tried, smallest first.
        seconds: wall-clock limit for one check; None where `rounds` decides.
    """

    name: str
    rounds: int
    shapes: float
    seconds: float | None = None

    def pace(self) -> Iterator[int]:
        """The numbers of the rounds to do: always the first, the others while the budget lasts."""
        end = math.inf if self.seconds is None else time.monotonic() + self.seconds
        for number in range(self.rounds):
            if number and time.monotonic() > end:
                return
            yield number

    def shared(self, tasks: int, jobs: int) -> Budget:
        """The budget of one task when a wall-clock budget is shared by several over `jobs` processes."""
        if self.seconds is None:
            return self
        return replace(self, seconds=self.seconds * jobs / max(tasks, 1))


BUDGETS = {
    "quick": Budget("quick", rounds=1, shapes=0.5),
    "standard": Budget("standard", rounds=10, shapes=0.8),
    "deep": Budget("deep", rounds=150, shapes=1.0),
}
UNLIMITED_ROUNDS = 1_000_000


def parse_budget(text: str) -> Budget:
    """Read `quick`, `standard`, `deep`, or a number of seconds such as `30s`.

    Raises:
        UsageError: for anything else.

    >>> parse_budget("quick").rounds, parse_budget("30s").seconds, parse_budget(".5s").seconds
    (1, 30.0, 0.5)
    """
    if not isinstance(text, str):
        raise UsageError(expected("a budget: quick, standard, deep or seconds such as 30s", repr(text)))
    if text in BUDGETS:
        return BUDGETS[text]
    found = re.fullmatch(r"(\d+\.?\d*|\.\d+)s", text, re.ASCII)
    if not found or not 0 < float(found[1]) <= 1e6:
        raise UsageError(expected("a budget: quick, standard, deep or seconds such as 30s", repr(text[:60])))
    return Budget(text, rounds=UNLIMITED_ROUNDS, shapes=0.8, seconds=float(found[1]))


def parse_seed(seed: object) -> int:
    """A seed as an integer; NumPy's integers are such too.

    Raises:
        UsageError: for anything else, truth values and negative numbers included.

    >>> parse_seed(7)
    7
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise UsageError(expected("an integer seed ≥ 0", repr(seed)[:80]))
    return int(seed)
