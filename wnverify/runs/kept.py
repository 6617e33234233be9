"""The record of what a store keeps: of each theorem the state that was added to last, with all its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from msgspec import structs

from wnverify.errors import RecordError, UsageError, expected
from wnverify.evidence import RECORD_SCHEMA, Record
from wnverify.runs.record import from_json
from wnverify.store.database import Database, existing
from wnverify.store.history import State, matching, means, states
from wnverify.verdict import Verdict

MARK = b"SQLite format 3\0"
"""How a store begins, and no record does."""
REMEDY = "name a record that `wnverify check --json` wrote, or a store"


def kept_or_written(path: Path) -> Record:
    """The record in a file that `check --json` wrote, or that of all that a store keeps.

    Raises:
        UsageError: if there is no such file, or nothing in it.
        RecordError: if it is damaged.
        WnverifyError: if it cannot be read.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # /dev/zero never ends
            raise UsageError(expected("a record or a store", f"{str(path)!r}, a device or a pipe", REMEDY))
        if not _is_store(path):
            return _written(path)
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        why = getattr(error, "strerror", None) or error
        raise UsageError(expected("a record or a store", f"{str(path)!r} ({why})", REMEDY)) from error
    with existing(path) as database:
        return kept(database)


def comparable(paths: Sequence[Path]) -> list[Record]:
    """The records of some files; without certificates in any where one is a store, which does not tell of them.

    Raises:
        WnverifyError: as `kept_or_written`.
    """
    found = [kept_or_written(path) for path in paths]
    return [structs.replace(record, proved={}) for record in found] if any(map(_is_store, paths)) else found


def _is_store(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def _written(path: Path) -> Record:
    try:
        record = from_json(path.read_bytes())
    except RecordError as error:
        raise RecordError(f"{path}: {error}") from error
    if not record.theorems and not record.unread:
        raise UsageError(expected("a record of theorems", f"{str(path)!r}, which holds none", REMEDY))
    return record


def selected(record: Record, words: Sequence[str]) -> Record:
    """The part of a record that words name: ids, stems, folders or globs; all of it if there is no word.

    Raises:
        UsageError: if a word names none.
    """
    known = [evidence.id for evidence in record.theorems]
    wanted = [name for word in words for name in _named(word, known)]
    return structs.replace(record, theorems=[e for e in record.theorems if e.id in wanted]) if words else record


def chosen(records: Sequence[Record], words: Sequence[str]) -> list[Record]:
    """The parts of several records that words name; a word must name a theorem of one of them.

    Raises:
        UsageError: if a word names none of any.
    """
    known = list(dict.fromkeys(evidence.id for record in records for evidence in record.theorems))
    wanted = {name for word in words for name in _named(word, known)}
    return [
        structs.replace(record, theorems=[e for e in record.theorems if e.id in wanted]) if words else record
        for record in records
    ]


def _named(word: str, known: Sequence[str]) -> list[str]:
    found = [name for name in known if means(word, name)]
    if not found:
        near = get_close_matches(word, known, n=3, cutoff=0.5)
        remedy = f"did you mean {' or '.join(near)}?" if near else ""
        raise UsageError(expected("a theorem of the record", repr(word)[:60], remedy))
    return found


def kept(database: Database) -> Record:
    """The record of a store.

    Raises:
        UsageError: if it keeps nothing.
    """
    found = [state for name in matching(database, ()) if (state := _last(states(database, name)))]
    if not found:
        raise UsageError(expected("a store that keeps theorems", "an empty one", "`wnverify check` fills it"))
    latest = max(found, key=lambda state: state.written)
    around = database.surroundings()
    return Record(
        schema=RECORD_SCHEMA,
        wnverify=_joined(state.wnverify for state in found),
        versions=dict(around[latest.around].versions) if latest.around in around else {},
        seed=int(latest.seed),
        budget=_joined(state.budget for state in found),
        theorems=[state.evidence for state in found],
        interrupted=any(_unfinished(state) for state in found),
        times={state.evidence.id: dict(state.times) for state in found},
    )


def _last(known: Sequence[State]) -> State | None:
    """The newest state that is whole; the newest of all where none is."""
    whole = [state for state in known if not _unfinished(state)]
    return (whole or known)[-1] if known else None


def _unfinished(state: State) -> bool:
    evidence = state.evidence
    return len(evidence.checks) < len(evidence.planned) and evidence.verdict is not Verdict.REFUTED


def _joined(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
