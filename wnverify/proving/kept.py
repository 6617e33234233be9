"""Kept: what became of the pieces of a proof, in a store; a proof that was interrupted goes on where it was.

A proof that is whole leaves its certificate there too, under its theorem and the digest of what that claims.
"""

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
from wnverify.proving.certificate import Certificate
from wnverify.proving.pieces import Piece
from wnverify.proving.trees import OPEN
from wnverify.proving.whole import CERTIFICATE, claim_digest
from wnverify.store.database import Database, NotKept, Row, StoreRefused
from wnverify.store.keeper import not_kept, reached
from wnverify.store.surroundings import Surroundings

FORM = 1
BEGUN = "begun piece"


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
        grown = self._grown(self._key(task, piece, most))
        self.found += grown is not None
        return grown

    def begun(self, task: Task, piece: Piece, most: int) -> Grown | None:
        """How far a piece got that was not ended; None if nothing is known of it.

        Raises:
            RecordError: if it is damaged.
        """
        return self._grown(self._key(task, piece, most, BEGUN))

    def _grown(self, key: str) -> Grown | None:
        try:
            row = self.database.get(key) if self.database else None
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))
            return None
        try:
            return msgspec.json.decode(row.result, type=Grown) if row else None
        except msgspec.DecodeError as error:
            raise RecordError(expected("a piece of a proof", str(error), "the store is damaged")) from error

    def put(self, task: Task, piece: Piece, most: int, grown: Grown, seconds: float) -> None:
        """Keep what became of a piece; how far it got, where the budget or the user ended it."""
        self.done += 1
        if self.database is None or self.around is None or (grown.stopped and grown.tree == OPEN):
            return
        what = BEGUN if grown.stopped else "piece"
        row = Row(
            key=self._key(task, piece, most, *([BEGUN] if grown.stopped else [])),
            theorem=task.goal,
            digest="",
            around=self.around.digest,
            unit=f"{what} {piece.number} of {task.domain.shape}, {task.domain.activation}",
            budget=str(most),
            seed="",
            seconds=seconds,
            written=_now(),
            host=platform.node(),
            result=json.dumps(asdict(grown)).encode(),
        )
        self._add(row, anew=grown.stopped)

    def put_whole(self, certificate: Certificate, seconds: float) -> None:
        """Keep a certificate that the checker has accepted.

        Args:
            certificate: it, with its seal.
            seconds: of processor time that the checker took.
        """
        if self.database is None or self.around is None:
            return
        domain, named = certificate.domain, [FORM, CERTIFICATE, self.around.digest, certificate.seal]
        row = Row(
            key=sha256(json.dumps(named).encode()).hexdigest(),
            theorem=certificate.theorem,
            digest=claim_digest(certificate.claim),
            around=self.around.digest,
            unit=f"{CERTIFICATE} {domain.shape}, {domain.activation}",
            budget=certificate.slack,
            seed="",
            seconds=seconds,
            written=_now(),
            host=platform.node(),
            result=certificate.text(),
        )
        self._add(row)

    def _add(self, row: Row, *, anew: bool = False) -> None:
        """Keep a row; once that cannot be, nothing is kept any more."""
        if self.database is None:
            return
        try:
            self.database.put(row, anew=anew)
        except (NotKept, StoreRefused) as error:
            self._lose(str(error))

    def _key(self, task: Task, piece: Piece, most: int, *more: str) -> str:
        ends = [end.hex() for end in (*piece.lows, *piece.highs)]
        domain, around = task.domain, self.around.digest if self.around else ""
        whole = [
            FORM,
            around,
            domain.L,
            domain.m,
            domain.d,
            domain.activation,
            task.goal,
            task.numbers,
            most,
            ends,
            more,
        ]
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
    return Kept(*reached(path, say), say)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
