"""Progress: a run as far as it has come; what is finished is noted, kept, and told of."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, field

from msgspec import structs

from wnverify import catalogue
from wnverify.budget import Budget
from wnverify.errors import TheoremFileError
from wnverify.evidence import Event, Notify, TheoremEvidence
from wnverify.rounds import Course, Outcome
from wnverify.runs.expected import Expected
from wnverify.runs.limit import Limit
from wnverify.runs.sweep import Sweep
from wnverify.runs.work import unreached
from wnverify.store.keeper import Keeper
from wnverify.store.unit import READ, Reading, Result, Unit


@dataclass
class Progress:
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
        limit: how long all of it may take; None where nothing says so.
        expected: how long checks are expected to take.
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
    limit: Limit | None = None
    expected: Expected = field(init=False)

    def __post_init__(self) -> None:
        self.expected = Expected(self.budget, self.store.costs(self.budget) if self.store else {})
        self.sweep = Sweep(self.budget) if self.budget.sweep else None

    def unit(self, text: catalogue.Text, check: str, number: int = 0) -> Unit:
        """A unit of this run, perhaps of a round of it."""
        budget = self.budget.of_round(number) if number else self.budget
        opened = self.read[text.entry.id].opened if check != READ else ()
        return Unit(text, check, budget, self.seed, self.store.around.digest if self.store else "", opened)

    def heed(self) -> None:
        """Go on only if there is time; a run without a limit always has some.

        Raises:
            TimeIsUp: if there is none.
        """
        if self.limit:
            self.limit.heed()

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
            planned, costs = result.planned, self.expected.of(unit.id, result.costs)
            if self.sweep and result.before:
                self.sweep.courses[unit.id] = Course(result.before, result.once)
            self.notify(Event("planned" if planned else "unread", unit.id, checks=len(planned), costs=costs))
            return
        if self.sweep:
            self.sweep.courses[unit.id].note(unit.budget.number, result)
        else:
            self.found.setdefault(unit.id, {})[unit.check] = result
        if unit.budget.number <= 1:
            evidence, seconds = result
            self.notify(Event("finished", unit.id, evidence.check, evidence, seconds))
        if not self.sweep and (theorem := self._whole(unit.id)):
            self.notify(Event("done", unit.id, theorem=theorem))

    def _whole(self, identifier: str) -> TheoremEvidence | None:
        """The evidence of a theorem of which every check is finished."""
        before, done = self.read[identifier].before, self.found[identifier]
        if before is None or not done.keys() >= set(before.planned):
            return None
        return structs.replace(before, checks=[done[check][0] for check in before.planned])

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

    def cut(self) -> dict[str, int]:
        """Put what was not finished within the limit as undecided; how many checks of each such theorem were."""
        if self.limit is None:
            return {}
        counts: dict[str, int] = {}
        for text in self.texts:
            reading, identifier = self.read.get(text.entry.id), text.entry.id
            if reading is None:
                counts[identifier] = 0
            elif reading.before and (missing := self.missing(text, 1 if self.sweep else 0)):
                counts[identifier] = len(reading.planned) - len(missing)
                for check in missing:
                    self._leave(identifier, (unreached(check, self.limit.reason), 0.0))
        return counts

    def _leave(self, identifier: str, outcome: Outcome) -> None:
        """Note that a check was not finished; it is neither told of nor kept."""
        if self.sweep:
            self.sweep.courses[identifier].note(1, outcome)
        else:
            self.found.setdefault(identifier, {})[outcome[0].check] = outcome

    def times(self) -> dict[str, dict[str, float]]:
        """CPU seconds by theorem and check."""
        if self.sweep:
            return {name: course.times for name, course in sorted(self.sweep.courses.items()) if course.times}
        return {
            identifier: {check: seconds for check, (_, seconds) in sorted(done.items())}
            for identifier, done in sorted(self.found.items())
        }


def _show(printed: str) -> None:
    """What a theorem file printed, beside the report."""
    if printed and sys.stderr is not None:
        sys.stderr.write(printed)
