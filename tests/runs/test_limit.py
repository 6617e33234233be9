"""A time limit: what is finished stays, what is not is undecided, and the next run goes on there."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.runs.test_run import QUICK, entry, statement
from tests.store.killed import NAMES, made_up
from wnverify.budget import parse_budget
from wnverify.report.terminal import exit_code, render
from wnverify.runs import pool
from wnverify.runs import theorem as one_theorem
from wnverify.runs.limit import Limit, Within
from wnverify.runs.record import from_json, timeless, to_json
from wnverify.runs.run import run
from wnverify.store.keeper import keeper
from wnverify.verdict import Verdict


def ticking() -> Callable[[], float]:
    """A clock that goes on by one whenever somebody looks."""
    return count().__next__


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two theorems with five made-up checks each, done in this process."""
    monkeypatch.setattr(one_theorem, "CHECKS", made_up(tmp_path / "log"))
    monkeypatch.setattr(pool, "_possible", lambda: False)
    return [entry(tmp_path, name, statement('first_derivative, "<=", 1 / w_norm')) for name in ("one", "two")]


def test_what_is_finished_stays_and_the_next_run_goes_on(entries, tmp_path) -> None:
    kept = keeper(tmp_path / "evidence.db", pytest.fail)
    record = run(entries, Within(QUICK, Limit("6s", clock=ticking())), jobs=1, store=kept)
    assert record.cut == {"one": 3, "two": 0}
    assert [(theorem.verdict, len(theorem.checks)) for theorem in record.theorems] == [(Verdict.UNDECIDED, 5)] * 2
    assert "the time limit of 6s was over" in record.theorems[0].reason
    assert exit_code(record) == 3
    text = " ".join(render(record, 100).split())
    assert "… 3 of 5 checks" in text
    assert (
        "The time limit ended the run: 2 unfinished theorems, 1 with some of the checks done, 1 with no check done;"
        in text
    )
    assert timeless(from_json(to_json(record))).cut == record.cut
    again = run(entries, Within(QUICK, Limit("1h", clock=ticking())), jobs=1, store=kept)
    assert (again.cut, kept.kept, kept.checked) == ({}, 3, 10)
    assert {theorem.verdict for theorem in again.theorems} == {Verdict.HELD}
    assert to_json(timeless(again)) == to_json(timeless(run(entries, QUICK, jobs=1)))
    kept.close()


def test_a_theorem_that_nobody_read_is_named(entries) -> None:
    record = run(entries, Within(QUICK, Limit("1s", clock=ticking())), jobs=1)
    assert (record.cut, record.theorems, record.unread) == ({"one": 0, "two": 0}, [], {})
    assert exit_code(record) == 3


def test_rounds_that_were_done_count(entries) -> None:
    record = run(entries, Within(parse_budget("3r"), Limit("14s", clock=ticking())), jobs=1)
    assert record.cut == {}
    assert {theorem.rounds for theorem in record.theorems} == {1}
    assert exit_code(record) == 0
    cut = run(entries, Within(parse_budget("3r"), Limit("8s", clock=ticking())), jobs=1)
    assert (cut.cut, exit_code(cut)) == ({"two": 0}, 3)
    assert [len(theorem.checks) for theorem in cut.theorems] == [len(NAMES)] * 2


def test_a_limit_that_is_over_stops_other_processes_too(tmp_path) -> None:
    entries = [entry(tmp_path, name, statement('first_derivative, "<=", 1 / w_norm')) for name in ("one", "two")]
    record = run(entries, Within(QUICK, Limit("1s", clock=ticking())), jobs=2)
    assert record.cut == {"one": 0, "two": 0}
