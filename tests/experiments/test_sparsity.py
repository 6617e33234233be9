"""The experiment on sparsity: no bound is crossed, exponents are as claimed, and the findings say what fails too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from wnverify.experiments import sparsity, sparsity_report
from wnverify.experiments.kit.measured import Measured, certified, crossed, of
from wnverify.experiments.kit.powers import exponent
from wnverify.experiments.sparsity_nodes import COUNT, EWN, KINDS, LOSER, PLAIN, RATE, SWN, TWO, XOR
from wnverify.experiments.sparsity_recovery import EXCESS, LOSS, METHODS, PROBLEM, RATES, RHO, TIME
from wnverify.experiments.sparsity_report import ROOM, claimed, fitted, left, middle, tell
from wnverify.experiments.sparsity_rows import LIMITS, Point, measure

FAST, SLOW = "η = 100/Q", "η = 1/Q"


@pytest.fixture(scope="module")
def rows() -> list[Measured]:
    points = [Point(PROBLEM, LIMITS, 1), *(Point(PROBLEM, method, 0, 0.5) for method in (PLAIN, FAST))]
    points += [Point(XOR, method, 0) for method in KINDS]
    points += [Point(TWO, method, 0) for method in (EWN, PLAIN)]
    return [row for point in points for row in measure(point, 0)]


def test_no_bound_is_crossed(rows: Sequence[Measured]) -> None:
    assert crossed(rows, ROOM) == 0
    for kind in (EXCESS, LOSS, RATE, LOSER):
        assert certified(of(rows, kind))
    said = tell(rows).findings[0]
    assert said.startswith("No bound is crossed at any of")
    lost = [replace(row, value=2 * (row.high or 0.0)) if row.kind == LOSS else row for row in rows]
    assert tell(lost).findings[0].startswith(f"A BOUND IS CROSSED at {len(certified(of(rows, LOSS)))} of")


def test_rho_says_which_flow_ends_with_the_smaller_norm(rows: Sequence[Measured]) -> None:
    norms = {(row.method, row.scale): row.value or 0.0 for row in of(rows, EXCESS)}
    scales = [row for row in of(rows, RHO) if row.method != PLAIN]
    assert len(scales) == len(RATES) * len({row.scale for row in scales})
    for row in scales:
        gap = norms[row.method, row.scale] - norms[PLAIN, row.scale]
        assert (row.value or 0.0) * gap >= 0 or abs(gap) < 1e-9
    assert {np.sign(row.value or 0.0) for row in scales} == {-1.0, 1.0}


def test_the_bias_persists_for_large_rates_and_not_beyond_the_solution(rows: Sequence[Measured]) -> None:
    fast, slow, plain = (middle(rows, sparsity_report.ERROR, method, 0.5) for method in (FAST, SLOW, PLAIN))
    assert fast is not None
    assert slow is not None
    assert plain is not None
    assert fast < 0.1 * plain
    assert slow > 0.5 * plain
    large, _, beyond, rho, times = tell(rows).findings[1:6]
    assert f"is supported for {FAST}" in large
    assert "NOT SUPPORTED for" in large
    assert "NOT SUPPORTED beyond r_0² = Q" in beyond
    assert "never worse than the plain flow is NOT SUPPORTED" in rho
    assert f"from the large start for {FAST}" in times
    assert all(row.value for row in of(rows, TIME))


@pytest.mark.parametrize("problem", [XOR, TWO])
def test_the_claimed_exponents_lie_within_their_intervals(rows: Sequence[Measured], problem: str) -> None:
    for method in (EWN, PLAIN) if problem == TWO else KINDS:
        found = fitted(rows, problem, method)
        assert found is not None
        assert found.holds(-claimed(problem, method)), (method, str(found))
        assert found.half < 0.3
    assert not fitted(rows, problem, EWN).holds(-claimed(problem, PLAIN))  # type: ignore[union-attr]


def test_ewn_leaves_fewer_nodes(rows: Sequence[Measured]) -> None:
    (ewn,), (swn,), (plain,) = (left(rows, XOR, method) for method in (EWN, SWN, PLAIN))
    assert 4.0 <= ewn < 4.1 < min(swn, plain)
    assert "That EWN prefers relative sparsity is supported on XOR." in "\n".join(tell(rows).findings)
    flat = [replace(row, value=4.0) if row.kind == COUNT else row for row in rows]
    assert "NOT SUPPORTED on XOR." in "\n".join(tell(flat).findings)


def test_of_two_weights_the_weaker_one_reaches_its_limit(rows: Sequence[Measured]) -> None:
    last = of(rows, LOSER)[-1]
    assert last.value == pytest.approx(last.high, rel=1e-3)
    assert last.x > 1e3


def test_a_wrong_exponent_would_be_said(rows: Sequence[Measured]) -> None:
    bent = [
        replace(row, value=(row.value or 0.0) * max(row.x, 1.0) ** 0.5) if row.kind == RATE else row for row in rows
    ]
    assert "DOES NOT in" in "\n".join(tell(bent).findings)
    assert exponent([[(1.0, 1.0), (2.0, 2.0)]]) is None


def test_every_plot_is_drawn(rows: Sequence[Measured]) -> None:
    pictures = sparsity.draw(rows)
    assert len({picture.name for picture in pictures}) == len(pictures) == 9
    assert all("𝓛" not in picture.svg.split("</desc>")[1] for picture in pictures)
    assert {point.problem for point in sparsity.points(True)} == {point.problem for point in sparsity.points(False)}
    assert len(sparsity.points(True)) < len(sparsity.points(False))
    assert set(METHODS) == {PLAIN, *RATES}
