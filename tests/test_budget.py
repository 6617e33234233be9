"""Budgets: rounds are counted; seconds end them by the clock, which is made up here."""

import pytest

from wnverify import budget
from wnverify.budget import BUDGETS, parse_budget
from wnverify.errors import UsageError


@pytest.mark.parametrize("name", BUDGETS)
def test_a_named_budget_ends_by_rounds_whatever_the_clock_says(name, monkeypatch):
    monkeypatch.setattr(budget.time, "monotonic", lambda: 1e300)
    assert list(parse_budget(name).pace()) == list(range(BUDGETS[name].rounds))


def test_seconds_end_the_rounds_but_never_the_first(monkeypatch):
    for now, rounds in (([0.0, 1.0, 2.0, 3.5], 3), ([0.0, 99.0], 1)):
        monkeypatch.setattr(budget.time, "monotonic", iter(now).__next__)
        assert len(list(parse_budget("3s").pace())) == rounds


def test_seconds_are_shared_by_tasks_over_processes_and_rounds_are_not():
    assert parse_budget("30s").shared(tasks=6, jobs=2).seconds == 10
    assert parse_budget("30s").shared(tasks=0, jobs=2).seconds == 60
    assert parse_budget("quick").shared(tasks=6, jobs=2) == BUDGETS["quick"]


@pytest.mark.parametrize("text", ["", "soon", "-1s", "0s", "1e3s", "30", "30 s", "9999999s", "300h", "0r", "1.5r"])
def test_anything_else_is_refused(text):
    with pytest.raises(UsageError, match="a budget: quick, standard, deep, a time such as 30s, 5m or 2h"):
        parse_budget(text)
