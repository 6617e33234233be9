"""Work: what becomes of one theorem in a process; it is loaded here, and with it everything that computes.

Whoever hands the work out imports this file and nothing of that.
"""

from __future__ import annotations

import atexit
import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from io import StringIO
from typing import TypeAlias

from wnverify import catalogue
from wnverify.budget import Budget
from wnverify.errors import WnverifyError
from wnverify.evidence import CheckEvidence, TheoremEvidence

Outcome: TypeAlias = tuple[CheckEvidence, float]
"""What a check found, and its CPU seconds."""
Load: TypeAlias = Callable[[catalogue.Text], catalogue.Loaded]
"""`catalogue.loaded`, or what remembers its results; it raises what that raises."""


@dataclass(frozen=True)
class Task:
    """A theorem and what to do with it; what is found is the same wherever that is done.

    Its text travels with it, so that a file that changes meanwhile changes nothing.

    Args:
        text: the file as it was read.
        budget: effort of each check.
        seed: the seed of the run.
        checks: those to carry out; None to tell of the theorem, then to carry out all that apply to it.
    """

    text: catalogue.Text
    budget: Budget
    seed: int
    checks: tuple[str, ...] | None = None

    @property
    def id(self) -> str:
        """The identifier of the theorem."""
        return self.text.entry.id


@dataclass(frozen=True)
class Reading:
    """A theorem file that was run, or could not be.

    Args:
        before: its evidence before any check; None if it is not to be had.
        unread: why not.
        printed: what the file printed.
        costs: how much of its time each planned check is thought to take, see `wnverify.checks.check`.
    """

    before: TheoremEvidence | None = None
    unread: str = ""
    printed: str = ""
    costs: Mapping[str, int] = field(default_factory=dict)


def read(text: catalogue.Text, load: Load) -> Reading:
    """Run a theorem file and tell of it; what it prints is kept, for others to show once."""
    from wnverify.runs.theorem import CHECKS, unchecked

    said = StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            before = unchecked(load(text))
    except WnverifyError as error:
        return Reading(unread=str(error), printed=said.getvalue())
    return Reading(before, printed=said.getvalue(), costs={name: CHECKS[name].cost for name in before.planned})


def steps(task: Task, load: Load, started: Callable[[str], None]) -> Iterator[Reading | Outcome]:
    """Do a task.

    Args:
        task: what to do.
        load: loads the theorem.
        started: is told the name of each check before it begins.

    Yields:
        The theorem, if the task is to tell of it, and what each check found.
    """
    checks = task.checks
    if checks is None:
        reading = read(task.text, load)
        yield reading
        checks = tuple(reading.before.planned) if reading.before else ()
    for check in checks:
        started(check)
        yield _carried_out(task, check, load)


def _carried_out(task: Task, check: str, load: Load) -> Outcome:
    from wnverify.runs.theorem import carry_out

    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # what it prints was kept when it was read
            theorem = load(task.text).theorem
    except WnverifyError as error:  # what could be read once may still not be read here
        return failures([check], str(error))[0]
    begin = time.process_time()
    evidence = carry_out(check, theorem, task.id, task.budget, task.seed)
    return evidence, time.process_time() - begin


def failures(checks: Iterable[str], reason: str) -> list[Outcome]:
    """The outcomes of checks that could not be carried out."""
    from wnverify.runs.theorem import failed

    return [(failed(check, reason), 0.0) for check in checks]


# ---- in a process of the pool


def settle() -> None:
    """Import what computes; it lives as long as the process, so the collector need not look at it, nor at the end."""
    gc.disable()
    import_module("wnverify.runs.theorem")
    gc.freeze()
    gc.enable()
    atexit.register(gc.freeze)


@lru_cache(maxsize=512)
def _loaded(text: catalogue.Text) -> catalogue.Loaded:
    """The theorem of a text, kept for its other checks."""
    return catalogue.loaded(text)


def read_apart(text: catalogue.Text) -> Reading:
    """Run a theorem file in this process of a pool."""
    return read(text, _loaded)


def done_apart(task: Task) -> list[Reading | Outcome]:
    """Do a task in this process of a pool."""
    return list(steps(task, _loaded, lambda _: None))
