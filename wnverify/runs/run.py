"""Run: every check of every theorem, over processes; the record does not depend on how many."""

from __future__ import annotations

import os
import platform
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, TypeAlias

from wnverify import catalogue
from wnverify.budget import Budget
from wnverify.errors import WnverifyError
from wnverify.evidence import CheckEvidence, Record, TheoremEvidence
from wnverify.runs import theorem as single
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

SCHEMA = 1
LIBRARIES = ("numpy", "scipy", "sympy", "autograd", "hypothesis", "python-flint")
COSTLY_FIRST = ("mutants", "adversarial", "statistical", "sharpness", "confirmation", "sampled", "hypothesis")
"""Long tasks first, so that the last process to finish finishes early; the others follow in any order."""
MANY = 4
"""Theorems for each process from which a theorem is one task: its compiled formulas then stay in one process."""


@dataclass(frozen=True)
class Event:
    """What a run tells as it goes: first what it plans, theorem by theorem, then each check twice."""

    kind: Literal["planned", "started", "finished"]
    id: str
    check: str = ""
    evidence: CheckEvidence | None = None
    seconds: float = 0.0
    checks: int = 0


@dataclass(frozen=True)
class Task:
    """Some checks of one theorem: the unit of work; what it finds is the same wherever it runs."""

    path: Path
    id: str
    checks: tuple[str, ...]
    budget: Budget
    seed: int


Outcome: TypeAlias = tuple[CheckEvidence, float]
Outcomes: TypeAlias = list[Outcome]
Loaded: TypeAlias = tuple[catalogue.Entry, Theorem]
Notify: TypeAlias = Callable[[Event], None]


def run(
    entries: Sequence[catalogue.Entry],
    budget: Budget,
    *,
    seed: int = 0,
    jobs: int | None = None,
    notify: Notify = lambda _: None,
) -> Record:
    """Check the entries and gather the record.

    Args:
        entries: what to check.
        budget: effort of each check; a wall-clock budget is shared by all.
        seed: the same seed gives the same record, `times` aside, for every number of jobs.
        jobs: processes; as many as cores by default.
        notify: called in this process as checks start and finish.

    Returns:
        The record; after Ctrl-C it holds what was finished, and says that it was interrupted.
    """
    jobs = jobs or os.cpu_count() or 1
    loaded: list[Loaded] = []
    unread: dict[str, str] = {}
    done: dict[tuple[str, str], Outcome] = {}
    interrupted = False
    try:
        with _workers(jobs) as pool:
            loaded, unread = _load(entries)
            for entry, theorem in loaded:
                notify(Event("planned", entry.id, checks=len(single.checks_of(theorem))))
            for id, (evidence, seconds) in _outcomes(_tasks(loaded, budget, seed, jobs), pool, notify):
                done[id, evidence.check] = evidence, seconds
                notify(Event("finished", id, evidence.check, evidence, seconds))
    except KeyboardInterrupt:
        interrupted = True
    return Record(
        schema=SCHEMA,
        wnverify=version("wnverify"),
        versions={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        seed=seed,
        budget=budget.name,
        theorems=[evidence for evidence in (_gather(entry, theorem, done) for entry, theorem in loaded) if evidence],
        unread=unread,
        interrupted=interrupted,
        times={f"{id}::{check}": seconds for (id, check), (_, seconds) in sorted(done.items())},
    )


def _load(entries: Iterable[catalogue.Entry]) -> tuple[list[Loaded], dict[str, str]]:
    loaded, unread = [], {}
    for entry in entries:
        try:
            entry.header()
            loaded.append((entry, catalogue.load(entry)))
        except WnverifyError as error:
            unread[entry.id] = str(error)
    return loaded, unread


def _tasks(loaded: Sequence[Loaded], budget: Budget, seed: int, jobs: int) -> list[Task]:
    """A task for each theorem where there are many, for each of its checks where there are few."""
    wanted = [(entry, single.checks_of(theorem)) for entry, theorem in loaded]
    share = budget.shared(sum(len(checks) for _, checks in wanted), jobs)
    if len(loaded) >= MANY * jobs:
        return [Task(entry.path, entry.id, tuple(checks), share, seed) for entry, checks in wanted]
    tasks = [Task(entry.path, entry.id, (check,), share, seed) for entry, checks in wanted for check in checks]
    return sorted(tasks, key=_costly_first)


def _costly_first(task: Task) -> int:
    check = task.checks[0]
    return COSTLY_FIRST.index(check) if check in COSTLY_FIRST else len(COSTLY_FIRST)


def _gather(entry: catalogue.Entry, theorem: Theorem, done: dict[tuple[str, str], Outcome]) -> TheoremEvidence | None:
    checks = [done[entry.id, check][0] for check in single.CHECKS if (entry.id, check) in done]
    if not checks:
        return None
    title = entry.header().title
    statement, digest, planned = str(theorem.claim), catalogue.digest(entry), single.checks_of(theorem)
    about = title, statement, digest, theorem.expect.name, planned
    return TheoremEvidence(entry.id, *about, checks, theorem.conjecture)


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


def _outcomes(
    tasks: Sequence[Task], pool: ProcessPoolExecutor | None, notify: Notify
) -> Iterator[tuple[str, Outcome]]:
    if pool:
        yield from _over(pool, tasks, notify)
        return
    for task in tasks:
        for check in task.checks:
            notify(Event("started", task.id, check))
            yield task.id, _one(task, check)


def _over(pool: ProcessPoolExecutor, tasks: Sequence[Task], notify: Notify) -> Iterator[tuple[str, Outcome]]:
    futures: dict[Future[Outcomes], Task] = {}
    for task in tasks:
        futures[pool.submit(_work, task)] = task
        notify(Event("started", task.id, task.checks[0]))
    for future in as_completed(futures):
        task = futures[future]
        try:
            found = future.result()
        except BrokenProcessPool:
            reason = "the process that ran this check died (out of memory, or killed)"
            found = [(CheckEvidence(check, Verdict.ERROR.name, reason), 0.0) for check in task.checks]
        yield from ((task.id, outcome) for outcome in found)


def _work(task: Task) -> Outcomes:
    return [_one(task, check) for check in task.checks]


def _one(task: Task, check: str) -> Outcome:
    begin = time.perf_counter()
    evidence = single.run_check(task.path, task.id, check, task.budget, task.seed)
    return evidence, time.perf_counter() - begin


def _quiet_worker() -> None:
    """Let the parent alone answer Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stop(pool: ProcessPoolExecutor) -> None:
    """Abandon what is running: its evidence would be partial."""
    processes = list((pool._processes or {}).values())  # no public way to end a running task before Python 3.14
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
