"""What somebody who watches a run is told, on a clock of the test's own."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from tests.report.made_up_runs import CONTROL, GOOD, check, worst
from wnverify.budget import parse_budget
from wnverify.evidence import Event
from wnverify.report.forecast import Forecast
from wnverify.report.progress import Watch, following

EVENTS = [
    Event("queued", "paper/good"),
    Event("queued", "controls/wrong"),
    Event("planned", "paper/good", checks=1, costs={"sampled": 60.0}),
    Event("planned", "controls/wrong", checks=1, costs={"sampled": 60.0}),
    Event("started", "paper/good", "sampled"),
    Event("finished", "paper/good", "sampled", check("sampled", worst=worst(0.9731)), 3.0),
    Event("done", "paper/good", theorem=GOOD),
]


def watch() -> Watch:
    return Watch(Forecast(parse_budget("quick"), 1, 0.0), clock=lambda: 0.0)


@pytest.mark.parametrize("width", [20, 57, 77, 137])
def test_a_line_says_how_far_it_is_and_what_fits(width: int) -> None:
    seen = watch()
    assert "reading the theorems"[:width] in seen.line(width)
    for event in EVENTS:
        seen.note(event)
        assert cell_len(seen.line(width)) <= width
    assert "1 of 2 theorems" in seen.line(width)
    assert ("about 10 s left" in seen.line(width)) == (width > 20)
    assert ("worst ratio 0.9731 at good" in seen.line(width)) == (width > 60)


def test_one_theorem_is_counted_in_checks() -> None:
    seen = watch()
    for event in (EVENTS[0], EVENTS[2], *EVENTS[4:6]):
        seen.note(event)
    assert "1 of 1 check" in seen.line(80)


def test_a_pipe_gets_a_line_a_theorem_with_the_verdict_of_the_table() -> None:
    out = io.StringIO()
    with following(Console(file=out, width=80), Forecast(parse_budget("quick"), 1, 0.0)) as follower:
        for event in EVENTS:
            follower.note(event)
        with follower.aside():
            follower.note(Event("done", "controls/wrong", theorem=CONTROL))
    first, second = out.getvalue().splitlines()
    assert first.startswith("[1/2] paper/good: held, worst ratio 0.9731, 1,000 instances, 3.0 s; ")
    assert first.endswith(" left")
    assert second == "[2/2] controls/wrong: refuted as planned, worst ratio 3, 1,000 instances, 0.0 s"


def test_a_terminal_gets_one_line_that_makes_room_and_is_gone_in_the_end() -> None:
    out = io.StringIO()
    terminal = Console(file=out, width=100, force_terminal=True, color_system=None, legacy_windows=False)
    waiting = [Text(f"row {place} waits") for place in range(99)]
    with following(terminal, Forecast(parse_budget("quick"), 1, 0.0), lambda: waiting) as follower:
        for event in EVENTS:
            follower.note(event)
        with follower.aside():
            out.write("<row>\n")
    drawn = out.getvalue()
    assert "row 98 waits" in drawn
    assert "row 9 waits" not in drawn, "there is no room for it"
    assert "1 of 2 theorems" in drawn
    assert "<row>\n" in drawn
    assert drawn.endswith("\x1b[2K")  # the line is erased
