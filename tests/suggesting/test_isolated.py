"""Krawczyk's test proves a maximum where there is one, and nothing beside it or at a saddle."""

from dataclasses import replace

import numpy as np
import pytest
from flint import arb, ctx

from wnverify.arithmetic import enclosing
from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks.weight_norm import WEIGHT_NORM
from wnverify.families.own.declare import architecture
from wnverify.families.own.kinds import ball, free
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.suggesting.chart import Chart, Look, Vector, chart
from wnverify.suggesting.isolated import Problem, strict_maximum
from wnverify.suggesting.networks import HESSIANS, SUMS, squared

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


@pytest.mark.parametrize(("scaling", "activation"), [("fan_in", "tanh"), ("fan_out", "sin")])
def test_gradients_written_out_are_those_that_are_measured(scaling: str, activation: str) -> None:
    where = Situation({"L": 2, "m": 3, "d": 2}, {"activation": activation, "scaling": scaling})
    one = WEIGHT_NORM.draw(where, "gaussian", 1, np.random.default_rng(0))
    row = Vector("W1", [2, 3], float(np.sum(one.arrays["W1"][1] ** 2)))
    for name in (*SUMS, *HESSIANS):
        claim, plain = Claim(WEIGHT_NORM.symbols(name), "<=", 1), Chart(one, [row], [("W2", 0)])
        problem = Problem.of(Judge(claim, WEIGHT_NORM), plain)
        assert problem is not None
        with ctx.workprec(160):
            point = problem.with_vector([arb(float(one.arrays["W2"][0, 0, 0]))])
            found = enclosing.value(problem.program, problem.chart.base, problem.arrays(point))
        measured = WEIGHT_NORM.quantities[name].route.measure(one)[0]
        assert abs(float(found.mid())) == pytest.approx(measured ** (2 if name in SUMS else 1), rel=1e-12), name
        assert problem.is_alone(point)
        assert float(found.rad()) < 1e-12


def test_an_eigenvalue_that_has_its_like_on_the_other_side_is_not_alone() -> None:
    where = Situation({"L": 1, "m": 1, "d": 2}, {"activation": "identity", "scaling": "fan_out"})
    arrays = {"W1": [[[0.0], [1.0]]], "v": [[1.0]], "x": [[1.0], [0.0]]}  # the row is across: −2ae + 0·e²
    one = WEIGHT_NORM.batch(where, {name: np.array(array) for name, array in arrays.items()})
    claim = Claim(WEIGHT_NORM.symbols("hidden_hessian_norm"), "<=", 1)
    with ctx.workprec(160):
        problem = Problem.of(Judge(claim, WEIGHT_NORM), Chart(one, [], []))
        assert problem is not None
        assert not problem.is_alone(problem.with_vector([]))


def test_a_unit_that_free_entries_move_is_not_taken_up() -> None:
    where = Situation({"L": 1, "m": 2, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})
    one = WEIGHT_NORM.draw(where, "gaussian", 1, np.random.default_rng(0))
    norm, omega, rho = WEIGHT_NORM.symbols("hidden_gradient_norm omega rho")
    rows, whole = [Vector("W1", [0, 1], 1), Vector("W1", [2, 3], 1)], Vector("v", [0, 1], 1)

    def taken(unit: object, *vectors: Vector) -> bool:
        return squared(Judge(Claim(norm, "<=", unit), WEIGHT_NORM), Chart(one, vectors, [("x", 0)])) is not None

    assert taken((1 + rho) / omega, *rows, whole)
    assert not taken((1 + rho) / omega, rows[0], whole)
    assert not taken((1 + rho) / omega, *rows)
    assert not taken(omega**0, Vector("W1", [0, 1, 2, 3], 1))
