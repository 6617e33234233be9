"""Run: every check of every theorem, over processes; the record does not depend on how many."""

from __future__ import annotations

import os
import platform
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

from msgspec import structs

from wnverify import catalogue
from wnverify.budget import Budget, parse_seed
from wnverify.errors import WnverifyError
from wnverify.evidence import RECORD_SCHEMA, CheckEvidence, Event, Notify, Record, TheoremEvidence
from wnverify.runs.theorem import CHECKS, carry_out, failed, unchecked
from wnverify.theorem import Theorem

LIBRARIES = ("numpy", "scipy", "sympy", "autograd", "hypothesis", "python-flint")
MANY = 4
"""Theorems for each process from which a theorem is one task: its compiled formulas then stay in one process."""


@dataclass(frozen=True)
class Task:
    """Some checks of one theorem: the unit of work; what it finds is the same wherever it runs.

    The text of the theorem travels with it, so that a file that changes meanwhile changes nothing.
    """

    entry: catalogue.Entry
    source: bytes
    checks: tuple[str, ...]
    budget: Budget
    seed: int


Outcome: TypeAlias = tuple[CheckEvidence, float]
"""What a check found, and its seconds."""
Outcomes: TypeAlias = list[Outcome]


@dataclass
class _Progress:
    """A run as far as it has come.

    Args:
        theorems: what could be loaded, each with its evidence before any check.
        unread: what could not, with the reason.
        found: what every finished check found, by theorem and check.
    """

    theorems: list[tuple[catalogue.Loaded, TheoremEvidence]] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    found: dict[str, dict[str, Outcome]] = field(default_factory=dict)

    def evidence(self) -> list[TheoremEvidence]:
        """The evidence of every theorem of which a check was finished."""
        return [
            structs.replace(before, checks=[done[check][0] for check in before.planned if check in done])
            for _, before in self.theorems
            if (done := self.found.get(before.id))
        ]

    def times(self) -> dict[str, dict[str, float]]:
        """Seconds by theorem and check."""
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
        jobs: processes; as many as cores by default.
        notify: called in this process as checks start and finish.

    Returns:
        The record; after Ctrl-C it holds what was finished, and says that it was interrupted.
    """
    jobs, seed = jobs or os.cpu_count() or 1, parse_seed(seed)
    progress = _Progress()
    interrupted = False
    try:
        with _workers(jobs) as pool:
            _load(entries, progress)
            for _, before in progress.theorems:
                notify(Event("planned", before.id, checks=len(before.planned)))
            tasks = _tasks(progress, budget, seed, jobs)
            outcomes = _over(pool, tasks, notify) if pool else _here(tasks, progress, notify)
            for identifier, (evidence, seconds) in outcomes:
                progress.found.setdefault(identifier, {})[evidence.check] = evidence, seconds
                notify(Event("finished", identifier, evidence.check, evidence, seconds))
    except KeyboardInterrupt:
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


def _load(entries: Iterable[catalogue.Entry], progress: _Progress) -> None:
    for entry in entries:
        try:
            read = catalogue.read(entry)
            progress.theorems.append((read, unchecked(read)))
        except WnverifyError as error:
            progress.unread[entry.id] = str(error)


def _tasks(progress: _Progress, budget: Budget, seed: int, jobs: int) -> list[Task]:
    """A task for each theorem where there are many, for each of its checks where there are few."""
    share = budget.shared(sum(len(before.planned) for _, before in progress.theorems), jobs)
    whole = len(progress.theorems) >= MANY * jobs
    tasks = [
        Task(read.entry, read.source, checks, share, seed)
        for read, before in progress.theorems
        for checks in ([tuple(before.planned)] if whole else [(check,) for check in before.planned])
    ]
    return tasks if whole else sorted(tasks, key=lambda task: -CHECKS[task.checks[0]].cost)


@contextmanager
def _workers(jobs: int) -> Iterator[ProcessPoolExecutor | None]:
    """Processes that import while the theorems are being loaded here; None for a single job."""
    if jobs == 1:
        yield None
        return
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_quiet_worker)
    try:
        for _ in range(jobs):
            pool.submit(_quiet_worker)  # a process starts when there is work for it
        yield pool
    except BaseException:
        _stop(pool)
        raise
    pool.shutdown()


def _here(tasks: Sequence[Task], progress: _Progress, notify: Notify) -> Iterator[tuple[str, Outcome]]:
    theorems = {before.id: read.theorem for read, before in progress.theorems}
    for task in tasks:
        for check in task.checks:
            notify(Event("started", task.entry.id, check))
            yield task.entry.id, _timed(task, theorems[task.entry.id], check)


def _over(pool: ProcessPoolExecutor, tasks: Sequence[Task], notify: Notify) -> Iterator[tuple[str, Outcome]]:
    futures: dict[Future[Outcomes], Task] = {}
    for task in tasks:
        futures[pool.submit(_work, task)] = task
        notify(Event("started", task.entry.id, task.checks[0]))
    for future in as_completed(futures):
        task = futures[future]
        try:
            found = future.result()
        except BrokenProcessPool:
            found = _failed(task, "the process that ran this check died (out of memory, or killed)")
        yield from ((task.entry.id, outcome) for outcome in found)


def _work(task: Task) -> Outcomes:
    """What a process does with a task; a text that loads in the parent may still not load here."""
    try:
        theorem = _theorem(task.entry.path, task.source)
    except WnverifyError as error:
        return _failed(task, str(error))
    return [_timed(task, theorem, check) for check in task.checks]


@lru_cache(maxsize=256)
def _theorem(path: Path, source: bytes) -> Theorem:
    """The theorem of a text, kept for its other checks; what it prints was seen when it was read at first."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return catalogue.theorem_of(path, source)


def _timed(task: Task, theorem: Theorem, check: str) -> Outcome:
    begin = time.perf_counter()
    evidence = carry_out(check, theorem, task.entry.id, task.budget, task.seed)
    return evidence, time.perf_counter() - begin


def _failed(task: Task, reason: str) -> Outcomes:
    return [(failed(check, reason), 0.0) for check in task.checks]


def _quiet_worker() -> None:
    """Let the parent alone answer Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stop(pool: ProcessPoolExecutor) -> None:
    """Abandon what is running: its evidence would be partial."""
    processes = list((pool._processes or {}).values())  # no public way to end a running task before Python 3.14
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
