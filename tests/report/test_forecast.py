"""How long a run still takes: learnt from costs and from its speed, on a clock of the test's own."""

from __future__ import annotations

import pytest

from wnverify.budget import parse_budget
from wnverify.evidence import Event
from wnverify.report.forecast import WEIGHT, Forecast

COSTS = {"sampled": 10.0, "mutants": 30.0}


def forecast(budget: str = "quick", **more: float) -> Forecast:
    """Of two theorems, one read, and two processes; it began at 0."""
    found = Forecast(parse_budget(budget), 2, 0.0, **more)
    found.note(Event("queued", "a/read"), 0.0)
    found.note(Event("queued", "a/unread"), 0.0)
    found.note(Event("planned", "a/read", checks=2, costs=COSTS), 0.0)
    return found


def test_nothing_is_said_before_anything_is_known() -> None:
    found = Forecast(parse_budget("quick"), 2, 0.0)
    found.note(Event("queued", "a/unread"), 0.0)
    assert (found.left(0.0), found.share(0.0)) == (None, 0.0)


def test_a_theorem_that_nobody_read_costs_as_much_as_others_or_as_before() -> None:
    assert forecast().left(0.0) == 40.0
    found = forecast()
    found.note(Event("queued", "a/known", costs={"sampled": 100.0}), 0.0)
    assert found.left(0.0) == (40.0 + 70.0 + 100.0) / 2


def test_the_speed_is_learnt_and_a_check_under_way_counts_in_part() -> None:
    found = forecast()
    found.note(Event("started", "a/read", "sampled"), 0.0)
    assert found.left(4.0) == pytest.approx((40 + 40 - 4) / 2 * (4 + WEIGHT) / WEIGHT)
    found.note(Event("finished", "a/read", "sampled", seconds=99.0), 10.0)
    speed = (10 + 2 * WEIGHT) / (10 + WEIGHT)
    assert found.left(10.0) == pytest.approx(70 / speed)
    assert found.share(10.0) == pytest.approx(10 / (10 + 70 / speed))


def test_what_was_kept_says_nothing_of_the_speed() -> None:
    found = forecast()
    found.note(Event("finished", "a/read", "sampled"), 0.0)
    assert found.left(0.0) == 35.0


def test_the_longest_check_is_not_shared() -> None:
    found = forecast()
    found.note(Event("planned", "a/unread", checks=1, costs={"sampled": 400.0}), 0.0)
    assert found.left(0.0) == 400.0


def test_a_time_or_rounds_or_a_limit_end_a_run() -> None:
    assert forecast("1m").left(20.0) == 40.0
    assert forecast("1m").left(70.0) == 0.0
    assert forecast(limit=15.0).left(5.0) == 10.0
    found = forecast("12r")
    found.note(Event("started", "a/read", "sampled"), 2.0)
    found.note(Event("rounds", "", checks=3), 8.0)
    assert found.left(8.0) == 18.0
