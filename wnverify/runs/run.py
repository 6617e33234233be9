"""Run: every check of every theorem, over processes; the record does not depend on how many.

A theorem is loaded where it is checked: with several processes this one reads texts and headers only. It alone writes
the store, as each unit of work ends; what is in there already is not done again.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeAlias

from wnverify import catalogue
from wnverify.budget import ROUNDS, Budget, parse_seed
from wnverify.errors import WnverifyError
from wnverify.evidence import RECORD_SCHEMA, Event, Notify, Record
from wnverify.runs.kin import Dealt, kin
from wnverify.runs.limit import TimeIsUp, Within
from wnverify.runs.progress import Progress
from wnverify.runs.sweep import Sweep
from wnverify.runs.work import Load, done, done_apart, failure, read, settle
from wnverify.stopping import heard
from wnverify.store.keeper import Keeper
from wnverify.store.surroundings import LIBRARIES
from wnverify.store.unit import READ, Result, Unit

if TYPE_CHECKING:
    from wnverify.runs.cluster import Cluster, Crew
    from wnverify.runs.pool import Hand

MANY = 4
"""Theorems for each process from which a theorem stays with one: it is then loaded once, in one process."""
DIED = "the process for this check could not start, or died (out of memory, or killed)"
Chain: TypeAlias = Iterator[Unit]
"""Units one after the other; the next is asked for when what became of the one before is noted."""


def run(
    entries: Sequence[catalogue.Entry],
    budget: Budget | Within,
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
        budget: effort of each check; a time, or a number of rounds, is that of the whole run. Perhaps within a limit.
        seed: the same seed gives the same record, `times` aside, for every number of jobs.
        jobs: processes; by default as many as cores, or one where starting others would take longer than the checks.
            Or the cluster whose workers do the checks.
        notify: called in this process as theorems are read, and as checks start and finish.
        store: is asked for what was finished before, and keeps what is finished now; the record is the same without.

    Returns:
        The record; after Ctrl-C it holds what was finished, and says that it was interrupted. What was not finished
        within the limit is undecided.
    """
    budget, limit = (budget.budget, budget.limit) if isinstance(budget, Within) else (budget, None)
    progress = Progress(budget, parse_seed(seed), notify, store, limit=limit)
    interrupted, cut = False, {}
    try:
        _read_texts(entries, progress)
        progress.recall()
        with _team(progress, jobs) as (team, number):
            _check(team, progress, number)
    except KeyboardInterrupt:
        heard()
        interrupted = True
    except TimeIsUp:
        cut = progress.cut()
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
        cut=cut,
    )


def _read_texts(entries: Iterable[catalogue.Entry], progress: Progress) -> None:
    """Read the files and their headers: nothing is started for one that has none."""
    for entry in entries:
        try:
            progress.texts.append(catalogue.text(entry))
        except WnverifyError as error:
            progress.headless[entry.id] = str(error)
    for text in progress.texts:
        identifier = text.entry.id
        known = progress.expected.known.get(identifier, {})
        progress.notify(Event("queued", identifier, label=text.header.label, costs=known))


def _processes(jobs: int | None, texts: Sequence[catalogue.Text], budget: Budget) -> int:
    """How many processes to start; to start one takes longer than the quick checks of a theorem."""
    if not texts or (jobs is None and len(texts) == 1 and budget.rounds == 1):
        return 1
    return jobs or os.cpu_count() or 1


@contextmanager
def _team(progress: Progress, jobs: int | Cluster | None) -> Iterator[tuple[_Here | _Apart | _Far, int]]:
    """Who does the work, and how many they are; a cluster is asked only if there is some."""
    if jobs is None or isinstance(jobs, int):
        number = _processes(jobs, progress.left, progress.budget)
        with _hands(number, least=1 if progress.limit else 2) as found:
            yield _Apart(found, progress) if found else _Here(progress), jobs or os.cpu_count() or 1
    elif progress.left:
        with jobs.crew(lambda each, did: progress.notify(Event("workers", "", checks=each, units=did))) as crew:
            yield _Far(crew, progress), len(crew.workers)
    else:
        yield _Here(progress), 1


def _hands(number: int, *, least: int) -> AbstractContextManager[list[Hand]]:
    """Other processes; what starts them is loaded only if there are to be some."""
    if number < least:
        return nullcontext([])
    from wnverify.runs.pool import hands

    return hands(number, settle, least=least)


def _check(team: _Here | _Apart | _Far, progress: Progress, jobs: int) -> None:
    """Check the theorems: each stays with one process where they are many; where they are few, its checks spread."""
    left = progress.left
    many = len(left) >= MANY * jobs
    if many and not progress.sweep:
        chains = [_whole(progress, text) for text in left]
        if isinstance(team, _Far):
            team.do(chains)
        else:
            team.do(Dealt.of(zip(map(kin, left), chains, strict=True)))
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


def _rounds(progress: Progress, sweep: Sweep, *, many: bool) -> Iterator[Chain]:
    """Round after round; one stays with one process, but for the first of few theorems."""
    texts = {text.entry.id: text for text in progress.texts}
    for identifier, number in sweep.due():
        text = texts[identifier]
        checks = progress.missing(text, number)
        if many or number > 1:
            yield _round(progress, sweep, text, number)
        else:
            yield from (iter([progress.unit(text, check, number)]) for check in checks)


def _round(progress: Progress, sweep: Sweep, text: catalogue.Text, number: int) -> Chain:
    """What a theorem lacks of a round, while the time lasts; a round beyond one that was not kept may have been."""
    for check in progress.missing(text, number):
        if not sweep.goes_on(number):
            return
        unit = progress.unit(text, check, number)
        if not progress.take(unit):
            yield unit


def _units(progress: Progress, text: catalogue.Text, checks: Iterable[str]) -> Chain:
    """Some checks of a theorem; what it reads is known only now, and with other data a check may have been kept."""
    for check in checks:
        unit = progress.unit(text, check)
        if not (unit.opened and progress.take(unit)):
            yield unit


def _whole(progress: Progress, text: catalogue.Text) -> Chain:
    """All that a theorem still needs, its reading first."""
    if text.entry.id not in progress.read:
        yield progress.unit(text, READ)
    yield from _units(progress, text, progress.missing(text))


@dataclass(frozen=True)
class _Here:
    """Everything in this process, one after the other."""

    progress: Progress
    load: Load = field(default_factory=lambda: cache(catalogue.loaded))

    def do(self, chains: Iterable[Chain] | Dealt[Chain]) -> None:
        """Do what the chains ask for."""
        for chain in _one_by_one(chains):
            for unit in chain:
                self.progress.heed()
                self.progress.begun(unit)
                self.progress.note(unit, done(unit, self.load))


@dataclass(frozen=True)
class _Apart:
    """Everything in other processes; each follows one chain to its end, then takes the next, one akin if there is."""

    hands: Sequence[Hand]
    progress: Progress

    def do(self, chains: Iterable[Chain] | Dealt[Chain]) -> None:
        """Do what the chains ask for."""
        waiting = chains.to if isinstance(chains, Dealt) else _in_order(chains)
        running: dict[Future[Result], _Step] = {}
        for hand in self.hands:
            self._go_on(running, hand, iter(()), waiting)
        while running:
            self.progress.heed()
            left = self.progress.limit.left if self.progress.limit else None
            ended, _ = wait(running, left, return_when=FIRST_COMPLETED)
            for future in ended:
                step = running.pop(future)
                self.progress.note(step.unit, step.hand.result_of(future) or _lost(step.unit))
                self._go_on(running, step.hand, step.chain, waiting)

    def _go_on(
        self, running: dict[Future[Result], _Step], hand: Hand, chain: Chain, waiting: Callable[[int], Chain | None]
    ) -> None:
        """Give a process the next unit of its chain, or of the next chain; it rests if there is none."""
        while (unit := next(chain, None)) is None:
            following = waiting(id(hand))
            if following is None:
                return
            chain = following
        self.progress.begun(unit)
        running[hand.submit(done_apart, unit)] = _Step(hand, chain, unit)


def _one_by_one(chains: Iterable[Chain] | Dealt[Chain]) -> Iterator[Chain]:
    """The chains as one process takes them: those that are akin one after the other."""
    yield from iter(lambda: chains.to(0), None) if isinstance(chains, Dealt) else chains


def _in_order(chains: Iterable[Chain]) -> Callable[[int], Chain | None]:
    waiting = iter(chains)
    return lambda _: next(waiting, None)


@dataclass(frozen=True)
class _Far:
    """Everything on the workers of a cluster."""

    crew: Crew
    progress: Progress

    def do(self, chains: Iterable[Chain]) -> None:
        """Do what the chains ask for."""
        self.crew.do(chains, self.progress.begun, self.progress.note, self.progress.heed)


@dataclass(frozen=True)
class _Step:
    """A unit that is under way, where, and what follows it."""

    hand: Hand
    chain: Iterator[Unit]
    unit: Unit


def _lost(unit: Unit) -> Result:
    """What is told of a unit whose process died; which checks apply to a theorem is found out here."""
    return read(unit.text, catalogue.loaded) if unit.check == READ else failure(unit.check, DIED)
