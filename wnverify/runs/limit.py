"""Limit: a run that takes longer ends with what it has; what is not finished then is undecided."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from wnverify.budget import Budget, parse_time


class TimeIsUp(Exception):
    """The time of a run is over; who runs it hears of it, nobody else."""


@dataclass(frozen=True)
class Limit:
    """How long a run may take, from now on.

    Args:
        text: as it was typed, such as `10m`.
        clock: tells the time, in seconds.

    Raises:
        UsageError: if it is no time.
    """

    text: str
    clock: Callable[[], float] = time.monotonic
    seconds: float = field(init=False)
    end: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", parse_time(self.text))
        object.__setattr__(self, "end", self.clock() + self.seconds)

    @property
    def left(self) -> float:
        """Seconds until it is over; 0 when it is.

        >>> Limit("10m", clock=lambda: 7.0).left
        600.0
        """
        return max(self.end - self.clock(), 0.0)

    def heed(self) -> None:
        """Go on only if there is time.

        Raises:
            TimeIsUp: if there is none.
        """
        if not self.left:
            raise TimeIsUp

    @property
    def reason(self) -> str:
        """What is said of a check that was not finished."""
        return f"the time limit of {self.text} was over before this check was"


@dataclass(frozen=True)
class Within:
    """A budget with a time limit on top of it.

    Args:
        budget: effort of each check, or of the whole run.
        limit: after which the run ends with what it has.
    """

    budget: Budget
    limit: Limit
