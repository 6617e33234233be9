"""The slack of a theorem is told when it is the only one, and only of places at which something was refuted."""

from __future__ import annotations

from functools import partial

from tests.report.made_up_runs import check, record, theorem
from wnverify.evidence import Item, Kind, Place
from wnverify.report.terminal import render

place = partial(Place, "right side")
NEEDED, FACTOR = "shifted by +0.1 is refuted", "times 0.8 survives, times 0.4 is refuted"
ITEMS = [
    Item("exponent of omega**(-2)", Kind.NEEDED, "HELD", NEEDED, place=place("exponent", above=0.1)),
    Item("constant 3", Kind.SLACK, "HELD", FACTOR, place=place("constant", below=0.4)),
    Item("constant 4", Kind.SLACK, "HELD", "no factor from 0 to 1e+06 is refuted", place=place("constant")),
]
EVIDENCE = theorem("paper/one", check("sampled"), check("sharpness", items=ITEMS))


def test_a_single_theorem_is_shown_with_its_slack() -> None:
    text = " ".join(render(record(EVIDENCE)).split())
    assert "reason of sharpness" in text
    assert "needed exponent of ω^(-2): shifted by +0.1 is refuted" in text
    assert "slack constant 3: times 0.8 survives, times 0.4 is refuted" in text
    assert "constant 4" not in text
    assert "others 1, of which no change was refuted" in text


def test_among_several_theorems_there_is_only_the_table() -> None:
    assert "reason of sharpness" not in render(record(EVIDENCE, theorem("paper/two", check("sampled"))))


def test_the_slack_of_a_false_bound_is_not_told() -> None:
    broken = theorem("paper/one", check("sampled", "REFUTED"), check("sharpness", items=ITEMS))
    assert "reason of sharpness" not in render(record(broken))
