"""Glimpse: how far an attack is, for whoever watches it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from rich.console import Console

from wnverify.report.line import Line, fitting
from wnverify.report.notebook.bar import bar
from wnverify.report.words import ratio_words, seconds_words
from wnverify.search.tally import Tally

BEGINS = "the search begins"
LONG = 120
"""Columns of what is said in a notebook."""
SELDOM = 0.2
"""Seconds between two glimpses that are shown."""


@dataclass(frozen=True)
class Glimpse:
    """How far an attack is.

    Args:
        family: the family that is asked.
        ratio: the worst ratio so far; NaN if nothing was admissible.
        where: its shape and settings.
        tried: instances so far.
        spent: seconds since the attack began.
        left: seconds that it may still take; infinite where rounds decide.
    """

    family: str
    ratio: float
    where: str
    tried: int
    spent: float
    left: float

    def line(self, width: int) -> str:
        """What fits into one line, the most important first.

        >>> print(Glimpse("weight_norm", 0.875, "L=1 tanh", 1200, 3.0, math.inf).line(80))
        worst ratio 0.875 · 1,200 instances · 3.0 s · family weight_norm · at L=1 tanh
        >>> print(Glimpse("weight_norm", math.nan, "", 0, 3.0, 12.0).line(40))
        nothing admissible yet · 0 instances
        """
        ratio = "nothing admissible yet" if math.isnan(self.ratio) else f"worst ratio {ratio_words(self.ratio)}"
        time = f"{seconds_words(self.spent)}{'' if math.isinf(self.left) else f', {seconds_words(self.left)} left'}"
        parts = [ratio, f"{self.tried:,} instances", time, f"family {self.family}"]
        return fitting([*parts, f"at {self.where}" if self.where else ""], width)


Watch: TypeAlias = Callable[[Glimpse], None]
"""Is told how far an attack is, after each of its steps."""


def unwatched(_: Glimpse) -> None:
    """Nobody watches."""


def glimpse(tally: Tally, begin: float, end: float) -> Glimpse:
    """How far the attack is that began then, and is to be over at the end, as `time.monotonic` counts."""
    now, best = time.monotonic(), tally.best
    ratio, where = (math.nan, "") if best is None else (best.ratio, str(best.situation))
    return Glimpse(tally.judge.family.name, ratio, where, tally.tried, now - begin, max(end - now, 0.0))


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """A line in a terminal that follows the attack, and is gone when it is over; nothing in a pipe."""
    seen: list[Glimpse] = []
    line = Line(console, lambda width: seen[-1].line(width) if seen else fitting([BEGINS], width))

    def watch(now: Glimpse) -> None:
        seen[:] = [now]

    with line.standing():
        yield watch


@contextmanager
def noticing() -> Iterator[Watch]:
    """A bar in a notebook that follows the attack, and is gone when it is over; nothing anywhere else."""
    last = -math.inf
    with bar(BEGINS) as tell:

        def watch(seen: Glimpse) -> None:
            nonlocal last
            if seen.spent - last > SELDOM or seen.spent < last:
                last = seen.spent
                tell(seen.spent / max(seen.spent + seen.left, SELDOM), seen.line(LONG))

        yield watch
