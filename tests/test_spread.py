"""What all searches of a theorem found together, and the powers that are fitted to it; the numbers are made up."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.report.made_up_runs import check, theorem
from wnverify.spread import by_size, efforts, histogram, scalings

POWERS = [(1, 1.0), (4, 0.5), (16, 0.25)]


def test_the_checks_add_up() -> None:
    one = check("sampled", random=[1, 2], by_size={"m": [(1, 0.2), (4, "inf")]}, effort=[(3, 0.1), (1000, 0.2)])
    two = check("adversarial", searched=[5, 0], by_size={"m": [(1, 0.3)], "d": [(2, 0.3)]}, effort=[(9, 0.3)])
    assert histogram([one, two, two]) == ([1, 2], [10, 0])
    assert by_size([one, two]) == {"m": [(1, 0.3), (4, "inf")], "d": [(2, 0.3)]}
    assert efforts([one, two]) == {"sampled": [(3, 0.1), (1000, 0.2)], "adversarial": [(9, 0.3), (1000, 0.3)]}


def test_a_power_is_that_of_the_bound_and_what_the_ratio_adds() -> None:
    searched = check("sampled", by_size={"m": POWERS, "d": POWERS[:2], "n": POWERS[:1]})
    known = check("sharpness", powers={"m": -0.5, "d": 2.0, "n": 1.0, "L": 1.0})
    evidence = theorem("a/b", searched, known)
    first, second = scalings(evidence)
    assert (first.symbol, first.claimed, first.points) == ("m", -0.5, [(1, 1.0), (4, 0.25), (16, 0.0625)])
    assert (first.fitted, first.low, first.high) == pytest.approx((-1.0, -1.0, -1.0))
    assert (second.symbol, second.fitted, second.low, second.high) == ("d", pytest.approx(1.5), None, None)
    lower = structs.replace(evidence, claim=structs.replace(evidence.claim, relation=">="))
    assert scalings(lower)[0].fitted == pytest.approx(0.0)
    assert scalings(lower)[0].points[1] == (4, pytest.approx(1.0))
    assert scalings(structs.replace(evidence, claim=structs.replace(evidence.claim, probability="1/2"))) == []


def test_the_interval_of_a_power_is_that_of_least_squares() -> None:
    points = [(1, 1.0), (2, 0.8), (4, 0.4), (8, 0.3)]
    found = scalings(theorem("a/b", check("sampled", by_size={"m": points}, powers={"m": 0.0})))[0]
    # by scipy.stats.linregress of the logarithms: slope −0.62109, its standard error 0.09052; t = 4.303
    assert (found.fitted, found.high) == pytest.approx((-0.62109, -0.62109 + 4.303 * 0.09052), abs=1e-4)
