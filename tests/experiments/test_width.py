"""The experiment on width: no bound is crossed, and the findings follow the numbers, for the paper and against it."""

from dataclasses import replace

import numpy as np
import pytest

from wnverify.errors import RecordError
from wnverify.experiments import width
from wnverify.experiments.gap_rows import Point, bent, by_complexity, explicit, measure, odd

WIDTHS, DRAWS = (3, 24), 3


@pytest.fixture(scope="module")
def rows(few_pictures):
    points = [
        Point(*few_pictures, 90, *kind, m, 12, draw, 80)
        for m in WIDTHS
        for kind in ((4.0, 0.0), (32.0, 0.9))
        for draw in range(DRAWS)
    ]
    return [row for point in points for row in measure(point, 0)]


def test_no_bound_is_crossed(rows):
    for row in rows:
        assert row.gap == pytest.approx(row.test - row.training, abs=1e-12)
        assert max(row.gap, row.linear) <= row.worst * (1 + 1e-6) <= row.odd < row.explicit
        assert 0.4 * odd(12, row.radius) < row.rademacher <= odd(12, row.radius)
        assert row.output <= row.radius * (1 + 1e-12)
        assert row.odd == by_complexity(odd(12, row.radius), 12, row.radius)
    assert width.tell(rows).findings[0].startswith("No bound is crossed")


def test_wide_networks_come_near_linear_predictors(rows):
    narrow, wide = ([row for row in rows if row.width == m and not row.goal] for m in WIDTHS)
    for one, two in zip(narrow, wide, strict=True):
        assert two.bent < one.bent < 1e-3
        assert one.worst < two.worst <= two.widest * (1 + 1e-9)
        assert abs(two.gap - two.linear) < 0.05
        assert one.rademacher < two.rademacher


def test_runs_with_a_goal_reach_it(rows):
    own = [row for row in rows if row.goal]
    assert all(row.done and row.training <= row.goal for row in own)


def test_findings_follow_the_numbers(rows):
    flat = [replace(row, gap=0.1 + 1e-3 * row.draw) for row in rows]
    said = "\n".join(width.tell(flat).findings)
    assert "NOT support" not in said
    assert said.count("supports the paper's sentence") == 2
    rising = [replace(row, gap=0.1 * np.log2(row.width) + 1e-3 * row.draw) for row in rows]
    assert "more over all widths: the gap does depend on the width" in "\n".join(width.tell(rising).findings)
    crossed = width.tell([replace(rows[0], gap=1e3), *rows[1:]]).findings
    assert crossed[0].startswith("A BOUND IS CROSSED at 1 of 12 networks")
    assert "ABOVE M = 25" in said


def test_every_plot_is_drawn_with_its_bounds(rows):
    pictures = width.draw(rows)
    assert [each.name for each in pictures] == ["width-gap", "width-goal", "width-rademacher"]
    assert all("the paper's bound" in each.svg and "bound for odd φ" in each.svg for each in pictures)


def test_a_sample_leaves_some_pictures_for_the_test(few_pictures):
    with pytest.raises(RecordError, match="more than 90 pictures"):
        measure(Point(*few_pictures, 90, 4.0, 0.0, 2, 90, 0, 1), 0)


def test_bounds_are_those_of_the_theorems():
    assert odd(100, 4.0) == pytest.approx(0.4)
    assert explicit(100, 4.0) == pytest.approx(0.4 * (np.sqrt(4 * np.log(2)) + 1))
    assert by_complexity(0.4, 100, 4.0) == pytest.approx(2 * 10 * 0.4 + 75 * np.sqrt(np.log(40) / 200))
    assert bent(np.ones((1, 4)), np.array([1.0, -1.0, 1.0, -1.0])) == pytest.approx(1.0)
