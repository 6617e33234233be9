"""Budget: how much effort a check may spend, in rounds (reproducible) or in time (not).

A budget that is a time, or a number of rounds such as `12r`, is spent in rounds that are numbered: each is a unit of
work by itself, with random streams of its own, and what was found in them adds up; see `wnverify.rounds`.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from numbers import Integral

from wnverify.errors import UsageError, expected


@dataclass(frozen=True)
class Budget:
    """Effort of one check.

    Args:
        name: as the user typed it.
        rounds: how often a check repeats its unit of work; the first round is a whole, small search.
        shapes: share of the family's shapes that are tried, smallest first.
        seconds: wall-clock limit for one check, or for a whole run; None where `rounds` decides.
        sweep: whether a run does numbered rounds, one after the other, each a unit of work.
        number: of the round that this is the effort of, from 1; 0 where it is of none.
    """

    name: str
    rounds: int
    shapes: float
    seconds: float | None = None
    sweep: bool = False
    number: int = 0

    def pace(self) -> Iterator[int]:
        """The numbers of the turns to do: always the first, the others while the budget lasts.

        A round is one turn; the first 150 are as those of a deep run, then they begin anew.

        >>> list(BUDGETS["standard"].pace()), list(parse_budget("2h").of_round(3).pace())
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [2])
        """
        end = math.inf if self.seconds is None else time.monotonic() + self.seconds
        first = (self.number - 1) % BUDGETS["deep"].rounds if self.number else 0
        for turn in range(first, first + self.rounds):
            if turn > first and time.monotonic() > end:
                return
            yield turn

    def of_round(self, number: int) -> Budget:
        """The effort of one round of a sweep, the same whatever ends the sweep."""
        return Budget(f"{ROUND}{number}", rounds=1, shapes=self.shapes, number=number)

    def seed(self, seed: int) -> int:
        """The seed of every random stream: that of the run, and in a round one of its own.

        >>> parse_budget("quick").seed(7)
        7
        """
        if not self.number:
            return seed
        return int.from_bytes(sha256(f"{seed} round {self.number}".encode()).digest()[:8])

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
SWEPT = 0.8
"""Share of the shapes that a round reaches."""
ROUND = "round "
"""With its number, the name of the effort of a round."""
ROUNDS = "rounds"
"""The name of the effort of a run in rounds; how many there were is told of each theorem."""
UNITS = {"s": 1, "m": 60, "h": 3600}
LONGEST = 1e6
"""Seconds."""
ALLOWED = "a budget: quick, standard, deep, a time such as 30s, 5m or 2h, or rounds such as 12r"


def parse_budget(text: str) -> Budget:
    """Read `quick`, `standard`, `deep`, a time such as `30s`, `5m` or `2h`, or a number of rounds such as `12r`.

    Raises:
        UsageError: for anything else.

    >>> parse_budget("12r").rounds, parse_budget("2h").seconds, parse_budget(".5s").seconds
    (12, 7200.0, 0.5)
    """
    if not isinstance(text, str):
        raise UsageError(expected(ALLOWED, repr(text)))
    if text in BUDGETS:
        return BUDGETS[text]
    if found := re.fullmatch(r"([1-9]\d{0,5})r", text, re.ASCII):
        return Budget(text, rounds=int(found[1]), shapes=SWEPT, sweep=True)
    seconds = parse_time(text, ALLOWED)
    return Budget(text, rounds=UNLIMITED_ROUNDS, shapes=SWEPT, seconds=seconds, sweep=True)


def parse_time(text: str, wanted: str = "a time such as 30s, 5m or 2h") -> float:
    """The seconds of a time such as `30s`, `5m` or `2h`.

    Args:
        text: the time.
        wanted: what else would have been understood.

    Raises:
        UsageError: for anything else.

    >>> parse_time("1.5m")
    90.0
    """
    found = re.fullmatch(r"(\d+\.?\d*|\.\d+)([smh])", text, re.ASCII)
    seconds = float(found[1]) * UNITS[found[2]] if found else 0.0
    if not 0 < seconds <= LONGEST:
        raise UsageError(expected(wanted, repr(text[:60])))
    return seconds


def round_number(name: str) -> int:
    """The number of the round whose effort has this name; 0 where it is that of none.

    >>> round_number("round 7"), round_number("quick")
    (7, 0)
    """
    return int(name.removeprefix(ROUND)) if name.startswith(ROUND) else 0


def effort_name(name: str) -> str:
    """The name under which the efforts of all rounds are told together; any other budget keeps its own.

    >>> effort_name("round 7"), effort_name("quick")
    ('rounds', 'quick')
    """
    return ROUNDS if name.startswith(ROUND) else name


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
