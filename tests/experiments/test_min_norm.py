"""The experiment on the minimum weight norm: both halves of the truth, and no certificate is crossed."""

from dataclasses import replace

import pytest

from wnverify.experiments import min_norm
from wnverify.experiments.min_norm_rows import DESCENT, GAUGE, Point, measure

NORMS = (0.1, 0.3, 1.0, 10.0, 300.0)


@pytest.fixture(scope="module")
def rows():
    gauge = [Point(GAUGE, labels, norm, 0.0, 1) for labels in ("far", "near") for norm in NORMS]
    descents = [Point(DESCENT, "far", norm, step, 220) for step in (0.0, 0.5) for norm in (1.0, 10.0, 30.0)]
    return [row for point in [*gauge, *descents] for row in measure(point, 0)]


def gauge(rows, labels):
    return [row for row in rows if (row.kind, row.labels) == (GAUGE, labels)]


def test_no_certificate_is_crossed(rows):
    assert all(row.crossed == 0 for row in rows)
    assert all(row.certified <= row.measured for row in rows if row.certified is not None)
    assert any(row.certified is not None and row.kind == DESCENT for row in rows)


def test_the_ratio_falls_along_the_gauge_as_the_identity_says(rows):
    for labels in ("far", "near"):
        own = gauge(rows, labels)
        unit = next(row for row in own if row.start == 1.0)
        assert {round(row.loss, 12) for row in own} == {round(unit.loss, 12)}
        for row in own:
            assert row.ratio == pytest.approx(unit.ratio_v + unit.ratio_w / row.start**2, rel=1e-10)


def test_both_halves_of_the_truth(rows):
    far, near = gauge(rows, "far"), gauge(rows, "near")
    assert [row.alpha for row in far] == sorted(row.alpha for row in far)
    assert far[0].alpha < 0 < far[-1].alpha
    assert near[-1].alpha < near[0].alpha
    assert near[-1].certified < near[1].certified
    assert near[-1].measured < near[1].measured
    said = "\n".join(min_norm.tell(rows).findings)
    assert "eases the condition, as the paper says" in said
    assert "the paper's sentence does not hold" in said


def test_longer_rows_make_descent_slower(rows):
    ends = [row for row in min_norm._ends(rows) if row.step == 0.5]
    took = [row.reached for row in ends]
    assert None not in took
    assert took == sorted(took)
    assert "longer rows make it slower" in min_norm.tell(rows).findings[-1]
    assert all(row.omega >= row.start * (1 - 1e-12) for row in rows)


def test_a_crossed_bound_would_be_said(rows):
    said = min_norm.tell([replace(rows[0], crossed=3), *rows[1:]]).findings
    assert said[0].startswith("A BOUND IS CROSSED: 3 steps")


def test_every_plot_is_drawn(rows):
    pictures = min_norm.draw(rows)
    assert len({picture.name for picture in pictures}) == len(pictures) == 6
    assert all("𝓛" not in picture.svg.split("</desc>")[1] for picture in pictures)
