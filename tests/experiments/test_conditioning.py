"""The experiment on conditioning: certificates hold, both regimes show, and what α ≠ 1 does not improve is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from wnverify.experiments import conditioning
from wnverify.experiments.conditioning_report import ROOM, tell
from wnverify.experiments.conditioning_rows import (
    ASKED,
    BEST,
    DESCENT,
    FLOW,
    FLOW_G,
    FLOW_V,
    NORMAL,
    ORTHONORMAL,
    PATH,
    PLAIN,
    RANDOM,
    SWEEP,
    WIDTH,
    WIDTHS,
    Point,
    measure,
)
from wnverify.experiments.kit.measured import Measured, certified, crossed, medians, of

ALPHAS = (0.125, 0.25, 1.0, 2.0, 8.0)


@pytest.fixture(scope="module")
def rows() -> list[Measured]:
    points = [Point(SWEEP, problem, alpha, 512, 1) for problem in (RANDOM, ORTHONORMAL) for alpha in ALPHAS]
    points += [Point(WIDTHS, RANDOM, 0.25, width, 1) for width in (64, 512)]
    return [row for point in points for row in measure(point, 0)]


def rates(rows: Sequence[Measured], kind: str, method: str, field: str = "value") -> dict[float, float | None]:
    return dict(medians(of(rows, kind, problem=ORTHONORMAL, method=method), field))


def test_no_certificate_is_crossed(rows: Sequence[Measured]) -> None:
    assert crossed(rows, ROOM) == 0
    for kind in (FLOW, DESCENT, PATH, WIDTH):
        assert certified(of(rows, kind))
    assert tell(rows).findings[0].startswith("No bound is crossed at any of")
    lost = [replace(row, value=(row.low or 0.0) / 2) if row.kind == DESCENT else row for row in rows]
    assert tell(lost).findings[0].startswith("A BOUND IS CROSSED at")


def test_at_alpha_1_both_flows_begin_alike_and_below_it_normalization_takes_longer_steps(
    rows: Sequence[Measured],
) -> None:
    normal, plain = (rates(rows, FLOW, method) for method in (NORMAL, PLAIN))
    assert normal[1.0] == pytest.approx(plain[1.0], rel=0.02)
    assert normal[0.125] / normal[0.25] == pytest.approx(4.0, rel=0.05)  # type: ignore[operator]
    by_V, by_G = (rates(rows, kind, NORMAL, "low") for kind in (FLOW_V, FLOW_G))
    assert (by_V[0.125] or 0.0) > (by_G[0.125] or 0.0)
    assert (by_V[8.0] or 0.0) < (by_G[8.0] or 0.0)
    assert "the two regimes are supported" in "\n".join(tell(rows).findings)


def test_orthonormal_inputs_are_conditioned_best_without_normalization(rows: Sequence[Measured]) -> None:
    normal, plain = (rates(rows, BEST, method) for method in (NORMAL, PLAIN))
    assert max(normal, key=lambda alpha: normal[alpha] or 0.0) == 1.0
    assert normal[1.0] == pytest.approx(plain[1.0], rel=0.01)
    said = next(each for each in tell(rows).findings if "best constant step of each, on orthonormal" in each)
    assert "faster at no α" in said
    assert "NOT SUPPORTED here" in said


def test_the_width_that_is_asked_for_does_not_depend_on_the_width(rows: Sequence[Measured]) -> None:
    asked = [row.value or 0.0 for row in of(rows, ASKED)]
    assert min(asked) > 1e4
    assert np.isfinite(asked).all()
    assert "descent is certified for all draws from m = 512 on" in tell(rows).findings[-1]


def test_every_plot_is_drawn(rows: Sequence[Measured]) -> None:
    pictures = conditioning.draw(rows)
    assert len({picture.name for picture in pictures}) == len(pictures) == 8
    assert len(conditioning.points(True)) < len(conditioning.points(False))
