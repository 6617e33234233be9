"""What the reader sees while a run goes on: one line in a terminal, one line a finished theorem in a pipe."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from wnverify.evidence import Event, TheoremEvidence
from wnverify.report.findings import tried
from wnverify.report.forecast import Forecast, about
from wnverify.report.line import Line, fitting
from wnverify.report.signs import written
from wnverify.report.words import counted, ratio_words, seconds_words, verdict_words

ROUNDING = 1e-9
READING = "reading the theorems"
STROKES, ROOMY = 12, 100
"""The bar of a line, where the line is long enough for one."""


@dataclass
class _Crew:
    """The workers of a cluster, if there is one.

    Args:
        workers: how many there are.
        units: how many units of work they did, checks most of them.
        since: when the first came.
    """

    workers: int = 0
    units: int = 0
    since: float = 0.0

    def note(self, event: Event) -> bool:
        """Note what a cluster tells; whether there are more workers now, or fewer."""
        before, self.workers, self.units = self.workers, event.checks, event.units
        self.since = self.since or time.monotonic()
        return before != self.workers

    def __str__(self) -> str:
        if not self.since:
            return ""
        rate = self.units / max(time.monotonic() - self.since, ROUNDING)
        workers = counted(self.workers, "worker") if self.workers else "no worker"
        return f"{workers}, {rate:,.1f} checks/s" if self.units else workers


@dataclass
class Watch:
    """A run as far as somebody who watches it knows.

    Args:
        forecast: of the time that it still takes.
        clock: tells the time.
    """

    forecast: Forecast
    clock: Callable[[], float] = time.monotonic
    crew: _Crew = field(default_factory=_Crew)
    changed: bool = False
    _planned: dict[str, int] = field(default_factory=dict)
    _checks: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _times: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _running: dict[tuple[str, str], None] = field(default_factory=dict)
    _done: int = 0
    _rounds: int = 0
    _worst: tuple[float, str] = (0.0, "")

    def note(self, event: Event) -> None:
        """Note what the run tells."""
        self.forecast.note(event, self.clock())
        which = event.id, event.check
        match event.kind:
            case "workers":
                self.changed = self.crew.note(event)
            case "queued" | "planned":
                self._planned[event.id] = event.checks
            case "unread":
                self._planned.pop(event.id, None)
            case "started":
                self._running[which] = None
            case "finished":
                self._running.pop(which, None)
                self._finished(event)
            case "done":
                self._done += 1
            case "rounds":
                self._rounds = event.checks

    def _finished(self, event: Event) -> None:
        self._checks[event.id] += 1
        self._times[event.id] += event.seconds
        ratio = float(event.evidence.worst.ratio) if event.evidence and event.evidence.worst else 0.0
        if self._worst[0] < ratio <= 1 + ROUNDING:  # beyond 1 lie only controls, and what the table will tell
            self._worst = ratio, event.id.rpartition("/")[2]

    def line(self, width: int) -> str:
        """How far the run is, in one line."""
        now = self.clock()
        left = self.forecast.left(now)
        worst = f"worst ratio {ratio_words(self._worst[0])} at {self._worst[1]}" if self._worst[1] else ""
        going = [f"{name.rpartition('/')[2]} {check}" for name, check in self._running]
        time_ = seconds_words(now - self.forecast.begin) + (f", {about(left)} left" if left else "")
        parts = [self._count, time_, str(self.crew), worst, f"now {', '.join(going)}" if going else ""]
        return self._bar(now, width) + fitting(parts, width - len(self._bar(now, width)))

    @property
    def _count(self) -> str:
        """How much is done, in theorems, rounds or checks."""
        if not any(self._planned.values()):
            return READING
        if self._rounds:
            return counted(self._rounds, "round")
        if len(self._planned) > 1 and not self.forecast.budget.sweep:
            return f"{self._done} of {counted(len(self._planned), 'theorem')}"
        return f"{sum(self._checks.values())} of {counted(sum(self._planned.values()), 'check')}"

    def _bar(self, now: float, width: int) -> str:
        full = round(self.forecast.share(now) * STROKES)
        return written("━" * full + "╌" * (STROKES - full)) + " " if width >= ROOMY else ""

    def told(self, event: Event) -> str:
        """What is worth a line of its own where no line can be taken back; empty if nothing is."""
        if event.kind == "workers":
            return str(self.crew) if self.changed else ""
        if event.kind == "rounds":
            return f"{counted(event.checks, 'round')} finished"
        if event.theorem is None:
            return ""
        left = self.forecast.left(self.clock())
        rest = f"; {about(left)} left" if left is not None and self._done < len(self._planned) else ""
        theorem = _theorem(event.theorem, self._times[event.id])
        return f"[{self._done}/{len(self._planned)}] {theorem}{rest}"


def _theorem(evidence: TheoremEvidence, seconds: float) -> str:
    """A theorem in one line, with the verdict that the table has."""
    ratio = ratio_words(evidence.worst.ratio if evidence.worst else None)
    count, time_ = counted(tried(evidence.checks), "instance"), seconds_words(seconds)
    return f"{evidence.id}: {verdict_words(evidence)[0][2:]}, worst ratio {ratio}, {count}, {time_}"


@dataclass(frozen=True)
class Follower:
    """To be told of the events of a run.

    Args:
        note: is told.
        aside: while this lasts, something else is printed.
    """

    note: Callable[[Event], None]
    aside: Callable[[], AbstractContextManager[None]] = nullcontext


@contextmanager
def following(
    console: Console, forecast: Forecast, waiting: Callable[[], Sequence[Text]] = tuple
) -> Iterator[Follower]:
    """Somebody who is to be told of the events of a run.

    Args:
        console: where to write.
        forecast: of the time that the run takes.
        waiting: what is found and cannot be printed yet, which stands above the line of a terminal.
    """
    watch = Watch(forecast)
    line = Line(console, watch.line, waiting)
    if line.shown:
        with line.standing():
            yield Follower(watch.note, line.aside)
        return

    def note(event: Event) -> None:
        watch.note(event)
        if told := watch.told(event):
            console.print(written(told), soft_wrap=True)

    yield Follower(note)
