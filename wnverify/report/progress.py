"""What the reader sees while a run goes on: one bar in a terminal, one line a finished theorem in a pipe."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from wnverify.evidence import CheckEvidence, Event, Notify, verdict_of
from wnverify.report.findings import of_claim, tried
from wnverify.report.signs import written
from wnverify.report.words import counted, ratio_words, seconds_words

ROOMY, ROUNDING = 70, 1e-9
READING = "reading the theorems"
PLANS = ("queued", "planned", "unread")
"""Events that tell what there is to do."""


@contextmanager
def following(console: Console) -> Iterator[Notify]:
    """A function to be told of the events of a run.

    Args:
        console: where to write.
    """
    if not console.is_terminal:
        yield _lines(console)
        return
    roomy = console.width >= ROOMY
    columns = [
        BarColumn(30 if roomy else 12, complete_style="cyan", finished_style="cyan"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    ]
    with Progress(*columns, TextColumn("{task.description}"), console=console, transient=True) as progress:
        yield _live(progress, console.width)


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

    @property
    def ahead(self) -> str:
        """What stands before the rest of a line."""
        return written(f"{self} · ") if self.since else ""

    def __str__(self) -> str:
        rate = self.units / max(time.monotonic() - self.since, ROUNDING)
        workers = counted(self.workers, "worker") if self.workers else "no worker"
        return f"{workers}, {rate:,.1f} checks/s" if self.units else workers


def _live(progress: Progress, width: int) -> Notify:
    crew = _Crew()
    task = progress.add_task(READING, total=None)
    planned: dict[str, int] = {}
    running: set[tuple[str, str]] = set()
    best = {"": 0.0}  # the worst ratio so far under the name of its theorem

    def notify(event: Event) -> None:
        if event.kind == "workers":
            if crew.note(event):
                progress.update(task, description=crew.ahead + ("the run goes on" if crew.units else READING))
            return
        if event.kind in PLANS:
            _plan(planned, event)
            progress.update(task, total=_expected(planned))
            return
        if event.kind == "rounds":
            progress.update(task, description=_finished_rounds(event))
            return
        (running.discard if event.evidence else running.add)((event.id, event.check))
        name, evidence = event.id.rpartition("/")[2], event.evidence
        ratio = float(evidence.worst.ratio) if evidence and evidence.worst else 0.0
        if max(best.values()) < ratio <= 1 + ROUNDING:  # beyond 1 lie only controls, and what the table will tell
            best.clear()
            best[name] = ratio
        said = f"{name} · {event.check}" if event.evidence or len(running) == 1 else "the first checks are under way"
        worst = [f"worst {ratio_words(top)} {where}" for where, top in best.items() if where]
        room = max(width - (48 if width >= ROOMY else 30) - len(crew.ahead), 16)
        text = crew.ahead + _within(room, *worst, said, name)
        progress.update(task, advance=int(event.kind == "finished"), description=text)

    return notify


def _plan(planned: dict[str, int], event: Event) -> None:
    """Note how many checks of a theorem are planned; 0 while nobody has read it."""
    if event.kind == "unread":
        planned.pop(event.id, None)
    else:
        planned[event.id] = event.checks


def _expected(planned: Mapping[str, int]) -> int | None:
    """How many checks there will be, if theorems that nobody has read have as many as others; None if none was."""
    known = [count for count in planned.values() if count]
    return round(sum(known) * len(planned) / len(known)) if known else None


def _within(room: int, *said: str) -> str:
    """As much of what could be said as there is room for, and never half a word without saying so."""
    whole = [" · ".join(said[:2]), *said]
    fitting = [written(text) for text in whole if cell_len(written(text)) <= room]
    return fitting[0] if fitting else f"{written(said[-1])[: room - 3]}..."


def _lines(console: Console) -> Notify:
    """One plain line when the last check of a theorem is done."""
    planned: dict[str, int] = {}
    found: dict[str, list[CheckEvidence]] = defaultdict(list)
    times: dict[str, float] = defaultdict(float)
    finished: list[str] = []
    crew = _Crew()

    def notify(event: Event) -> None:
        if event.kind == "workers" and crew.note(event):
            console.print(str(crew), soft_wrap=True)
        if event.kind in PLANS:
            _plan(planned, event)
        if event.kind == "rounds":
            console.print(_finished_rounds(event), soft_wrap=True)
        if event.evidence is None:
            return
        found[event.id].append(event.evidence)
        times[event.id] += event.seconds
        if len(found[event.id]) == planned.get(event.id):
            finished.append(event.id)
            text = _finished(event.id, found[event.id], times[event.id])
            console.print(f"[{len(finished)}/{len(planned)}] {text}", soft_wrap=True)

    return notify


def _finished_rounds(event: Event) -> str:
    return f"{counted(event.checks, 'round')} finished"


def _finished(identifier: str, checks: list[CheckEvidence], seconds: float) -> str:
    """The theorem in one line; whether a control failed as planned is for the table to say."""
    verdict = verdict_of(of_claim(checks), finished=True)
    ratio = max((check.worst.ratio for check in checks if check.worst), key=float, default=None)
    count, time = counted(tried(checks), "instance"), seconds_words(seconds)
    return f"{identifier}: {verdict.name.lower()}, worst ratio {ratio_words(ratio)}, {count}, {time}"
