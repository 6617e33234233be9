"""Stores as one: what the shares of a run kept is the whole of it; what contradicts itself is not merged."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from tests.store.test_database import AROUND, row, rows
from wnverify.errors import UsageError, WnverifyError
from wnverify.store import database
from wnverify.store.database import NotKept, Row, StoreRefused, opened
from wnverify.store.merge import Conflict, merge


def store(path: Path, *found: Row) -> Path:
    begun = opened(path)
    begun.note(AROUND)
    for each in found:
        begun.put(each)
    begun.close()
    return path


def test_rows_of_all_stores_come_together(tmp_path: Path) -> None:
    one, two = (
        store(tmp_path / "one.db", row(1), row(2)),
        store(tmp_path / "two.db", replace(row(2), host="b"), row(3)),
    )
    out = tmp_path / "out" / "all.db"
    found = merge([one, two], out)
    assert (found.added, found.known) == (3, 1)
    assert rows(out) == [row(1), row(2), row(3)]
    assert merge([two], out).added == 0
    assert merge([out], one).added == 1
    assert rows(one) == rows(out)
    opened_again = opened(out)
    assert opened_again.surroundings() == {"around": AROUND}


def test_two_results_under_one_key_are_named_and_nothing_is_merged(tmp_path: Path) -> None:
    one = store(tmp_path / "one.db", row(1))
    two = store(tmp_path / "two.db", row(2), replace(row(1), host="other", result=json.dumps({"more": 1}).encode()))
    out = tmp_path / "out.db"
    with pytest.raises(
        Conflict, match=r"one result of t1: sampled \(quick, seed 0\), but got two, in .*one.db \(from ho"
    ):
        merge([one, two], out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.db", "two.db"]
    with pytest.raises(Conflict, match=r"in .*one.db \(from host, 2026-01-01\) and in .*two.db \(from other, 2026"):
        merge([two], one)
    assert rows(one) == [row(1)]


def test_what_is_no_sound_store_is_refused_and_nothing_is_merged(tmp_path: Path) -> None:
    one, out = store(tmp_path / "one.db", row(1)), store(tmp_path / "out.db", row(5))
    other = tmp_path / "other.db"
    other.write_bytes(one.read_bytes()[:-4096])
    for sources, error, message in (
        ([one, other], StoreRefused, "sound store"),
        ([one, tmp_path / "none.db"], UsageError, "no file"),
        ([one, out], UsageError, "twice"),
    ):
        with pytest.raises(error, match=message):
            merge(sources, out)
        assert rows(out) == [row(5)]
    with pytest.raises(NotKept):
        merge([one], tmp_path)


def test_where_no_store_can_be_begun_there_is_none_afterwards(tmp_path: Path, monkeypatch) -> None:
    def full(_: object, connection: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    one = store(tmp_path / "one.db", row(1))
    monkeypatch.setattr(database, "_prepare", full)
    with pytest.raises(WnverifyError, match="is full"):
        merge([one], tmp_path / "out.db")
    assert [path.name for path in tmp_path.iterdir()] == ["one.db"]
