"""A unit travels as text, and everything that decides its outcome is in its key."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.runs.test_run import QUICK, entry, statement
from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.errors import RecordError
from wnverify.evidence import CheckEvidence, Item, Kind
from wnverify.runs.work import done, done_as_text
from wnverify.store.surroundings import surroundings
from wnverify.store.unit import (
    READ,
    Reading,
    Unit,
    finished,
    outcome_from_text,
    reading_from_text,
    result_from_text,
    result_to_text,
    unit_from_text,
    unit_to_text,
)


@pytest.fixture
def unit(tmp_path: Path) -> Unit:
    (tmp_path / "mine.py").write_bytes(b"# -*- coding: latin-1 -*-\nNAME = '\xfc'\n")
    body = "from mine import NAME" + statement('first_derivative, "<=", 1 / w_norm')
    return Unit(catalogue.text(entry(tmp_path, "right", body)), "sampled", QUICK, 3, "around")


def test_everything_that_decides_the_outcome_is_in_the_key(unit: Unit) -> None:
    other = replace(unit.text, entry=replace(unit.text.entry, id="another"))
    edited = replace(unit.text, source=unit.text.source + b"\n")
    beside = replace(unit.text, beside=(replace(unit.text.beside[0], source=b""),))
    units = [
        unit,
        replace(unit, seed=4),
        replace(unit, check="mutants"),
        replace(unit, around=""),
        replace(unit, budget=parse_budget("deep")),
        replace(unit, budget=replace(QUICK, rounds=2)),
        *(replace(unit, text=text) for text in (other, edited, beside)),
    ]
    assert len({each.key for each in units}) == len(units)
    assert (
        replace(unit, text=replace(unit.text, entry=replace(unit.text.entry, path=Path("elsewhere")))).key == unit.key
    )
    assert replace(unit, budget=parse_budget("3s")).key == ""
    reading = replace(unit, check=READ)
    assert reading.key == replace(reading, seed=4, budget=parse_budget("3s")).key != unit.key


def test_a_unit_and_what_becomes_of_it_travel_as_text(unit: Unit) -> None:
    there = unit_from_text(unit_to_text(unit))
    assert there == unit
    assert there.key == unit.key
    asked = replace(there, check=READ)
    outcome, reading = done(there, catalogue.loaded), done(asked, catalogue.loaded)
    assert result_from_text(there, result_to_text(outcome)) == outcome
    assert result_from_text(asked, result_to_text(reading)) == reading
    assert finished(outcome)
    assert finished(reading)


def test_a_unit_is_done_only_where_everything_is_the_same(unit: Unit) -> None:
    with pytest.raises(
        RecordError, match="of these versions of wnverify and the libraries, but got another: install"
    ):
        done_as_text(unit_to_text(unit))
    same = replace(unit, check=READ, around=surroundings().digest)
    found = result_from_text(same, done_as_text(unit_to_text(same)))
    assert found == done(same, catalogue.loaded)


def test_damaged_texts_are_refused(unit: Unit) -> None:
    plain = json.loads(unit_to_text(unit))
    for change in ({"digest": "0" * 64}, {"form": 2}, {"seed": "3"}, {"more": 1}):
        with pytest.raises(RecordError, match="a unit of work"):
            unit_from_text(json.dumps(plain | change).encode())
    with pytest.raises(RecordError, match="the text is damaged"):
        outcome_from_text(b'{"evidence":')
    with pytest.raises(RecordError, match="the text is damaged"):
        reading_from_text(b"\xff")


def test_what_failed_is_not_finished() -> None:
    assert not finished(Reading(unread="it cannot be read"))
    assert not finished((CheckEvidence("sampled", "ERROR", "out of memory"), 0.0))
    part = Item("sign", Kind.SIGN, "ERROR", "out of memory")
    assert not finished((CheckEvidence("symbolic", "HELD", "", items=[part]), 0.0))
