"""Keeper: a run asks it for what is known already, and hands it what is found.

A file that cannot be written any more never ends the run.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from wnverify.store.database import Database, NotKept, Row, StoreRefused, opened
from wnverify.store.surroundings import Surroundings, surroundings
from wnverify.store.unit import (
    READ,
    Outcome,
    Reading,
    Result,
    Unit,
    finished,
    outcome_from_text,
    reading_from_text,
    result_to_text,
)

DEFAULT = Path(".wnverify", "evidence.db")
"""The store of a project, from its folder."""


@dataclass
class Keeper:
    """Keeps what a run finishes; without a database it keeps nothing and knows nothing.

    Args:
        database: the store.
        around: the surroundings that go into every key.
        say: is told, once, that from here on the run is not being kept, and why.
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

    def reading(self, unit: Unit) -> Reading | None:
        """What is known of a theorem file; None if nothing is."""
        row = self._row(unit)
        return reading_from_text(row.result) if row else None

    def outcome(self, unit: Unit) -> Outcome | None:
        """What is known of a check; None if nothing is."""
        row = self._row(unit)
        self.kept += row is not None
        return outcome_from_text(row.result) if row else None

    def keep(self, unit: Unit, result: Result) -> None:
        """Keep what became of a unit, if it was carried out; it is on the disk when this returns."""
        self.checked += unit.check != READ
        if self.database is None or not finished(result) or not unit.key:
            return
        if self.around.changed:
            self._lose("the sources of wnverify were edited meanwhile, so that nobody knows which of them ran")
            return
        try:
            if self.database.put(_row(unit, result), anew=self.fresh):
                self.differing.append(f"{unit.id}: {unit.check or 'its file'}")
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))

    def _row(self, unit: Unit) -> Row | None:
        if self.database is None or self.fresh or not unit.key:
            return None
        try:
            return self.database.get(unit.key)
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))
            return None

    def _lose(self, why: str) -> None:
        self.close()
        self.say(not_kept(why))

    def close(self) -> None:
        """Let go of the file."""
        if self.database is not None:
            self.database.close()
            self.database = None


def keeper(path: Path, say: Callable[[str], None], *, fresh: bool = False) -> Keeper:
    """The keeper of a store; where it cannot be reached, one that keeps nothing, which is said.

    Raises:
        StoreRefused: if the file is damaged, of a newer version, or of another program.
    """
    around = surroundings()
    try:
        database = opened(path)
        database.note(around)
    except NotKept as error:
        say(not_kept(str(error)))
        return Keeper(None, around, say, fresh)
    return Keeper(database, around, say, fresh)


def not_kept(why: str) -> str:
    """The one message."""
    return f"This run is not being kept from here on: {why.rstrip('.')}. It goes on."


def _row(unit: Unit, result: Result) -> Row:
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
        host=platform.node(),
        result=result_to_text(result),
    )
