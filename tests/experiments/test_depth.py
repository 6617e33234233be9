"""The depth experiment: known suprema are reached and not passed, and the findings follow the numbers."""

from dataclasses import replace

import numpy as np
import pytest

from wnverify.experiments import depth, depth_report
from wnverify.experiments.depth_rows import ALONE, START, TRAINED, WORST, Point, Row, measure
from wnverify.experiments.kit.attained import Effort
from wnverify.experiments.kit.growth import factor, law

QUICK = Effort(starts=6, steps=60, restarts=1)


def row(kind, normalised, activation, L, width=3, *, norm=1.0, effort=QUICK):
    (found,) = measure(Point(kind, normalised, norm, activation, L, width, effort), 0)
    return found


def test_the_known_suprema_are_reached_and_not_passed():
    for L in (1, 2, 4):
        found = row(WORST, True, "identity", L)
        supremum = 1.0 if L == 1 else 2 - 1 / 3
        assert supremum - 1e-3 < found.gradient <= supremum + 1e-9
        assert 0.5 < found.hessian <= found.free <= found.explicit


def test_one_layer_is_the_closed_form():
    found = row(WORST, True, "identity", 1, 2, effort=Effort(8, 150, 2))
    assert found.hessian == pytest.approx(4 / np.sqrt(7), rel=1e-4)


def test_random_starts_alone_come_near():
    found = row(ALONE, True, "identity", 2, 4, effort=Effort(12, 200, 2))
    assert 2 - 1 / 4 - 1e-3 < found.gradient <= 2 - 1 / 4 + 1e-9
    assert found.hessian is None


def test_the_same_seed_gives_the_same_row():
    assert row(TRAINED, True, "tanh", 2) == row(TRAINED, True, "tanh", 2)


def points(rows):
    return [(each.depth, each.hessian) for each in rows]


def test_plain_networks_grow_exponentially_and_normalised_ones_do_not():
    found = {
        normalised: [row(WORST, normalised, "identity", L, norm=2.0) for L in (1, 2, 4, 6)]
        for normalised in (True, False)
    }
    assert "hardly changes" in law(points(found[True]))
    assert "grows exponentially" in law(points(found[False]))
    assert factor(points(found[False])) > 2.0
    assert all(each.free is None for each in found[False])


@pytest.mark.parametrize("kind", [START, TRAINED])
def test_no_bound_is_crossed_at_the_start_and_in_training(kind):
    found = row(kind, True, "tanh", 3, norm=0.7)
    assert 0 < found.hessian <= found.free <= found.explicit


def test_findings_follow_the_numbers():
    made = [Row(WORST, normalised, 2.0, "tanh", L, 4, hessian, 9.0, 10.0, 8.0, 1.0, 7)
            for normalised, every in ((True, (1.0, 1.0, 1.01, 1.02)), (False, (1.0, 3.0, 9.0, 27.0)))
            for L, hessian in enumerate(every, 1)]  # fmt: skip
    plain = [replace(each, free=None, explicit=None, rate=None) for each in made if not each.normalised]
    said = "\n".join(depth_report.tell([*made[:4], *plain]).findings)
    assert "No bound is crossed: at all 4 points" in said
    assert "×3 a layer) without normalization, and hardly changes (×1.01 a layer) with it" in said
    crossed = depth_report.tell([replace(made[0], hessian=9.5)]).findings
    assert crossed[0].startswith("A BOUND IS CROSSED at 1 points")
    assert "rate with constant 1 is crossed at 1 points" in crossed[1]


def test_quick_points_are_among_few_depths():
    assert {point.depth for point in depth.points(True) if point.kind != ALONE} < set(range(1, 13))
    assert len(depth.points(True)) < len(depth.points(False))
