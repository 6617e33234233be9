"""Merge: several stores as one; all of what they hold, or nothing where two of them contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from wnverify.errors import RecordError, UsageError, expected
from wnverify.store.database import Database, Row, existing, found_in, opened

REMEDY = (
    "nothing was merged; machines of different kinds may differ in the last digits: leave one store out, or check "
    "this theorem again with --fresh and one of the stores"
)


class Conflict(RecordError):
    """Two stores hold different results under one key."""


@dataclass
class Merged:
    """What a merge came to.

    Args:
        added: rows that were not there before.
        known: rows that were, from an earlier store perhaps.
    """

    added: int = 0
    known: int = 0


def merge(sources: Sequence[Path], into: Path) -> Merged:
    """Add the rows of stores to another one, which may be there already.

    Args:
        sources: their files.
        into: the file to write; where anything goes wrong it is as it was before.

    Raises:
        UsageError: if a store is not there, or is to be merged into itself.
        StoreRefused: if a file is damaged, of a newer version, or of another program.
        Conflict: if there are two results under one key.
        NotKept: if a file cannot be read or written.
    """
    for source in sources:
        if source.resolve() == into.resolve():
            raise UsageError(expected("stores to merge into another one", f"{source} twice", "name another by -o"))
        if not source.is_file():
            raise UsageError(expected("a store to merge", f"no file {source}"))
    new, merged = not into.exists(), Merged()
    try:
        with closing(opened(into)) as database, database.at_once():
            _add(database, sources, merged)
    except BaseException:
        if new:
            _remove(into)
        raise
    return merged


def _add(database: Database, sources: Sequence[Path], merged: Merged) -> None:
    came_from: dict[str, Path] = {}
    for source in sources:
        with existing(source) as store:
            for around in store.surroundings().values():
                database.add_surroundings(around)
            for row in _new(database, store, came_from, merged):
                database.add(row)
                came_from[row.key] = source


def _new(database: Database, store: Database, came_from: dict[str, Path], merged: Merged) -> Iterator[Row]:
    """The rows of a store that are not there yet.

    Raises:
        Conflict: at one that says something else than the one that is.
    """
    for row in store.rows():
        known = database.get(row.key)
        if known is None:
            merged.added += 1
            yield row
            continue
        merged.known += 1
        if found_in(known.result) != found_in(row.result):
            first, second = _told(known, came_from.get(row.key, database.path)), _told(row, store.path)
            raise Conflict(expected(f"one result of {_unit(row)}", f"two, in {first} and in {second}", REMEDY))


def _unit(row: Row) -> str:
    effort = f" ({row.budget}, seed {row.seed})" if row.unit else ""
    return f"{row.theorem}: {row.unit or 'its file'}{effort}"


def _told(row: Row, path: Path) -> str:
    return f"{path} (from {row.host}, {row.written})"


def _remove(path: Path) -> None:
    for each in (path, *(path.with_name(path.name + beside) for beside in ("-wal", "-shm", "-journal"))):
        with suppress(OSError):
            each.unlink(missing_ok=True)
