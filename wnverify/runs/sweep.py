"""Sweep: a run in numbered rounds; a theorem that has had the fewest comes next, until the time is up.

What becomes of the rounds of one theorem is told in `wnverify.rounds`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from heapq import heappop, heappush

from wnverify.budget import Budget
from wnverify.rounds import Course


class Sweep:
    """The rounds of all theorems of a run.

    Args:
        budget: a time, which begins now, or a number of rounds.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.courses: dict[str, Course] = {}
        self._end = math.inf if budget.seconds is None else time.monotonic() + budget.seconds

    def goes_on(self, number: int) -> bool:
        """Whether a round may still begin: the first always, no other when the time is up."""
        return number == 1 or (number <= self.budget.rounds and time.monotonic() < self._end)

    def share(self, number: int) -> float:
        """How much of the budget is spent when a round begins."""
        if self.budget.seconds is None:
            return (number - 1) / self.budget.rounds
        return min(1 - (self._end - time.monotonic()) / self.budget.seconds, 1.0)

    @property
    def numbers(self) -> range:
        """The numbers that a round may have."""
        return range(1, self.budget.rounds + 1)

    @property
    def done(self) -> int:
        """How many rounds every theorem has behind it, or needs no more."""
        return min((course.done for course in self.courses.values() if not course.ended), default=0)

    def due(self) -> Iterator[tuple[str, int]]:
        """The next theorem with the number of a round that it lacks, as long as the budget lasts."""
        waiting = [(1, place) for place in range(len(self.courses))]
        names = list(self.courses)
        while waiting and self.goes_on(waiting[0][0]):
            number, place = heappop(waiting)
            course = self.courses[names[place]]
            if course.missing(number):
                yield names[place], number
            if not course.ended:
                heappush(waiting, (max(number, course.done) + 1, place))
