"""A store keeps what it is given; whatever is no sound store is refused with a sentence, and not touched."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from wnverify.store import database
from wnverify.store.database import APPLICATION, NotKept, Row, StoreRefused, existing, opened
from wnverify.store.surroundings import Surroundings

AROUND = Surroundings("around", "0.1.0", {"python": "3.11"})


def row(number: int, result: bytes = b'{"seconds":1.0}') -> Row:
    return Row(
        f"key {number}",
        f"t{number % 3}",
        "digest",
        "around",
        "sampled",
        "quick",
        "0",
        0.5,
        "2026-01-01",
        "host",
        result,
    )


FOUND = random.Random(1)
ROWS = [row(number, b'{"found":"%s"}' % FOUND.randbytes(1000 * number).hex().encode()) for number in range(12)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of a dozen rows."""
    found = tmp_path / "evidence.db"
    store = opened(found)
    store.note(AROUND)
    for each in ROWS:
        store.put(each)
    store.close()
    return found


def rows(path: Path) -> list[Row]:
    with existing(path) as store:
        return list(store.rows())


def test_what_is_put_is_there_when_put_returns(path: Path) -> None:
    with existing(path) as store, existing(path) as other:
        assert not store.put(row(99))
        assert other.get("key 99") == row(99)
        assert other.get("key 98") is None
        assert other.surroundings() == {"around": AROUND}
        assert [each.key for each in other.heads()] == [each.key for each in [*ROWS, row(99)]]


def test_the_first_result_stays_unless_it_is_found_anew(path: Path) -> None:
    slower, other = row(1, b'{"seconds":9.0}'), row(1, b'{"seconds":9.0,"more":1}')
    with existing(path) as store:
        store.put(row(1), anew=True)
        assert not store.put(slower)
        assert store.put(other)
        assert store.get("key 1") == row(1)
        assert store.put(other, anew=True)
        assert store.get("key 1") == other


def test_removed_rows_take_their_room_along(path: Path) -> None:
    with existing(path) as store:
        before = store.size
        store.remove([each.key for each in ROWS])
        store.compact()
        assert store.size < before
        assert store.heads() == []
        assert store.surroundings() == {}


# ---- damage


def flipped(data: bytes, rng: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
    return bytes(broken)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def overwritten(data: bytes, rng: random.Random) -> bytes:
    start, length = rng.randrange(len(data)), rng.choice((16, 512, 4096))
    filling = bytes(length) if rng.random() < 0.5 else rng.randbytes(length)
    return (data[:start] + filling + data[start + length :])[: len(data)]


def altered(data: bytes, rng: random.Random) -> bytes:
    """A store whose tables, version or mark are others."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data[:18] + b"\1\1" + data[20:])  # no write-ahead log, which memory has not
    number = rng.randrange(2, 1000)
    change = rng.choice((
        f"PRAGMA user_version = {number}", f"PRAGMA application_id = {number}", "PRAGMA user_version = 0",
        f"CREATE TABLE more{number} (x)", "DROP TABLE surroundings", "ALTER TABLE finished ADD COLUMN more TEXT",
        f"CREATE VIEW more{number} AS SELECT 1", "ALTER TABLE finished RENAME COLUMN seed TO grain",
        f"UPDATE finished SET seconds = {number} WHERE key = 'key 3'", "UPDATE finished SET seed = '1'",
        "UPDATE surroundings SET versions = '{}'",
        "CREATE TRIGGER more AFTER INSERT ON finished BEGIN DELETE FROM finished; END",
    ))  # fmt: skip
    connection.execute(change)
    connection.commit()
    return connection.serialize()


def foreign(_: bytes, rng: random.Random) -> bytes:
    """The database of another program, or no database at all."""
    if rng.random() < 0.3:
        return rng.randbytes(rng.randrange(1, 9000))
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE bookmarks (name TEXT)")
    connection.execute(f"PRAGMA application_id = {rng.choice((0, rng.randrange(2**31)))}")
    connection.execute(f"PRAGMA user_version = {rng.randrange(3)}")
    connection.commit()
    return connection.serialize()


def outcome(path: Path) -> object:
    """The rows of a store, or that it was refused."""
    try:
        return rows(path)
    except (StoreRefused, NotKept) as error:
        return f"refused {path}" if str(path) in str(error) else str(error)


DAMAGES = [flipped] * 200 + [cut] * 100 + [overwritten] * 100 + [altered] * 60 + [foreign] * 40


def test_500_damaged_stores_are_refused_with_a_sentence_and_not_touched(path: Path) -> None:
    """A bit that belongs to nothing may flip unseen; then all that was kept is there, exactly."""
    data, sound, rng, refused = path.read_bytes(), rows(path), random.Random(0), 0
    for number, damage in enumerate(DAMAGES):
        place = path.with_name(f"{number}.db")
        place.write_bytes(broken := damage(data, rng))
        found = outcome(place)
        assert found in (sound, f"refused {place}"), f"{damage.__name__} {number} was accepted"
        if found == sound:
            assert damage in (flipped, overwritten), f"{damage.__name__} {number} was accepted"
        else:
            refused += 1
            assert place.read_bytes() == broken, f"{damage.__name__} {number} was touched"
    assert refused > 0.7 * len(DAMAGES)


def test_the_sentences_name_the_remedy(path: Path, tmp_path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(
        StoreRefused, match=r"version 7 in .*newer wnverify: use that; nothing was changed in it; name"
    ):
        opened(path)
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE bookmarks (name TEXT)")
    with pytest.raises(StoreRefused, match="a database of another program: nothing was changed in it; name another"):
        opened(tmp_path / "other.db")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(StoreRefused, match=r"--no-store"):
        opened(path)


def test_an_older_store_is_brought_forward(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = ("CREATE TABLE more (x)",)
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, more))
    assert rows(path) == ROWS
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, ("CREATE TABLE more (x)",)))
    with pytest.raises(StoreRefused):
        opened(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


# ---- what cannot be written


def test_a_full_disk_and_a_lock_are_said_in_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    with existing(path) as store:
        store._connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(NotKept, match="full"):
            store.put(replace(row(50), host="x" * 100_000))
        assert store.get("key 50") is None
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with existing(path) as store, pytest.raises(NotKept, match="locked"):
        store.put(row(50))
    holder.close()
    assert rows(path) == ROWS


@pytest.mark.parametrize("name", ["folder", "file/evidence.db"])
def test_a_place_that_cannot_be_written_to_is_said_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(NotKept, match=name):
        opened(tmp_path / name)
