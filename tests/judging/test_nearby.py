"""Nearby: what an instance that meets its hypotheses up to rounding proves, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from sympy import Rational, sqrt

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.families.networks.regression import REGRESSION, loss
from wnverify.families.networks.weight_norm import (
    WEIGHT_NORM,
    direction_norm,
    gradient_norm,
    hessian_norm,
    hidden_gradient_norm,
    input_norm,
    m,
    omega,
    output_abs,
    rho,
)
from wnverify.judging.certificate import Standing, certify
from wnverify.judging.judge import Judge
from wnverify.judging.nearby import settled
from wnverify.judging.opinion import opinion


def network(rows=((-0.6, -0.8),), v=(1.0,), x=(0.6, 0.8), activation: str = "tanh") -> Batch:
    arrays = {"W1": np.array(rows)[:, :, None], "v": np.array(v)[:, None], "x": np.array(x)[:, None]}
    shape = {"L": 1, "m": len(v), "d": len(x)}
    return Batch("weight_norm", shape, {"activation": activation, "scaling": "fan_out"}, arrays)


def found(claim: Claim, batch: Batch):
    judge = Judge(claim, WEIGHT_NORM)
    return settled(judge, batch, certify(judge, batch))


def measured(name: str, batch: Batch) -> sympy.Float:
    return sympy.Float(float(WEIGHT_NORM.quantities[name].route.measure(batch)[0]), 20)


SPHERE = {"on the sphere": (input_norm, "=", 1)}
PAIR = {"rows": ((0.6, 0.8), (0.6, -0.8)), "v": (1.3, 2.1)}


@pytest.mark.parametrize(
    "given",
    [
        SPHERE,
        {"difference": (input_norm - 1, "=", 0)},
        {"huge": (10**12 * (input_norm - 1), "=", 0)},
        {**SPHERE, "in the ball": (input_norm, "<=", 1)},
        {**SPHERE, "rescaled": (sqrt(m) * input_norm, ">=", sqrt(m)), "row": (omega, "=", 1)},
    ],
    ids=str,
)
@pytest.mark.parametrize("share", [Rational(1, 36), 1 - Rational(1, 10**8), 1 - Rational(1, 10**15)])
def test_a_claim_broken_by_a_hair_is_broken_where_the_hypothesis_is_exact(given, share) -> None:
    """(0.6, 0.8) has norm 1 but for 2e-17; balls follow the claim onto the sphere."""
    batch = network()
    value = certify(Judge(Claim(gradient_norm, "<=", 1), WEIGHT_NORM), batch).main.lhs.lower
    claim = Claim(gradient_norm, "<=", sympy.Float(value, 20) * share, given=given)
    plain = certify(Judge(claim, WEIGHT_NORM), batch)
    assert not plain.refutes
    assert "holds up to rounding only" in plain.obstacle
    near = found(claim, batch)
    assert near.refutes
    assert {sides.standing for sides in near.given.values()} <= {Standing.CERTAIN, Standing.NEARBY}
    assert opinion(Judge(claim, WEIGHT_NORM), batch).refutes


@pytest.mark.parametrize(
    ("claim", "batch"),
    [
        (Claim(1 - input_norm, "<=", 0, given=SPHERE), network(x=(0.6, 0.8 * (1 - 1e-15)))),
        (Claim(1 - input_norm, "<=", 0, given={"out": (input_norm, ">=", 1)}), network(x=(0.6, 0.8 * (1 - 1e-15)))),
        (Claim(sympy.Max(1 - input_norm, 0), "<=", 0, given=SPHERE), network(x=(0.6, 0.8 * (1 - 1e-15)))),
        (Claim(10**12 * (omega - 1), "<=", 0, given={"unit": (omega, "=", 1)}), network(rows=((0.6, 0.8 + 4e-16),))),
        (
            Claim(
                hidden_gradient_norm, "<=", gradient_norm / 10**7,
                given={"no hidden part": (gradient_norm, "=", output_abs / (1 + rho))},
            ),
            network(rows=((0.6, 0.8 * (1 + 1e-6)),)),
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_a_hypothesis_forces_is_refuted_by_no_rounding(claim: Claim, batch: Batch) -> None:
    judgement = Judge(claim, WEIGHT_NORM)(batch)
    assert judgement.accepted.all()
    assert certify(Judge(claim, WEIGHT_NORM), batch).main.standing is Standing.BROKEN
    assert found(claim, batch) is None
    assert not opinion(Judge(claim, WEIGHT_NORM), batch).refutes


def test_several_hypotheses_are_met_at_once() -> None:
    batch = network(**PAIR)
    given = {**SPHERE, "rows": (omega, "=", 1), "output": (rho, "=", sqrt(610) / 10 - 1)}
    assert found(Claim(gradient_norm, "<=", Rational(1, 36), given=given), batch).refutes


def test_a_hypothesis_about_directions_is_met_by_moving_single_entries() -> None:
    batch = network(**PAIR)
    given = {"directions": (direction_norm, "=", measured("direction_norm", batch))}
    assert found(Claim(hessian_norm, "<=", Rational(1, 36), given=given), batch).refutes


def test_a_hypothesis_that_is_certainly_broken_is_not_mended() -> None:
    given = {**SPHERE, "small": (rho, ">=", 1)}
    assert found(Claim(gradient_norm, "<=", Rational(1, 36), given=given), network()) is None


def test_a_problem_is_moved_as_a_network_is() -> None:
    situation = REGRESSION.situations()[0]
    batch = REGRESSION.draw(situation, "gaussian", 1, np.random.default_rng(0))
    length = REGRESSION.quantities["input_norm"]
    claim = Claim(loss, "<=", Rational(1, 10**9), given={"as drawn": (length, "=", sympy.Float(
        float(length.route.measure(batch)[0]) * (1 + 3e-14), 20))})  # fmt: skip
    judge = Judge(claim, REGRESSION)
    assert not certify(judge, batch).refutes
    assert opinion(judge, batch).refutes


# ---- without balls


@pytest.mark.parametrize(
    ("claim", "refuted"),
    [
        (Claim(output_abs, "<=", Rational(1, 9), given=SPHERE), True),
        (Claim(output_abs, "<=", Rational(1, 9), given={"in the ball": (input_norm, "<=", 1)}), True),
        (
            Claim(
                hidden_gradient_norm, "<=", gradient_norm / 10**7,
                given={"no hidden part": (gradient_norm, "=", output_abs / (1 + rho))},
            ),
            False,
        ),
        (
            Claim(
                hidden_gradient_norm, "<=", gradient_norm / 10**7,
                given={"no hidden part": (gradient_norm, "<=", output_abs / (1 + rho))},
            ),
            False,
        ),
    ],
    ids=str,
)  # fmt: skip
def test_in_floats_a_hypothesis_must_be_crossed_both_ways(claim: Claim, refuted: bool) -> None:
    batch = network(rows=((0.6, 0.8 * (1 + 1e-6)),), activation="relu")
    seen = opinion(Judge(claim, WEIGHT_NORM), batch)
    assert seen.ratio > 1 + 1e-3
    assert not seen.certified
    assert seen.refutes is refuted
    assert refuted or "holds up to rounding only" in seen.obstacle
