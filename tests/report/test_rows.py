"""The table of results: all at once or row by row, in the order of the files, with every column if names can fold."""

from __future__ import annotations

import pytest
from msgspec import structs
from rich.cells import cell_len

from tests.report.made_up_runs import ALL, CONTROL, FALSE, GOOD, SURVIVOR, WEAK, record
from wnverify.evidence import Event, Record
from wnverify.report.rows import Rows, tables


def names(lines) -> list[str]:
    return [line.plain.split()[0] for line in lines if line.plain.startswith("  ") and "no room" not in line.plain]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_rows_come_in_order_as_soon_as_those_before_are_there(width: int) -> None:
    rows = Rows(width, bars=True)
    for evidence in (GOOD, WEAK, FALSE):
        rows.note(Event("queued", evidence.id))
    rows.note(Event("unread", FALSE.id))
    rows.note(Event("done", WEAK.id, theorem=WEAK))
    assert rows.waiting() == []
    assert list(rows.lines()) == []
    (_, found, *_) = rows.waiting()
    assert "weak" in found.plain
    rows.note(Event("finished", GOOD.id, "sampled", seconds=3.0))
    rows.note(Event("done", GOOD.id, theorem=GOOD))
    lines = list(rows.lines())
    assert names(lines) == ["theorem", "good", "weak"]
    assert max(cell_len(line.plain) for line in lines) <= width
    assert any("3.0 s" in line.plain for line in lines) == (width > 60)
    assert rows.waiting() == []
    assert rows.rest(record(GOOD, WEAK)) == []


def test_what_is_left_comes_in_the_end_and_says_how_far_it_got() -> None:
    rows = Rows(100, bars=False)
    rows.note(Event("queued", GOOD.id, label="control"))
    rows.note(Event("queued", CONTROL.id))
    lines = rows.rest(record(GOOD, CONTROL, interrupted=True))
    assert [line.plain for line in lines if line.style == "bold"] == ["paper", "controls"]
    assert "… 2 of 7 checks" in lines[2].plain

    plain = Rows(100, bars=False)
    for evidence in (GOOD, WEAK):
        plain.note(Event("queued", evidence.id))
    short = structs.replace(WEAK, planned=[check.check for check in WEAK.checks])
    _, _, cut, whole = plain.rest(record(GOOD, short, interrupted=True))
    assert cut.plain.index("0.9731") + len("0.9731") == whole.plain.index("0.5") + len("0.5")


def test_a_name_folds_before_a_column_goes() -> None:
    long = structs.replace(GOOD, id="paper/a_name_that_is_quite_long_for_a_narrow_page")
    lines = [line.plain for line in tables(record(long), 80)]
    assert "no room for" not in "".join(lines)
    assert "instances" in lines[1]
    assert len(lines) > 3
    assert "".join(line[2:].split("  ")[0].strip() for line in lines[2:]) == long.id.removeprefix("paper/")
    assert all(len(line) <= 80 for line in lines)


def test_the_worst_come_first_and_controls_last() -> None:
    found = tables(record(CONTROL, GOOD, WEAK, FALSE, SURVIVOR), 100, worst_first=True)
    expected = ["paper/false", "paper/weak", "controls/true_after_all", "paper/good", "controls/wrong"]
    assert names(found)[1:] == expected
    assert tables(Record(4, "", {}, 0, "", []), 80, worst_first=True) == []
    assert len(ALL.theorems) + 1 == len(tables(ALL, 200, worst_first=True))
