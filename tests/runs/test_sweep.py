"""Rounds add up: k of them are the same whenever each was done, and no two look at the same instances."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.runs.test_run import entry, statement
from wnverify.budget import parse_budget
from wnverify.catalogue import Entry, read
from wnverify.checks.check import Check, every
from wnverify.evidence import CheckEvidence, Event, Record, Subject
from wnverify.runs import sweep
from wnverify.runs import theorem as one_theorem
from wnverify.runs.record import from_json, timeless, to_json
from wnverify.runs.run import run
from wnverify.search.ground import seed_of
from wnverify.store.history import states
from wnverify.store.keeper import Keeper, keeper

Streams = list[tuple[int, float]]


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Streams:
    """The seed and the first number of the stream of each check that is carried out; the checks are made up."""
    seen: Streams = []

    def one(name: str, order: int, subject: Subject) -> Check:
        def search(theorem, budget, rng: np.random.Generator) -> CheckEvidence:
            seen.append((seed_of(rng), float(rng.random())))
            return CheckEvidence(name, "HELD", f"made up: {seen[-1]}", tried=40, accepted=30)

        return Check(name=name, order=order, cost=1, subject=subject, scope=every, run=search)

    checks = {"bound": one("bound", 0, Subject.BOUND), "first": one("first", 1, Subject.CLAIM)}
    monkeypatch.setattr(one_theorem, "CHECKS", checks | {"second": one("second", 2, Subject.CLAIM)})
    return seen


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    return [entry(tmp_path, f"t{i}", statement(f'first_derivative, "<=", {i} / w_norm')) for i in (1, 2)]


def swept(
    entries: list[Entry], budget: str, store: Keeper | None = None, notify: Callable = lambda _: None
) -> Record:
    return run(entries, parse_budget(budget), seed=3, jobs=1, store=store, notify=notify)


def rounds(record: Record) -> list[int]:
    return [found.rounds for found in record.theorems]


def test_rounds_go_on_where_they_were(streams, entries, tmp_path) -> None:
    once = swept(entries, "4r")
    assert rounds(once) == [4, 4]
    assert [check.accepted for check in once.theorems[0].checks] == [30, 120, 120]
    assert from_json(to_json(once)).theorems[1].rounds == 4
    assert len(streams) == len(set(streams)) == 2 * (3 + 3 * 2)
    assert {seed for seed, _ in streams} == {parse_budget("4r").of_round(number).seed(3) for number in (1, 2, 3, 4)}
    streams.clear()

    def stop(event: Event) -> None:
        if event.kind == "rounds":
            raise KeyboardInterrupt

    store = keeper(tmp_path / "evidence.db", str)
    first = swept(entries, "4r", store, stop)
    assert (first.interrupted, rounds(first)) == (True, [1, 1])
    told: list[Event] = []
    again = swept(entries, "4r", store, told.append)
    assert [event.checks for event in told if event.kind == "rounds"] == [2, 3, 4]
    assert to_json(timeless(again)) == to_json(timeless(once))
    assert len(streams) == len(set(streams)) == 2 * (3 + 3 * 2)
    assert (store.kept, store.checked) == (6, 18)
    assert rounds(swept(entries, "2r", store)) == [2, 2]
    assert len(streams) == 18


def test_time_adds_rounds_to_those_that_are_kept(streams, entries, tmp_path, monkeypatch) -> None:
    """The clock is made up: a second goes by whenever it is looked at; it ends the sweep in the middle of a round."""
    monkeypatch.setattr(sweep, "time", SimpleNamespace(monotonic=map(float, count()).__next__))
    store = keeper(tmp_path / "evidence.db", str)
    first, second = (swept(entries, "12s", store) for _ in range(2))
    assert rounds(first) == [3, 2]
    assert store.checked == len(streams) == len(set(streams))
    assert min(rounds(second)) > 3
    assert {first.budget, second.budget} == {"rounds"}
    limited = swept(entries, "2r", store)
    assert store.checked == len(streams)
    assert to_json(timeless(limited)) == to_json(timeless(swept(entries, "2r")))
    (state,) = states(store.database, "t1")
    assert (state.budget, state.evidence) == ("rounds", second.theorems[0])


def test_processes_find_the_same_rounds(tmp_path) -> None:
    """What is refuted in a round needs no other."""
    right = entry(tmp_path, "right", statement('first_derivative, "<=", 1 / w_norm'))
    wrong = entry(tmp_path, "wrong", statement('first_derivative, "<=", 1 / w_norm**2'))
    one, two = (run([right, wrong], parse_budget("2r"), jobs=jobs) for jobs in (1, 2))
    assert to_json(timeless(one)) == to_json(timeless(two))
    assert rounds(one) == [2, 1]
    alone = one_theorem.verify(read(right).theorem, budget="2r", name="right")
    assert alone.checks == one.theorems[0].checks


def test_a_round_beyond_a_gap_is_not_done_again(streams, entries, tmp_path) -> None:
    store = keeper(tmp_path / "evidence.db", str)
    whole = swept(entries, "4r", store)
    lost = [row.key for row in store.database.rows() if (row.theorem, row.budget) == ("t1", "round 2")]
    store.database.remove(lost)
    streams.clear()
    assert to_json(timeless(swept(entries, "4r", store))) == to_json(timeless(whole))
    assert len(streams) == len(lost) == 2
