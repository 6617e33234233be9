"""Run: every check of every theorem, over processes; the record does not depend on how many.

A theorem is loaded where it is checked: with several processes this one reads texts and headers only.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from typing import TypeAlias

from msgspec import structs

from wnverify import catalogue
from wnverify.budget import Budget, parse_seed
from wnverify.errors import WnverifyError
from wnverify.evidence import RECORD_SCHEMA, Event, Notify, Record, TheoremEvidence
from wnverify.runs.pool import result_of, submitted, workers
from wnverify.runs.work import Load, Outcome, Reading, Task, done_apart, failures, read, read_apart, settle, steps
from wnverify.stopping import heard

LIBRARIES = ("numpy", "scipy", "sympy", "autograd", "hypothesis", "python-flint")
MANY = 4
"""Theorems for each process from which a theorem is one task: it is then loaded once, in one process."""
DIED = "the process for this check could not start, or died (out of memory, or killed)"
Step: TypeAlias = tuple[str, Reading | Outcome]
"""The identifier of a theorem, and what became known of it."""


@dataclass
class _Progress:
    """A run as far as it has come.

    Args:
        notify: is told of it.
        texts: the files whose header could be read.
        headless: the others, with the reason.
        read: the theorems of the texts, as far as they were read.
        found: what every finished check found, by theorem and check.
    """

    notify: Notify
    texts: list[catalogue.Text] = field(default_factory=list)
    headless: dict[str, str] = field(default_factory=dict)
    read: dict[str, Reading] = field(default_factory=dict)
    found: dict[str, dict[str, Outcome]] = field(default_factory=dict)

    def note(self, steps: Iterable[Step]) -> None:
        """Keep what becomes known, and tell of it."""
        for identifier, step in steps:
            if isinstance(step, Reading):
                self.read[identifier] = step
                _show(step.printed)
                planned = step.before.planned if step.before else ()
                self.notify(Event("planned" if planned else "unread", identifier, checks=len(planned)))
            else:
                evidence, seconds = step
                self.found.setdefault(identifier, {})[evidence.check] = step
                self.notify(Event("finished", identifier, evidence.check, evidence, seconds))

    @property
    def readings(self) -> list[tuple[catalogue.Text, Reading]]:
        """What was read, in the order of the files."""
        return [(text, self.read[text.entry.id]) for text in self.texts if text.entry.id in self.read]

    @property
    def theorems(self) -> list[tuple[catalogue.Text, Reading, TheoremEvidence]]:
        """The theorems that could be loaded, with their evidence before any check."""
        return [(text, reading, reading.before) for text, reading in self.readings if reading.before]

    @property
    def unread(self) -> dict[str, str]:
        """The files that could not be loaded, with the reason."""
        return self.headless | {text.entry.id: reading.unread for text, reading in self.readings if reading.unread}

    def evidence(self) -> list[TheoremEvidence]:
        """The evidence of every theorem of which a check was finished."""
        return [
            structs.replace(before, checks=[done[check][0] for check in before.planned if check in done])
            for *_, before in self.theorems
            if (done := self.found.get(before.id))
        ]

    def times(self) -> dict[str, dict[str, float]]:
        """CPU seconds by theorem and check."""
        return {
            identifier: {check: seconds for check, (_, seconds) in sorted(done.items())}
            for identifier, done in sorted(self.found.items())
        }


def run(
    entries: Sequence[catalogue.Entry],
    budget: Budget,
    *,
    seed: int = 0,
    jobs: int | None = None,
    notify: Notify = lambda _: None,
) -> Record:
    """Check the entries and gather the record.

    Every file is read once, at the start; what becomes of it later is none of this run's business.

    Args:
        entries: what to check.
        budget: effort of each check; a wall-clock budget is shared by all.
        seed: the same seed gives the same record, `times` aside, for every number of jobs.
        jobs: processes; by default as many as cores, or one where starting others would take longer than the checks.
        notify: called in this process as theorems are read, and as checks start and finish.

    Returns:
        The record; after Ctrl-C it holds what was finished, and says that it was interrupted.
    """
    seed = parse_seed(seed)
    progress = _Progress(notify)
    interrupted = False
    try:
        _read_texts(entries, progress)
        with workers(_processes(jobs, progress.texts, budget), settle) as pool:
            hands = _Apart(pool, notify) if pool else _Here(notify)
            _check(hands, progress, budget, seed, jobs or os.cpu_count() or 1)
    except KeyboardInterrupt:
        heard()
        interrupted = True
    return Record(
        schema=RECORD_SCHEMA,
        wnverify=version("wnverify"),
        versions={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        seed=seed,
        budget=budget.name,
        theorems=progress.evidence(),
        unread=progress.unread,
        interrupted=interrupted,
        times=progress.times(),
    )


def _read_texts(entries: Iterable[catalogue.Entry], progress: _Progress) -> None:
    """Read the files and their headers: nothing is started for one that has none."""
    for entry in entries:
        try:
            progress.texts.append(catalogue.text(entry))
        except WnverifyError as error:
            progress.headless[entry.id] = str(error)
    for text in progress.texts:
        progress.notify(Event("queued", text.entry.id))


def _processes(jobs: int | None, texts: Sequence[catalogue.Text], budget: Budget) -> int:
    """How many processes to start; to start one takes longer than the quick checks of a theorem."""
    if not texts or (jobs is None and len(texts) == 1 and budget.rounds == 1):
        return 1
    return jobs or os.cpu_count() or 1


def _check(hands: _Here | _Apart, progress: _Progress, budget: Budget, seed: int, jobs: int) -> None:
    """Check the theorems: each as one task where there are many; where there are few, each of their checks is one.

    A wall-clock budget is shared by all checks, which are known when every theorem was read.
    """
    texts = progress.texts
    many = len(texts) >= MANY * jobs
    if many and budget.seconds is None:
        progress.note(hands.do([Task(text, budget, seed) for text in texts]))
        return
    progress.note(hands.read(texts))
    share = budget.shared(sum(len(before.planned) for *_, before in progress.theorems), jobs)
    tasks = [
        (0 if many else -reading.costs[checks[0]], Task(text, share, seed, checks))
        for text, reading, before in progress.theorems
        for checks in ([tuple(before.planned)] if many else [(check,) for check in before.planned])
    ]
    progress.note(hands.do([task for _, task in sorted(tasks, key=lambda each: each[0])]))


@dataclass(frozen=True)
class _Here:
    """Everything in this process, one after the other."""

    notify: Notify
    load: Load = field(default_factory=lambda: cache(catalogue.loaded))

    def read(self, texts: Iterable[catalogue.Text]) -> Iterator[Step]:
        """Run theorem files."""
        return ((text.entry.id, read(text, self.load)) for text in texts)

    def do(self, tasks: Iterable[Task]) -> Iterator[Step]:
        """Do tasks."""
        for task in tasks:
            for step in steps(task, self.load, partial(_begun, self.notify, task)):
                yield task.id, step


@dataclass(frozen=True)
class _Apart:
    """Everything in the processes of a pool."""

    pool: ProcessPoolExecutor
    notify: Notify

    def read(self, texts: Iterable[catalogue.Text]) -> Iterator[Step]:
        """Run theorem files; where no process can, it is done here."""
        futures = [(text, submitted(self.pool, read_apart, text)) for text in texts]
        for text, future in futures:
            reading = result_of(future)
            yield text.entry.id, reading or read(text, catalogue.loaded)

    def do(self, tasks: Iterable[Task]) -> Iterator[Step]:
        """Do tasks; a process that dies fails its own and those that were to follow."""
        futures = {}
        for task in tasks:
            futures[submitted(self.pool, done_apart, task)] = task
            if task.checks:
                self.notify(Event("started", task.id, task.checks[0]))
        for future in as_completed(futures):
            task = futures[future]
            yield from ((task.id, step) for step in result_of(future) or _lost(task))


def _show(printed: str) -> None:
    """What a theorem file printed, beside the report."""
    if printed and sys.stderr is not None:
        sys.stderr.write(printed)


def _begun(notify: Notify, task: Task, check: str) -> None:
    notify(Event("started", task.id, check))


def _lost(task: Task) -> list[Reading | Outcome]:
    """What is told of a task whose process died; which checks apply to the theorem is found out here."""
    if task.checks is not None:
        return [*failures(task.checks, DIED)]
    reading = read(task.text, catalogue.loaded)
    return [reading, *failures(reading.before.planned if reading.before else (), DIED)]
