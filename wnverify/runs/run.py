"""Run: every check of every theorem, over processes; the record does not depend on how many.

A theorem is loaded where it is checked: with several processes this one reads texts and headers only. It alone writes
the store, as each unit of work ends; what is in there already is not done again.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import TypeAlias

from msgspec import structs

from wnverify import catalogue
from wnverify.budget import ROUNDS, Budget, parse_seed
from wnverify.errors import TheoremFileError, WnverifyError
from wnverify.evidence import RECORD_SCHEMA, Event, Notify, Record, TheoremEvidence
from wnverify.rounds import Course, Outcome
from wnverify.runs.cluster import Cluster, Crew
from wnverify.runs.pool import Hand, hands
from wnverify.runs.sweep import Sweep
from wnverify.runs.work import Load, done, done_apart, failure, read, settle
from wnverify.stopping import heard
from wnverify.store.keeper import Keeper
from wnverify.store.surroundings import LIBRARIES
from wnverify.store.unit import READ, Reading, Result, Unit

MANY = 4
"""Theorems for each process from which a theorem stays with one: it is then loaded once, in one process."""
DIED = "the process for this check could not start, or died (out of memory, or killed)"
Chain: TypeAlias = Iterator[Unit]
"""Units one after the other; the next is asked for when what became of the one before is noted."""


@dataclass
class _Progress:
    """A run as far as it has come.

    Args:
        budget: effort of each check; of all of them where it is the clock that counts.
        seed: of the run.
        notify: is told of it.
        store: keeps what is finished, and knows what was; None if nothing is kept.
        texts: the files whose header could be read.
        headless: the others, with the reason.
        read: the theorems of the texts, as far as they were read.
        found: what every finished check found, by theorem and check.
        sweep: the rounds, where the budget is spent in such; None where not.
    """

    budget: Budget
    seed: int
    notify: Notify
    store: Keeper | None = None
    texts: list[catalogue.Text] = field(default_factory=list)
    headless: dict[str, str] = field(default_factory=dict)
    read: dict[str, Reading] = field(default_factory=dict)
    found: dict[str, dict[str, Outcome]] = field(default_factory=dict)
    sweep: Sweep | None = None

    def __post_init__(self) -> None:
        self.sweep = Sweep(self.budget) if self.budget.sweep else None

    def unit(self, text: catalogue.Text, check: str, number: int = 0) -> Unit:
        """A unit of this run, perhaps of a round of it."""
        budget = self.budget.of_round(number) if number else self.budget
        return Unit(text, check, budget, self.seed, self.store.around.digest if self.store else "")

    def begun(self, unit: Unit) -> None:
        """Tell that a unit is under way."""
        if unit.check != READ and unit.budget.number <= 1:
            self.notify(Event("started", unit.id, unit.check))

    def note(self, unit: Unit, result: Result, host: str = "") -> None:
        """Keep what became of a unit, done on another machine if one is named, then tell of it."""
        if self.store:
            self.store.keep(unit, result, host)
        before = self.sweep.done if self.sweep else 0
        self._note(unit, result)
        if self.sweep and self.sweep.done > before:
            self.notify(Event("rounds", "", checks=self.sweep.done))

    def _note(self, unit: Unit, result: Result) -> None:
        if isinstance(result, Reading):
            self.read[unit.id] = result
            _show(result.printed)
            planned = result.planned
            if self.sweep and result.before:
                self.sweep.courses[unit.id] = Course(result.before, result.once)
            self.notify(Event("planned" if planned else "unread", unit.id, checks=len(planned)))
            return
        if self.sweep:
            self.sweep.courses[unit.id].note(unit.budget.number, result)
        else:
            self.found.setdefault(unit.id, {})[unit.check] = result
        if unit.budget.number <= 1:
            evidence, seconds = result
            self.notify(Event("finished", unit.id, evidence.check, evidence, seconds))

    def recall(self) -> None:
        """Take from the store what is known already."""
        for text in self.texts if self.store else ():
            known = self._known(text)
            if known is None:
                continue
            self._note(self.unit(text, READ), known)
            for number in self.sweep.numbers if self.sweep else (0,):
                asked = [self.unit(text, check, number) for check in self.missing(text, number)]
                if not sum(self.take(unit) for unit in asked):
                    break

    def take(self, unit: Unit) -> bool:
        """Whether the store knows what a check found; it is then noted."""
        outcome = self.store.outcome(unit) if self.store else None
        if outcome is not None:
            self._note(unit, outcome)
        return outcome is not None

    def _known(self, text: catalogue.Text) -> Reading | None:
        """What the store knows of a theorem, if that from which it follows is still there."""
        known = self.store.reading(self.unit(text, READ)) if self.store else None
        if known and known.before:
            with suppress(TheoremFileError):
                catalogue.check_followed(text.entry, known.before.corollary_of)
                return known
        return None

    def missing(self, text: catalogue.Text, number: int = 0) -> list[str]:
        """The checks that a theorem still needs, perhaps in one round, as far as that is known."""
        if number and self.sweep:
            return self.sweep.courses[text.entry.id].missing(number)
        reading, done = self.read.get(text.entry.id), self.found.get(text.entry.id, {})
        return [check for check in reading.planned if check not in done] if reading else []

    @property
    def left(self) -> list[catalogue.Text]:
        """The theorems of which something is left to do."""
        if self.sweep:
            courses = self.sweep.courses
            return [text for text in self.texts if not (course := courses.get(text.entry.id)) or not course.ended]
        return [text for text in self.texts if text.entry.id not in self.read or self.missing(text)]

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
        if self.sweep:
            courses = [self.sweep.courses[before.id] for *_, before in self.theorems]
            return [found for course in courses if (found := course.evidence).checks]
        return [
            structs.replace(before, checks=[done[check][0] for check in before.planned if check in done])
            for *_, before in self.theorems
            if (done := self.found.get(before.id))
        ]

    def times(self) -> dict[str, dict[str, float]]:
        """CPU seconds by theorem and check."""
        if self.sweep:
            return {name: course.times for name, course in sorted(self.sweep.courses.items()) if course.times}
        return {
            identifier: {check: seconds for check, (_, seconds) in sorted(done.items())}
            for identifier, done in sorted(self.found.items())
        }


def run(
    entries: Sequence[catalogue.Entry],
    budget: Budget,
    *,
    seed: int = 0,
    jobs: int | Cluster | None = None,
    notify: Notify = lambda _: None,
    store: Keeper | None = None,
) -> Record:
    """Check the entries and gather the record.

    Every file is read once, at the start; what becomes of it later is none of this run's business.

    Args:
        entries: what to check.
        budget: effort of each check; a time, or a number of rounds, is that of the whole run.
        seed: the same seed gives the same record, `times` aside, for every number of jobs.
        jobs: processes; by default as many as cores, or one where starting others would take longer than the checks.
            Or the cluster whose workers do the checks.
        notify: called in this process as theorems are read, and as checks start and finish.
        store: is asked for what was finished before, and keeps what is finished now; the record is the same without.

    Returns:
        The record; after Ctrl-C it holds what was finished, and says that it was interrupted.
    """
    progress = _Progress(budget, parse_seed(seed), notify, store)
    interrupted = False
    try:
        _read_texts(entries, progress)
        progress.recall()
        with _team(progress, jobs) as (team, number):
            _check(team, progress, number)
    except KeyboardInterrupt:
        heard()
        interrupted = True
    return Record(
        schema=RECORD_SCHEMA,
        wnverify=version("wnverify"),
        versions={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        seed=progress.seed,
        budget=ROUNDS if budget.sweep else budget.name,
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


@contextmanager
def _team(progress: _Progress, jobs: int | Cluster | None) -> Iterator[tuple[_Here | _Apart | _Far, int]]:
    """Who does the work, and how many they are; a cluster is asked only if there is some."""
    if not isinstance(jobs, Cluster):
        with hands(_processes(jobs, progress.left, progress.budget), settle) as found:
            yield _Apart(found, progress) if found else _Here(progress), jobs or os.cpu_count() or 1
    elif progress.left:
        with jobs.crew(lambda each, did: progress.notify(Event("workers", "", checks=each, units=did))) as crew:
            yield _Far(crew, progress), len(crew.workers)
    else:
        yield _Here(progress), 1


def _check(team: _Here | _Apart | _Far, progress: _Progress, jobs: int) -> None:
    """Check the theorems: each stays with one process where they are many; where they are few, its checks spread."""
    left = progress.left
    many = len(left) >= MANY * jobs
    if many and not progress.sweep:
        team.do([_whole(progress, text) for text in left])
        return
    team.do([_units(progress, text, [READ]) for text in left if text.entry.id not in progress.read])
    if progress.sweep:
        team.do(_rounds(progress, progress.sweep, many=many))
        return
    spread = [
        (text, check, progress.read[text.entry.id].costs[check]) for text in left for check in progress.missing(text)
    ]
    spread.sort(key=lambda each: -each[2])
    team.do([_units(progress, text, [check]) for text, check, _ in spread])


def _rounds(progress: _Progress, sweep: Sweep, *, many: bool) -> Iterator[Chain]:
    """Round after round; one stays with one process, but for the first of few theorems."""
    texts = {text.entry.id: text for text in progress.texts}
    for identifier, number in sweep.due():
        text = texts[identifier]
        checks = progress.missing(text, number)
        if many or number > 1:
            yield _round(progress, sweep, text, number)
        else:
            yield from (iter([progress.unit(text, check, number)]) for check in checks)


def _round(progress: _Progress, sweep: Sweep, text: catalogue.Text, number: int) -> Chain:
    """What a theorem lacks of a round, while the time lasts; a round beyond one that was not kept may have been."""
    for check in progress.missing(text, number):
        if not sweep.goes_on(number):
            return
        unit = progress.unit(text, check, number)
        if not progress.take(unit):
            yield unit


def _units(progress: _Progress, text: catalogue.Text, checks: Iterable[str]) -> Chain:
    """Some checks of a theorem."""
    for check in checks:
        yield progress.unit(text, check)


def _whole(progress: _Progress, text: catalogue.Text) -> Chain:
    """All that a theorem still needs, its reading first."""
    if text.entry.id not in progress.read:
        yield progress.unit(text, READ)
    yield from _units(progress, text, progress.missing(text))


@dataclass(frozen=True)
class _Here:
    """Everything in this process, one after the other."""

    progress: _Progress
    load: Load = field(default_factory=lambda: cache(catalogue.loaded))

    def do(self, chains: Iterable[Chain]) -> None:
        """Do what the chains ask for."""
        for chain in chains:
            for unit in chain:
                self.progress.begun(unit)
                self.progress.note(unit, done(unit, self.load))


@dataclass(frozen=True)
class _Apart:
    """Everything in other processes; each follows one chain to its end, then takes the next."""

    hands: Sequence[Hand]
    progress: _Progress

    def do(self, chains: Iterable[Chain]) -> None:
        """Do what the chains ask for."""
        waiting = iter(chains)
        running: dict[Future[Result], _Step] = {}
        for hand in self.hands:
            self._go_on(running, hand, iter(()), waiting)
        while running:
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                step = running.pop(future)
                self.progress.note(step.unit, step.hand.result_of(future) or _lost(step.unit))
                self._go_on(running, step.hand, step.chain, waiting)

    def _go_on(
        self, running: dict[Future[Result], _Step], hand: Hand, chain: Iterator[Unit], waiting: Iterator[Chain]
    ) -> None:
        """Give a process the next unit of its chain, or of the next chain; it rests if there is none."""
        while (unit := next(chain, None)) is None:
            following = next(waiting, None)
            if following is None:
                return
            chain = following
        self.progress.begun(unit)
        running[hand.submit(done_apart, unit)] = _Step(hand, chain, unit)


@dataclass(frozen=True)
class _Far:
    """Everything on the workers of a cluster."""

    crew: Crew
    progress: _Progress

    def do(self, chains: Iterable[Chain]) -> None:
        """Do what the chains ask for."""
        self.crew.do(chains, self.progress.begun, self.progress.note)


@dataclass(frozen=True)
class _Step:
    """A unit that is under way, where, and what follows it."""

    hand: Hand
    chain: Iterator[Unit]
    unit: Unit


def _show(printed: str) -> None:
    """What a theorem file printed, beside the report."""
    if printed and sys.stderr is not None:
        sys.stderr.write(printed)


def _lost(unit: Unit) -> Result:
    """What is told of a unit whose process died; which checks apply to a theorem is found out here."""
    return read(unit.text, catalogue.loaded) if unit.check == READ else failure(unit.check, DIED)
