"""The experiment on samples: the complexity falls as 1/√n, and the findings say where the gap does and where not."""

from dataclasses import replace

import pytest

from wnverify.experiments import samples
from wnverify.experiments.gap_rows import Point, measure

SIZES, DRAWS = (6, 12, 24), 3


@pytest.fixture(scope="module")
def rows(few_pictures):
    points = [Point(*few_pictures, 90, 4.0, 0.0, 4, n, draw, 40) for n in SIZES for draw in range(DRAWS)]
    return [row for point in points for row in measure(point, 0)]


def with_gap(rows, power):
    return [replace(row, gap=row.samples**power * (1 + 0.05 * row.draw)) for row in rows]


def test_the_complexity_falls_as_the_bound_does(rows):
    power = samples.exponent(rows, "rademacher")
    assert abs(power.value + 0.5) < 0.06
    assert power.low <= power.value <= power.high
    assert samples.tell(rows).findings[0].startswith("No bound is crossed")
    assert all(row.worst <= row.odd and row.rest == 90 - row.samples for row in rows)


@pytest.mark.parametrize(
    ("power", "words"),
    [(-0.5, "this supports the paper's rate"), (-1.0, "do better than the paper's 1/√n"), (-0.2, "MORE SLOWLY")],
)
def test_findings_follow_the_numbers(rows, power, words):
    made = with_gap(rows, power)
    found = samples.exponent(made, "gap")
    assert found.holds(found.value)
    assert abs(found.value - power) < 0.02
    assert words in "\n".join(samples.tell(made).findings)


def test_a_gap_that_may_be_none_is_said_so(rows):
    made = [replace(row, gap=0.01 * (row.draw - 1)) if row.samples == 24 else row for row in rows]
    assert "not to be told from 0" in "\n".join(samples.tell(made).findings)


def test_every_plot_is_drawn_with_its_bounds(rows):
    pictures = samples.draw(rows)
    assert [each.name for each in pictures] == ["samples-gap", "samples-rademacher"]
    assert all("the paper's bound" in each.svg and "C·n^−0.5" in each.svg for each in pictures[1:])
    assert "bound for odd φ" in pictures[0].svg
