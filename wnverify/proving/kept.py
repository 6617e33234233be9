"""Kept: what became of the pieces of a proof, in a store; a proof that was interrupted goes on where it was."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from wnverify.errors import RecordError, expected
from wnverify.proving.branch import Grown, Task
from wnverify.proving.pieces import Piece
from wnverify.store.database import Database, NotKept, Row, StoreRefused, opened
from wnverify.store.keeper import not_kept
from wnverify.store.surroundings import Surroundings, surroundings

DEFAULT = Path(".wnverify", "proofs.db")
"""The store of proofs, from the folder of a project; a file of its own, as its rows are no checks."""
FORM = 1


@dataclass
class Kept:
    """A store of pieces; without a database it keeps nothing.

    Args:
        database: the store.
        around: what the outcome depends on besides.
        say: is told, once, that nothing is kept any more.
        found: pieces that were known.
        done: pieces that were worked on.
    """

    database: Database | None = None
    around: Surroundings | None = None
    say: Callable[[str], None] = lambda _: None
    found: int = 0
    done: int = 0

    def get(self, task: Task, piece: Piece, most: int) -> Grown | None:
        """What is known of a piece; None if nothing is.

        Raises:
            RecordError: if it is damaged.
        """
        try:
            row = self.database.get(self._key(task, piece, most)) if self.database else None
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))
            return None
        if row is None:
            return None
        self.found += 1
        try:
            return msgspec.json.decode(row.result, type=Grown)
        except msgspec.DecodeError as error:
            raise RecordError(expected("a piece of a proof", str(error), "the store is damaged")) from error

    def put(self, task: Task, piece: Piece, most: int, grown: Grown, seconds: float) -> None:
        """Keep what became of a piece, unless the budget ended it."""
        self.done += 1
        if self.database is None or self.around is None or grown.stopped:
            return
        row = Row(
            key=self._key(task, piece, most),
            theorem=task.goal,
            digest="",
            around=self.around.digest,
            unit=f"piece {piece.number} of {task.domain.shape}, {task.domain.activation}",
            budget=str(most),
            seed="",
            seconds=seconds,
            written=datetime.now(UTC).isoformat(timespec="milliseconds"),
            host=platform.node(),
            result=json.dumps(asdict(grown)).encode(),
        )
        try:
            self.database.put(row)
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))

    def _key(self, task: Task, piece: Piece, most: int) -> str:
        ends = [end.hex() for end in (*piece.lows, *piece.highs, float(task.threshold.c), float(task.threshold.r))]
        domain, around = task.domain, self.around.digest if self.around else ""
        whole = [FORM, around, domain.L, domain.m, domain.d, domain.activation, task.goal, most, *ends]
        return sha256(json.dumps(whole).encode()).hexdigest()

    def _lose(self, why: str) -> None:
        self.close()
        self.say(not_kept(why))

    def close(self) -> None:
        """Let go of the file."""
        if self.database is not None:
            self.database.close()
            self.database = None


def kept_in(path: Path, say: Callable[[str], None]) -> Kept:
    """The store in a file; where it cannot be reached nothing is kept, which is said.

    Raises:
        StoreRefused: if the file is damaged, of a newer version, or of another program.
    """
    around = surroundings()
    try:
        database = opened(path)
        database.note(around)
    except NotKept as error:
        say(not_kept(str(error)))
        return Kept(say=say)
    return Kept(database, around, say)
