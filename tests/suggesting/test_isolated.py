"""Krawczyk's test proves a maximum where there is one, and nothing beside it or at a saddle."""

from dataclasses import replace

import numpy as np
from flint import arb, ctx

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free
from wnverify.judging.judge import Judge
from wnverify.suggesting.chart import Look, chart
from wnverify.suggesting.isolated import Problem, strict_maximum

NET = architecture(
    "suggested_product",
    lambda xp, theta, x: theta.w[0] * theta.w[1] * theta.w[2] * x[0],
    theta={"w": free("k")},
    x=ball("d"),
    sizes=[{"k": 3, "d": 1}],
)
norm_w, input_norm, output = NET.symbols("norm_w input_norm output_abs")
JUDGE = Judge(Claim(output, "<=", norm_w**3 * input_norm), NET)


def problem_at(w: list[float]) -> Problem:
    """|w₁w₂w₃| over ‖w‖³, largest where all are equal: then it is 3^(−3/2)."""
    batch = Batch(NET.name, {"k": 3, "d": 1}, {}, {"w": np.array(w)[:, None], "x": np.ones((1, 1))})
    found = Problem.of(JUDGE, chart(Look(JUDGE, batch), batch))
    assert found is not None
    return found


def test_a_maximum_is_proved() -> None:
    with ctx.workprec(160):
        problem = problem_at([1.0, 1.0, 1.0])
        point = [arb(float(each)) for each in problem.chart.start]
        gap = strict_maximum(problem, point, np.eye(len(point)))
    assert gap is not None
    assert gap < 1e-25


def test_beside_the_maximum_nothing_is_proved() -> None:
    with ctx.workprec(160):
        problem = problem_at([1.0, 1.0, 1.01])
        point = [arb(float(each)) for each in problem.chart.start]
        assert strict_maximum(problem, point, np.eye(len(point))) is None


def test_a_claim_in_other_units_is_not_taken_up() -> None:
    problem = problem_at([1.0, 1.0, 1.0])
    assert Problem.of(Judge(Claim(output, "<=", 1 + norm_w), NET), problem.chart) is None
    assert Problem.of(JUDGE, replace(problem.chart, loose=False)) is None
