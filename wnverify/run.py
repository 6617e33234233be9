"""Run: every check of every theorem, over processes; the record does not depend on how many."""

from __future__ import annotations

import os
import platform
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, TypeAlias

from wnverify import catalogue
from wnverify import checking as single
from wnverify.budget import Budget
from wnverify.errors import WnverifyError
from wnverify.evidence import CheckEvidence, Record, TheoremEvidence
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

SCHEMA = 1
LIBRARIES = ("numpy", "scipy", "sympy", "autograd", "hypothesis", "python-flint")
COSTLY_FIRST = ("mutants", "adversarial", "statistical", "sharpness", "confirmation", "sampled", "hypothesis")
"""Long tasks first, so that the last process to finish finishes early; the others follow in any order."""


@dataclass(frozen=True)
class Event:
    """What a run tells as it goes."""

    kind: Literal["started", "finished"]
    id: str
    check: str
    evidence: CheckEvidence | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Task:
    """One check of one theorem: the unit of work, the same wherever it runs."""

    path: Path
    id: str
    check: str
    budget: Budget
    seed: int


Outcome: TypeAlias = tuple[CheckEvidence, float]
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
    loaded, unread = _load(entries)
    wanted = [(entry, check) for entry, theorem in loaded for check in single.checks_of(theorem)]
    share = budget.shared(len(wanted), jobs)
    tasks = [Task(entry.path, entry.id, check, share, seed) for entry, check in wanted]
    tasks.sort(key=lambda task: COSTLY_FIRST.index(task.check) if task.check in COSTLY_FIRST else len(COSTLY_FIRST))
    done: dict[tuple[str, str], Outcome] = {}
    interrupted = False
    try:
        for task, outcome in _outcomes(tasks, jobs, notify):
            done[task.id, task.check] = outcome
            notify(Event("finished", task.id, task.check, *outcome))
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


def _load(entries: Iterable[catalogue.Entry]) -> tuple[list[tuple[catalogue.Entry, Theorem]], dict[str, str]]:
    loaded, unread = [], {}
    for entry in entries:
        try:
            entry.header()
            loaded.append((entry, catalogue.load(entry)))
        except WnverifyError as error:
            unread[entry.id] = str(error)
    return loaded, unread


def _gather(entry: catalogue.Entry, theorem: Theorem, done: dict[tuple[str, str], Outcome]) -> TheoremEvidence | None:
    checks = [done[entry.id, check][0] for check in single.CHECKS if (entry.id, check) in done]
    if not checks:
        return None
    title = entry.header().title
    statement, digest, planned = str(theorem.claim), catalogue.digest(entry), single.checks_of(theorem)
    return TheoremEvidence(entry.id, title, statement, digest, theorem.expect.name, planned, checks)


def _outcomes(tasks: Sequence[Task], jobs: int, notify: Notify) -> Iterator[tuple[Task, Outcome]]:
    if jobs == 1 or len(tasks) < 2:
        for task in tasks:
            notify(Event("started", task.id, task.check))
            yield task, _work(task)
        return
    pool = ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=get_context("spawn"), initializer=_quiet_worker)
    try:
        yield from _over(pool, tasks, notify)
    except BaseException:
        _stop(pool)
        raise
    pool.shutdown()


def _over(pool: ProcessPoolExecutor, tasks: Sequence[Task], notify: Notify) -> Iterator[tuple[Task, Outcome]]:
    futures: dict[Future[Outcome], Task] = {}
    for task in tasks:
        futures[pool.submit(_work, task)] = task
        notify(Event("started", task.id, task.check))
    for future in as_completed(futures):
        try:
            yield futures[future], future.result()
        except BrokenProcessPool:
            reason = "the process that ran this check died (out of memory, or killed)"
            yield futures[future], (CheckEvidence(futures[future].check, Verdict.ERROR.name, reason), 0.0)


def _work(task: Task) -> Outcome:
    begin = time.perf_counter()
    evidence = single.run_check(task.path, task.id, task.check, task.budget, task.seed)
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
