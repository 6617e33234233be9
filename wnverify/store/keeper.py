"""Keeper: a run asks it for what is known already, and hands it what is found.

A file that cannot be written any more never ends the run.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from wnverify.budget import Budget
from wnverify.rounds import Outcome
from wnverify.store.database import Database, NotKept, Row, StoreRefused, opened
from wnverify.store.effort import NEWEST, RECENT, Took, took
from wnverify.store.outside import outside
from wnverify.store.surroundings import Surroundings, surroundings
from wnverify.store.unit import (
    READ,
    Reading,
    Result,
    Unit,
    finished,
    outcome_from_text,
    reading_from_text,
    result_to_text,
)

MOMENT = 0.5
"""Seconds after which the sources of the package are looked at again."""
DEFAULT = Path(".wnverify", "evidence.db")
"""The store of a project, from its folder."""


@dataclass
class Keeper:
    """Keeps what a run finishes; without a database it keeps nothing and knows nothing.

    Args:
        database: the store.
        around: the surroundings that go into every key.
        say: is told, once, that from here on the run is not being kept, and why; or, once, so of a theorem.
        fresh: whether everything is to be found anew.
        kept: checks that were taken from the store.
        checked: checks that were carried out.
        differing: units that found something else than was kept under the same key.
    """

    database: Database | None
    around: Surroundings
    say: Callable[[str], None] = lambda _: None
    fresh: bool = False
    kept: int = 0
    checked: int = 0
    differing: list[str] = field(default_factory=list)
    _outside: dict[str, str] = field(default_factory=dict, repr=False)
    _edited: set[str] = field(default_factory=set, repr=False)
    _since: list[str] = field(default_factory=list, repr=False)
    _looked: float = field(default_factory=time.monotonic, repr=False)

    def reading(self, unit: Unit) -> Reading | None:
        """What is known of a theorem file; None if nothing is; it is asked before any of them is run."""
        self._outside.setdefault(unit.id, outside(unit.text))
        row = self._row(unit)
        found = reading_from_text(row.result) if row else None
        return found if found and replace(unit, opened=found.opened).as_it_was else None

    def outcome(self, unit: Unit) -> Outcome | None:
        """What is known of a check; None if nothing is."""
        row = self._row(unit)
        self.kept += row is not None
        return outcome_from_text(row.result) if row else None

    def costs(self, budget: Budget) -> dict[str, dict[str, float]]:
        """CPU seconds by theorem and check, as they were last with a budget; of a sweep, in its first round."""
        if self.database is None:
            return {}
        name = budget.of_round(1).name if budget.sweep else budget.name
        try:
            return self.database.seconds(name)
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))
            return {}

    def took(self, budget: Budget) -> Took | None:
        """What theorems took lately with a budget; of a sweep, in its first round. None if nothing is known."""
        if self.database is None:
            return None
        name = budget.of_round(1).name if budget.sweep else budget.name
        try:
            return took(self.database.rows(RECENT, [name, str(NEWEST)]))
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))
            return None

    def keep(self, unit: Unit, result: Result, host: str = "") -> None:
        """Keep what became of a unit, if it was carried out; it is on the disk when this returns.

        Args:
            unit: what was done.
            result: what became of it.
            host: the machine on which it was done, if it was not this one.
        """
        self.checked += unit.check != READ
        if self.database is None or not finished(result) or not unit.key:
            return
        if self._imports_edited(unit) or self._data_edited(unit):
            return
        if time.monotonic() > self._looked + MOMENT and not self._unedited(self.database):
            return
        try:
            if isinstance(result, Reading) and result.opened:  # under its text the latest, and each for itself
                unit = replace(unit, opened=result.opened)
                self.database.put(replace(_row(unit, result, host), key=replace(unit, opened=()).key), anew=True)
            if self.database.put(_row(unit, result, host), anew=self.fresh):
                self.differing.append(f"{unit.id}: {unit.check or 'its file'}")
            self._since.append(unit.key)
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))

    def _imports_edited(self, unit: Unit) -> bool:
        """Whether a package that a theorem imports was edited since the run began: nobody knows which was used."""
        edited = self._outside.get(unit.id, now := outside(unit.text)) != now
        if edited and unit.id not in self._edited:
            self._edited.add(unit.id)
            self.say(f"{unit.id} is not being kept from here on: a package that it imports was edited meanwhile.")
        return edited

    def _data_edited(self, unit: Unit) -> bool:
        """Whether a file of data that a theorem reads was edited since it was read: nobody knows which was used."""
        edited = not unit.as_it_was
        if edited and unit.id not in self._edited:
            self._edited.add(unit.id)
            self.say(f"{unit.id} is not being kept from here on: a file of data that it reads was edited meanwhile.")
        return edited

    def _unedited(self, database: Database) -> bool:
        """Look whether the sources are what they were; if not, what was kept since the last look goes.

        To look at every file of the package takes longer than to keep what a small check found.
        """
        if self.around.changed:
            with suppress(NotKept, StoreRefused):
                database.remove(self._since)
            self._lose("the sources of wnverify were edited meanwhile, so that nobody knows which of them ran")
            return False
        self._looked = time.monotonic()
        self._since.clear()
        return True

    def _row(self, unit: Unit) -> Row | None:
        if self.database is None or self.fresh or not unit.key:
            return None
        try:
            return self.database.get(unit.key)
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))
            return None

    def _lose(self, why: str) -> None:
        self._let_go()
        self.say(not_kept(why))

    def close(self) -> None:
        """Let go of the file, after a last look at the sources."""
        if self.database is not None and self._since:
            self._unedited(self.database)
        self._let_go()

    def _let_go(self) -> None:
        if self.database is not None:
            self.database.close()
            self.database = None


def keeper(path: Path, say: Callable[[str], None], *, fresh: bool = False) -> Keeper:
    """The keeper of a store; where it cannot be reached, one that keeps nothing, which is said.

    Raises:
        StoreRefused: if the file is damaged, of a newer version, or of another program.
    """
    return Keeper(*reached(path, say), say, fresh)


def reached(path: Path, say: Callable[[str], None]) -> tuple[Database | None, Surroundings]:
    """The store in a file, or None where it cannot be reached, which is said; and what results here depend on.

    Raises:
        StoreRefused: if the file is damaged, of a newer version, or of another program.
    """
    around = surroundings()
    try:
        database = opened(path)
        database.note(around)
    except NotKept as error:
        say(not_kept(str(error)))
        return None, around
    return database, around


def not_kept(why: str) -> str:
    """The one message."""
    return f"This run is not being kept from here on: {why.rstrip('.')}. It goes on."


def _row(unit: Unit, result: Result, host: str) -> Row:
    evidence_seconds = 0.0 if isinstance(result, Reading) else result[1]
    return Row(
        key=unit.key,
        theorem=unit.id,
        digest=unit.digest,
        around=unit.around,
        unit=unit.check,
        budget=unit.budget.name if unit.check else "",
        seed=str(unit.seed) if unit.check else "",
        seconds=evidence_seconds,
        written=datetime.now(UTC).isoformat(timespec="milliseconds"),
        host=host or platform.node(),
        result=result_to_text(result),
    )
