"""The one rule: balls decide where there are any, floats beyond their rounding, estimates only where they may."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
import sympy

from tests.judging.test_plain import found, run
from wnverify import catalogue
from wnverify.batch import Batch
from wnverify.budget import parse_budget
from wnverify.checks import mutants
from wnverify.claim import Claim
from wnverify.families.least_squares.normalisation import Normalisation, w_norm
from wnverify.families.networks.rademacher import RADEMACHER, rademacher, rho
from wnverify.families.networks.regression import LIPSCHITZ, REGRESSION, loss
from wnverify.families.networks.training_run import TRAINING_RUN, growth_defect
from wnverify.families.networks.weight_norm import WEIGHT_NORM, gradient_norm, input_norm, output_abs
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import BALL_ROUTE, FLOAT_ROUTE, estimates, opinion, verdict
from wnverify.quantities import Quantity, Route, Side
from wnverify.verdict import Verdict

RELU = Situation({"L": 1, "m": 2, "d": 2}, {"activation": "relu", "scaling": "fan_out"})


def drawn(situation: Situation, seed: int = 0) -> Batch:
    return WEIGHT_NORM.draw(situation, "gaussian", 1, np.random.default_rng(seed))


def test_an_identity_is_confirmed_in_balls() -> None:
    judge = Judge(Claim(growth_defect, "=", 0, tolerance=1e-11), TRAINING_RUN)
    kept, broken = opinion(judge, run()), opinion(judge, run(decay=0.01))
    assert (kept.route, broken.route) == (BALL_ROUTE, BALL_ROUTE)
    assert not kept.refutes
    assert broken.refutes


def test_a_loss_is_confirmed_in_balls() -> None:
    batch = REGRESSION.draw(REGRESSION.situations()[0], "gaussian", 1, np.random.default_rng(0))
    seen = opinion(Judge(Claim(loss, "<=", 1e-6, given=LIPSCHITZ), REGRESSION), batch)
    assert seen.route == BALL_ROUTE
    assert seen.refutes


def test_mutants_of_loss_theorems_are_certified() -> None:
    entry = next(entry for entry in catalogue.catalogue() if entry.id == "banerjee2024/gd_descent")
    seen = mutants.check(catalogue.load(entry), parse_budget("quick"), np.random.default_rng(0))
    assert {item.verdict for item in seen.items} == {"REFUTED"}
    assert all(item.reason.endswith(BALL_ROUTE) for item in seen.items)


@pytest.mark.parametrize(("excess", "refutes"), [(1e-7, True), (3e-9, False), (-1e-7, False)])
def test_without_balls_a_violation_must_be_larger_than_the_routes_ever_differ(excess: float, refutes: bool) -> None:
    batch = drawn(RELU)
    value = float(Judge(Claim(output_abs, "<=", 1), WEIGHT_NORM)(batch).lhs[0])
    seen = opinion(Judge(Claim(output_abs, "<=", value / (1 + excess)), WEIGHT_NORM), batch)
    assert (seen.route, seen.certified) == (FLOAT_ROUTE, False)
    assert seen.refutes is refutes
    assert seen.holds is (excess < 0)


class Unbounded(type(WEIGHT_NORM)):
    """Networks whose balls enclose everything."""

    def enclosures(self, batch, names):
        from flint import arb

        return {name: arb(0, arb.pos_inf()) for name in names}


def test_where_balls_cannot_tell_floats_refute_nothing() -> None:
    seen = opinion(Judge(Claim(output_abs, "<=", 1e-9), Unbounded()), drawn(RELU))
    assert (seen.route, seen.refutes, seen.certified) == (FLOAT_ROUTE, False, True)
    assert seen.ratio > 1e3
    assert seen.obstacle == "the enclosures are too wide to tell"


@pytest.mark.parametrize(
    ("closed", "second", "certified", "expected"),
    [
        (2.0, 2.0, True, Verdict.REFUTED),
        (2.0, 2.0, False, Verdict.REFUTED),
        (2.0, 0.5, False, Verdict.UNDECIDED),
        (0.5, 2.0, True, Verdict.REFUTED),
        (0.5, 2.0, False, Verdict.UNDECIDED),
        (0.5, 0.5, False, Verdict.HELD),
    ],
)
def test_what_two_routes_come_to(closed, second, certified, expected) -> None:
    batch = drawn(RELU if not certified else Situation(RELU.shape, {**RELU.settings, "activation": "tanh"}))
    judge = Judge(Claim(output_abs, "<=", 1), WEIGHT_NORM)
    seen = replace(opinion(judge, batch), refutes=second > 1, ratio=second)
    assert verdict(judge, replace(found(judge, batch), ratio=closed), seen) is expected


def test_one_instance_has_one_answer_however_it_is_asked() -> None:
    """A claim broken 36-fold where the input has norm 1 up to rounding: a refutation, and a certified one."""
    situation = Situation(RELU.shape, {**RELU.settings, "activation": "tanh"})
    batch = drawn(situation)
    x = np.array([[0.6], [0.8]])
    batch = batch.with_arrays({**batch.arrays, "x": x})
    value = float(Judge(Claim(gradient_norm, "<=", 1), WEIGHT_NORM)(batch).lhs[0])
    judge = Judge(Claim(gradient_norm, "<=", value / 36, given={"on the sphere": (input_norm, "=", 1)}), WEIGHT_NORM)
    seen = opinion(judge, batch)
    assert (seen.refutes, seen.certified, seen.route) == (True, True, BALL_ROUTE)
    assert verdict(judge, found(judge, batch, situation), seen) is Verdict.REFUTED


# ---- quantities that are measured from one side only


def sided(side: Side) -> Normalisation:
    """A family whose first derivative is measured from one side only, by both routes."""

    class Sided(Normalisation):
        """See `sided`."""

        route = replace(Normalisation.quantities["first_derivative"].route, side=side)
        quantities: ClassVar = {
            **Normalisation.quantities,
            "first_derivative": Quantity("first_derivative", "measured from one side", low=0, route=route),
        }

    return Sided()


q = Quantity("first_derivative", "measured from one side", low=0, route=Route(lambda batch: None))
SMALL, LARGE = sympy.Rational(1, 10**6), 10**6


@pytest.mark.parametrize(
    ("lhs", "relation", "rhs", "below", "above"),
    [
        (q, "<=", SMALL, True, False),
        (q, "<", SMALL, True, False),
        (q, ">=", LARGE, False, True),
        (LARGE, "<=", q, False, True),
        (SMALL, ">=", q, True, False),
        (q**2 / w_norm, "<=", SMALL / w_norm, True, False),
        (1 / (1 + q), ">=", LARGE, True, False),
        (q + 1, "<=", SMALL * (1 + q), False, False),
        (q, "=", LARGE, False, False),
    ],
)
def test_an_estimate_refutes_only_what_its_true_value_would_break_too(lhs, relation, rhs, below, above) -> None:
    for side, refutes in ((Side.LOWER, below), (Side.UPPER, above), (Side.EXACT, True)):
        family = sided(side)
        batch = family.draw(family.situations()[-1], family.regimes[0], 1, np.random.default_rng(0))
        seen = opinion(Judge(Claim(lhs, relation, rhs), family), batch)
        assert seen.ratio > 1
        assert seen.refutes is refutes, side
        assert bool(seen.obstacle) is not refutes
        assert refutes or "first_derivative is measured as" in seen.obstacle


@pytest.mark.parametrize(("relation", "factor", "refutes"), [("<=", 10, False), (">=", 0.1, True), ("=", 1, False)])
def test_an_estimate_that_a_hypothesis_needs(relation: str, factor: float, refutes: bool) -> None:
    """Measured from below, a quantity may be beyond an upper limit although it is measured within."""
    family = sided(Side.LOWER)
    batch = family.draw(family.situations()[-1], family.regimes[0], 1, np.random.default_rng(0))
    limit = factor * float(family.quantities["first_derivative"].route.second(batch)[0])
    seen = opinion(Judge(Claim(w_norm, "<=", SMALL, given={"confined": (q, relation, limit)}), family), batch)
    assert seen.ratio > 1
    assert seen.refutes is refutes
    assert ("first_derivative is measured as" in seen.obstacle) is not refutes


def test_balls_decide_whatever_the_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output_abs, "route", replace(output_abs.route, side=Side.UPPER))
    batch = drawn(Situation(RELU.shape, {**RELU.settings, "activation": "tanh"}))
    assert opinion(Judge(Claim(output_abs, "<=", SMALL), WEIGHT_NORM), batch).refutes
    assert not opinion(Judge(Claim(output_abs, "<=", SMALL), WEIGHT_NORM), drawn(RELU)).refutes


def test_estimates_are_told() -> None:
    judge = Judge(Claim(rademacher, "<=", 1 + rho), RADEMACHER)
    assert estimates(judge) == ["rademacher is measured as a lower estimate"]
    assert estimates(Judge(Claim(output_abs, "<=", 1), WEIGHT_NORM)) == []
