"""Forecast: how long a run will still take: what its checks cost before, or are thought to, and how fast it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from wnverify.budget import Budget
from wnverify.evidence import Event

WEIGHT = 10.0
"""Seconds after which the speed that is measured counts as much as the one that was thought."""
LEAST_SHARE = 0.1
"""Of a check that takes longer than was thought, so much is still to come."""


@dataclass
class Forecast:
    """The work of a run, in CPU seconds, as far as it is known.

    Args:
        budget: effort of each check, or of the whole run.
        jobs: how many checks go on at once.
        begin: when the run began, in seconds of a clock; every other moment is on the same.
        limit: seconds after which it ends whatever is left; infinite where there is no limit.
    """

    budget: Budget
    jobs: int
    begin: float
    limit: float = math.inf
    _unread: dict[str, float | None] = field(default_factory=dict)
    _open: dict[tuple[str, str], float] = field(default_factory=dict)
    _whole: dict[str, float] = field(default_factory=dict)
    _running: dict[tuple[str, str], float] = field(default_factory=dict)
    _done: float = 0.0
    _rounds: int = 0
    _since: float | None = None

    def note(self, event: Event, now: float) -> None:
        """Note what a run tells, and when."""
        which = event.id, event.check
        if event.kind == "queued":
            self._unread[event.id] = sum(event.costs.values()) or None
        elif event.kind in ("planned", "unread"):
            self._unread.pop(event.id, None)
            self._whole[event.id] = sum(event.costs.values())
            self._open |= {(event.id, check): cost for check, cost in event.costs.items()}
        elif event.kind == "started":
            self._since = now if self._since is None else self._since
            self._running[which] = now
        elif event.kind == "finished":
            cost = self._open.pop(which, 0.0)
            self._done += cost if self._running.pop(which, None) is not None else 0.0
        elif event.kind == "rounds":
            self._rounds = event.checks

    def left(self, now: float) -> float | None:
        """Seconds until the run is over; None while nothing is known."""
        found = self._rounds_left(now) if self.budget.sweep else self._checks_left(now)
        rest = self.begin + self.limit - now
        if found is None:
            return None if math.isinf(rest) else max(rest, 0.0)
        return max(min(found, rest), 0.0)

    def _rounds_left(self, now: float) -> float | None:
        if self.budget.seconds is not None:
            return self.begin + self.budget.seconds - now
        if not self._rounds or self._since is None:
            return None
        return (now - self._since) / self._rounds * (self.budget.rounds - self._rounds)

    def _checks_left(self, now: float) -> float | None:
        if not self._whole and not any(self._unread.values()):
            return None
        open_ = [self._still(which, cost, now) for which, cost in self._open.items()]
        unread = self._unread_costs()
        spent = 0.0 if self._since is None else now - self._since
        speed = (self._done + self.jobs * WEIGHT) / (spent + WEIGHT)
        longest = max([*open_, 0.0]) * self.jobs
        return max(sum(open_) + sum(unread), longest) / speed

    def _still(self, which: tuple[str, str], cost: float, now: float) -> float:
        """What a check still costs; one that is under way has had some of it."""
        begun = self._running.get(which, now)
        return max(cost - (now - begun), LEAST_SHARE * cost)

    def _unread_costs(self) -> list[float]:
        """What the theorems cost that nobody has read: as before, or as much as others."""
        known = [cost for cost in [*self._whole.values(), *self._unread.values()] if cost]
        usual = sum(known) / len(known) if known else 0.0
        return [cost or usual for cost in self._unread.values()]

    def share(self, now: float) -> float:
        """How much of the run is done, from 0 to 1."""
        left = self.left(now)
        if left is None or self._since is None:
            return 0.0
        spent = now - self._since
        return spent / (spent + left) if spent + left > 0 else 1.0


def about(seconds: float) -> str:
    """A time that nobody knows exactly, in words.

    >>> [about(seconds) for seconds in (2, 47, 130, 4000, 9000)]
    ['a few seconds', 'about 50 s', 'about 2 min', 'about 67 min', 'about 2.5 h']
    """
    if seconds < 5:
        return "a few seconds"
    if seconds < 95:
        return f"about {math.ceil(seconds / (5 if seconds < 30 else 10)) * (5 if seconds < 30 else 10)} s"
    return f"about {seconds / 60:.0f} min" if seconds < 7200 else f"about {seconds / 3600:.1f} h"
