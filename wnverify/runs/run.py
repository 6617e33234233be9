"""Run: every check of every theorem, over processes; the record does not depend on how many."""

from __future__ import annotations

import os
import platform
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from io import StringIO
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import TypeAlias, TypeVar

from msgspec import structs

from wnverify import catalogue
from wnverify.budget import Budget, parse_seed
from wnverify.errors import WnverifyError
from wnverify.evidence import RECORD_SCHEMA, CheckEvidence, Event, Notify, Record, TheoremEvidence
from wnverify.runs.theorem import CHECKS, carry_out, failed, unchecked
from wnverify.stopping import heard
from wnverify.theorem import Theorem

LIBRARIES = ("numpy", "scipy", "sympy", "autograd", "hypothesis", "python-flint")
MASKS = hasattr(signal, "pthread_sigmask")
"""Whether signals can be blocked here; not on Windows."""
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
Result = TypeVar("Result")


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
        jobs: processes; by default as many as cores, or one where starting others would take longer than the checks.
        notify: called in this process as checks start and finish.

    Returns:
        The record; after Ctrl-C it holds what was finished, and says that it was interrupted.
    """
    seed = parse_seed(seed)
    progress = _Progress()
    interrupted = False
    try:
        texts = _texts(entries, progress)
        with _workers(_processes(jobs, texts, budget)) as pool:
            _load(texts, progress)
            for _, before in progress.theorems:
                notify(Event("planned", before.id, checks=len(before.planned)))
            tasks = _tasks(progress, budget, seed, jobs or os.cpu_count() or 1)
            outcomes = _over(pool, tasks, notify) if pool else _here(tasks, progress, notify)
            for identifier, (evidence, seconds) in outcomes:
                progress.found.setdefault(identifier, {})[evidence.check] = evidence, seconds
                notify(Event("finished", identifier, evidence.check, evidence, seconds))
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


def _texts(entries: Iterable[catalogue.Entry], progress: _Progress) -> list[catalogue.Text]:
    """The files whose header can be read: nothing is started for one that cannot."""
    found = []
    for entry in entries:
        try:
            found.append(catalogue.text(entry))
        except WnverifyError as error:
            progress.unread[entry.id] = str(error)
    return found


def _load(texts: Iterable[catalogue.Text], progress: _Progress) -> None:
    for text in texts:
        try:
            read = catalogue.loaded(text)
            progress.theorems.append((read, unchecked(read)))
        except WnverifyError as error:
            progress.unread[text.entry.id] = str(error)


def _processes(jobs: int | None, texts: Sequence[catalogue.Text], budget: Budget) -> int:
    """How many processes to start; to start one takes longer than the quick checks of a theorem."""
    if not texts or (jobs is None and len(texts) == 1 and budget.rounds == 1):
        return 1
    return jobs or os.cpu_count() or 1


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
    """Processes that import while the theorems are being loaded here; None for a single job, or where none can be."""
    pool = _pool(jobs) if jobs > 1 else None
    if pool is None:
        yield None
        return
    try:
        for _ in range(jobs):
            _submitted(pool, os.getpid)  # a process starts when there is work for it
        yield pool
    except BaseException:
        _stop(pool)
        raise
    pool.shutdown()


def _pool(jobs: int) -> ProcessPoolExecutor | None:
    """A pool; None where the system has no semaphores to share, as without shared memory."""
    try:
        return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_follow_parent)
    except (OSError, NotImplementedError, ImportError):
        return None


def _submitted(pool: ProcessPoolExecutor, work: Callable[..., Result], *task: Task) -> Future[Result]:
    """Hand work to the pool; a process that this starts inherits that Ctrl-C is blocked: the parent alone answers it.

    A pool that has broken down, or a process that cannot start, fails the task, not the run.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if MASKS else None
    try:
        return pool.submit(work, *task)
    except (BrokenProcessPool, OSError) as error:
        future: Future[Result] = Future()
        future.set_exception(error)
        return future
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _here(tasks: Sequence[Task], progress: _Progress, notify: Notify) -> Iterator[tuple[str, Outcome]]:
    theorems = {before.id: read.theorem for read, before in progress.theorems}
    for task in tasks:
        for check in task.checks:
            notify(Event("started", task.entry.id, check))
            yield task.entry.id, _timed(task, theorems[task.entry.id], check)


def _over(pool: ProcessPoolExecutor, tasks: Sequence[Task], notify: Notify) -> Iterator[tuple[str, Outcome]]:
    futures: dict[Future[Outcomes], Task] = {}
    for task in tasks:
        futures[_submitted(pool, _work, task)] = task
        notify(Event("started", task.entry.id, task.checks[0]))
    for future in as_completed(futures):
        task = futures[future]
        try:
            found = future.result()
        except (BrokenProcessPool, OSError):
            found = _failed(task, "the process for this check could not start, or died (out of memory, or killed)")
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


def _follow_parent() -> None:
    """In a process of the pool: let the parent alone answer Ctrl-C, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)  # nobody is left to be told


def _stop(pool: ProcessPoolExecutor) -> None:
    """Abandon what is running: its evidence would be partial."""
    heard()
    processes = list((pool._processes or {}).values())  # no public way to end a running task before Python 3.14
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
