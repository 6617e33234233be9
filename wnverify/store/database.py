"""The database: one file of SQLite, one row a finished unit; whatever is no sound store is refused and not touched.

Every row is durable when `put` returns, and sealed: a bit that flipped is found when the file is opened.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from hashlib import sha256
from pathlib import Path
from struct import unpack_from
from typing import Any, TypeAlias

from wnverify.errors import RecordError, UsageError, WnverifyError, expected
from wnverify.store.surroundings import Surroundings

APPLICATION = 0x776E7665
"""`wnve`: the mark by which SQLite files are told apart."""
MAGIC, MARK_AT, HEADER = b"SQLite format 3\0", 68, 100
PATIENCE = 10.0
"""Seconds to wait for another process that writes."""
LEVEL = 1
"""Of compression: the evidence shrinks to a fifth in no time."""
Migration: TypeAlias = Sequence[str]
MIGRATIONS: tuple[Migration, ...] = (
    (
        "CREATE TABLE surroundings (digest TEXT PRIMARY KEY, wnverify TEXT NOT NULL, versions TEXT NOT NULL, "
        "seal BLOB NOT NULL)",
        "CREATE TABLE finished (key TEXT PRIMARY KEY, theorem TEXT NOT NULL, digest TEXT NOT NULL, "
        "around TEXT NOT NULL, unit TEXT NOT NULL, budget TEXT NOT NULL, seed TEXT NOT NULL, seconds REAL NOT NULL, "
        "written TEXT NOT NULL, host TEXT NOT NULL, result BLOB NOT NULL, seal BLOB NOT NULL)",
    ),
)
"""What brings a store of version n, the place in this list, to the next one; a new one begins at 0."""
OUT_OF_REACH = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_AUTH,
})  # fmt: skip
"""What SQLite says where a sound file cannot be reached, or written, now."""
REMEDY = "nothing was changed in it; name another file by --store, or check with --no-store"


class StoreRefused(RecordError):
    """A file is no store that this version of wnverify can trust."""


class NotKept(WnverifyError):
    """Nothing can be kept: a full disk, a folder that cannot be written to, a file that another process holds."""


@dataclass(frozen=True)
class Row:
    """A finished unit.

    Args:
        key: what decides the outcome, as one digest.
        theorem: its identifier.
        digest: of its text.
        around: of its surroundings.
        unit: the check; empty for the reading of the file.
        budget: its name.
        seed: of the run.
        seconds: CPU time.
        written: when, in UTC.
        host: where.
        result: what was found, as text.
    """

    key: str
    theorem: str
    digest: str
    around: str
    unit: str
    budget: str
    seed: str
    seconds: float
    written: str
    host: str
    result: bytes

    @property
    def seal(self) -> bytes:
        """A digest of the whole row."""
        return sealed(astuple(self))


def sealed(values: Iterable[object]) -> bytes:
    """A digest of the values of a row."""
    return sha256(repr(tuple(values)).encode()).digest()[:16]


COLUMNS = tuple(field.name for field in fields(Row))


class Database:
    """A store that was opened; see `opened`.

    Args:
        path: the file.
        connection: to it.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def get(self, key: str) -> Row | None:
        """The row of a key.

        Raises:
            StoreRefused: if it is damaged.
            NotKept: if it cannot be read.
        """
        return next(self.rows("key = ?", [key]), None)

    def rows(self, where: str = "1", values: Sequence[str] = ()) -> Iterator[Row]:
        """Rows in the order in which they were written.

        Args:
            where: a condition of SQL, written here and nowhere else.
            values: what stands for its question marks.

        Raises:
            StoreRefused: if one is damaged.
            NotKept: if they cannot be read.
        """
        with told(self.path):
            question = f"SELECT {', '.join(COLUMNS)}, seal FROM finished WHERE {where} ORDER BY rowid"
            for *columns, seal in self._connection.execute(question, values):
                yield _row(self.path, columns, seal)

    def heads(self) -> list[Row]:
        """All rows without their results.

        Raises:
            StoreRefused: if the file is damaged.
            NotKept: if it cannot be read.
        """
        with told(self.path):
            found = self._connection.execute(f"SELECT {', '.join(COLUMNS[:-1])} FROM finished ORDER BY rowid")
            return [Row(*columns, b"") for columns in found]  # type: ignore[call-arg]  # as many as there are

    def seconds(self, budget: str) -> dict[str, dict[str, float]]:
        """The CPU seconds of every check of every theorem, as they were last with a budget.

        Raises:
            StoreRefused: if the file is damaged.
            NotKept: if it cannot be read.
        """
        found: dict[str, dict[str, float]] = {}
        with told(self.path):
            question = "SELECT theorem, unit, seconds FROM finished WHERE budget = ? ORDER BY rowid"
            for theorem, unit, seconds in self._connection.execute(question, [budget]):
                found.setdefault(theorem, {})[unit] = seconds
        return found

    @property
    def size(self) -> int:
        """Bytes of the file, and of what is still to be written into it."""
        beside = self.path.with_name(f"{self.path.name}-wal")
        return sum(path.stat().st_size for path in (self.path, beside) if path.exists())

    def put(self, row: Row, *, anew: bool = False) -> bool:
        """Keep a row, durably; what stands under its key already stays, unless it was found anew.

        Returns:
            Whether something else was found before under the same key.

        Raises:
            StoreRefused: if the file is damaged.
            NotKept: if it cannot be written.
        """
        with self.at_once():
            before = self.get(row.key) if anew else None
            added = self.add(row, anew=anew)
            before = before or (None if added else self.get(row.key))
        return before is not None and found_in(before.result) != found_in(row.result)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All of what is added while this lasts is kept at its end, or nothing.

        Raises:
            StoreRefused: if the file is damaged.
            NotKept: if it cannot be written.
        """
        with told(self.path), transaction(self._connection):
            yield

    def add(self, row: Row, *, anew: bool = False) -> bool:
        """Add a row, as a part of what is done `at_once`; whether it was."""
        names, marks = ", ".join((*COLUMNS, "seal")), ", ".join("?" * (len(COLUMNS) + 1))
        packed = (*astuple(row)[:-1], zlib.compress(row.result, LEVEL), row.seal)
        verb = "REPLACE" if anew else "IGNORE"
        found = self._connection.execute(f"INSERT OR {verb} INTO finished ({names}) VALUES ({marks})", packed)
        return found.rowcount > 0

    def add_surroundings(self, around: Surroundings) -> None:
        """Add what a digest of surroundings stands for, as a part of what is done `at_once`."""
        values = (around.digest, around.wnverify, json.dumps(dict(around.versions), sort_keys=True))
        self._connection.execute("INSERT OR IGNORE INTO surroundings VALUES (?, ?, ?, ?)", (*values, sealed(values)))

    def note(self, around: Surroundings) -> None:
        """Keep what a digest of surroundings stands for.

        Raises:
            NotKept: if the file cannot be written.
        """
        with self.at_once():
            self.add_surroundings(around)

    def surroundings(self) -> dict[str, Surroundings]:
        """The surroundings by their digests.

        Raises:
            StoreRefused: if one is damaged.
            NotKept: if they cannot be read.
        """
        with told(self.path):
            found = self._connection.execute("SELECT digest, wnverify, versions, seal FROM surroundings").fetchall()
            if any(sealed(values) != seal for *values, seal in found):
                raise _damaged_row(self.path)
            return {digest: Surroundings(digest, name, json.loads(versions)) for digest, name, versions, _ in found}

    def remove(self, keys: Sequence[str]) -> None:
        """Remove rows.

        Raises:
            NotKept: if the file cannot be written.
        """
        with told(self.path), transaction(self._connection):
            self._connection.executemany("DELETE FROM finished WHERE key = ?", [(key,) for key in keys])

    def compact(self) -> None:
        """Remove surroundings of which there is no row, and give the room back that removed rows took.

        Raises:
            NotKept: if the file cannot be written.
        """
        with told(self.path):
            self._connection.execute("DELETE FROM surroundings WHERE digest NOT IN (SELECT around FROM finished)")
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._connection.close()


def _row(path: Path, columns: Sequence[Any], seal: bytes) -> Row:
    """A row whose seal is intact."""
    try:
        values: list[Any] = [*columns[:-1], zlib.decompress(columns[-1])]
        row = Row(*values)
    except (zlib.error, TypeError) as error:
        raise _damaged_row(path) from error
    if row.seal != seal:
        raise _damaged_row(path)
    return row


def _damaged_row(path: Path) -> StoreRefused:
    return StoreRefused(expected("a sound store", f"a damaged row in {path}", f"the disk altered it; {REMEDY}"))


def found_in(result: bytes) -> object:
    """A result without its time, and without what the theorem file printed."""
    plain = json.loads(result)
    return {name: value for name, value in plain.items() if name not in ("seconds", "printed")}


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what is done while this lasts, or nothing; it is on the disk afterwards."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Errors of SQLite as sentences.

    Raises:
        StoreRefused: if the file is damaged, or none of SQLite.
        NotKept: if it cannot be reached or written now.
    """
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, ValueError, OverflowError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in OUT_OF_REACH:
            raise NotKept(f"{path}: {error}") from error
        raise StoreRefused(expected("a sound store", f"a damaged one in {path} ({error})", REMEDY)) from error


# ---- to open


def _connected(path: Path) -> sqlite3.Connection:
    """SQLite's own connection to a file, which may be no store."""
    with told(path):
        return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)


@contextmanager
def glanced(path: Path) -> Iterator[Database]:
    """A store that is there, while this lasts; its mark and version are looked at, and the rows that are asked for.

    Raises:
        StoreRefused: if the file is no store of this version.
        NotKept: if it cannot be read.
    """
    try:
        _check_mark(path)
    except OSError as error:
        raise NotKept(f"{path}: {error.strerror}") from error
    connection = _connected(path)
    try:
        with told(path):
            if (version := _number(connection, "user_version")) != len(MIGRATIONS):
                raise StoreRefused(expected(f"a store of version {len(MIGRATIONS)}", f"{version} in {path}"))
        yield Database(path, connection)
    finally:
        connection.close()


def opened(path: Path) -> Database:
    """Open a store, or begin one where there is no file, or an empty one.

    Raises:
        StoreRefused: if the file is damaged, of a newer version, or of another program.
        NotKept: if it cannot be read or written.
    """
    try:
        new = not path.exists() or not path.stat().st_size
        if new:
            path.parent.mkdir(parents=True, exist_ok=True)
        else:
            _check_mark(path)
    except OSError as error:
        raise NotKept(f"{path}: {error.strerror}") from error
    connection = _connected(path)
    try:
        with told(path):
            _prepare(path, connection)
    except BaseException:
        connection.close()
        raise
    return Database(path, connection)


def _check_mark(path: Path) -> None:
    """Look at the first bytes alone: SQLite might tidy up the file of another program."""
    with path.open("rb") as file:
        head = file.read(HEADER)
    if len(head) < HEADER or not head.startswith(MAGIC):
        raise StoreRefused(expected("a store of wnverify", f"{path}, which is none, or is damaged", REMEDY))
    if unpack_from(">I", head, MARK_AT) != (APPLICATION,):
        raise StoreRefused(expected("a store of wnverify", f"{path}, a database of another program", REMEDY))


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    version = _number(connection, "user_version")
    if version > len(MIGRATIONS):
        remedy = f"it was written by a newer wnverify: use that; {REMEDY}"
        raise StoreRefused(
            expected(f"a store of version ≤ {len(MIGRATIONS)}", f"version {version} in {path}", remedy)
        )
    if version < len(MIGRATIONS):
        with transaction(connection):
            _migrate(path, connection)
    check(path, connection)
    _tolerant(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())


def _tolerant(switch: Callable[[], object]) -> None:
    """Write ahead where that can be; where another process holds the file, or there is no shared memory, not."""
    with suppress(sqlite3.OperationalError):
        switch()


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _migrate(path: Path, connection: sqlite3.Connection) -> None:
    """Bring an older store forward, step by step and all at once; another process may have done so meanwhile."""
    version = _number(connection, "user_version")
    if not version and _tables(connection):
        raise StoreRefused(expected("a store of wnverify", f"{path}, a database of another program", REMEDY))
    if version:
        check(path, connection, version)
    for migration in MIGRATIONS[version:]:
        for statement in migration:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {max(version, len(MIGRATIONS))}")


def _tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    found = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    return [tuple(row) for row in found]


def _declared(version: int) -> list[tuple[str, str]]:
    """What a sound store of a version declares."""
    connection = sqlite3.connect(":memory:")
    try:
        for statement in (one for migration in MIGRATIONS[:version] for one in migration):
            connection.execute(statement)
        return _tables(connection)
    finally:
        connection.close()


def check(path: Path, connection: sqlite3.Connection, version: int | None = None) -> None:
    """Whether the file is sound: its pages, its tables, and, in the present version, the seal of every row.

    Raises:
        StoreRefused: if it is not.
    """
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreRefused(expected("a sound store", f"a damaged one in {path} ({found})", REMEDY))
    if _tables(connection) != _declared(len(MIGRATIONS) if version is None else version):
        raise StoreRefused(expected("the tables of a store", f"others in {path}", REMEDY))
    if version is None:
        whole = Database(path, connection)
        whole.surroundings()
        deque(whole.rows(), maxlen=0)


@contextmanager
def existing(path: Path) -> Iterator[Database]:
    """A store that is there, while this lasts.

    Raises:
        UsageError: if there is none.
        StoreRefused: if the file is no sound store.
        NotKept: if it cannot be read.
    """
    if not path.exists():
        raise UsageError(expected("a store", f"no file {path}", "`wnverify check` begins one, or name it by --store"))
    database = opened(path)
    try:
        yield database
    finally:
        database.close()
