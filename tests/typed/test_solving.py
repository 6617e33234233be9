"""Instances are moved to where hypotheses over several symbols hold."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from wnverify.claim import Relation
from wnverify.families.networks.regression_pairs import PAIRS
from wnverify.families.networks.weight_norm import WEIGHT_NORM, omega, output_abs, rho
from wnverify.judging.judge import Judge
from wnverify.quantities import Interval
from wnverify.questions.trial.ask import posed
from wnverify.typed.solving import solved, steered, violation

HERE = {"rho": np.array([0.5, 2.0, 8.0]), "omega": np.array([1.0, 4.0, 0.1])}


def test_a_linear_relation_is_solved_instance_by_instance():
    interval = solved(Relation(2 * rho, ">=", omega + 1), "rho", HERE, rho)
    assert list(interval.low) == [1.0, 2.5, 0.55]
    assert np.isinf(interval.high).all()


def test_what_lies_outside_of_the_domain_is_no_answer():
    interval = solved(Relation(rho + omega, "<=", sympy.Integer(0)), "rho", HERE, rho)
    assert np.isinf(interval.low).all()
    assert np.isinf(interval.high).all()


@pytest.mark.parametrize("text", ["<=", "="])
def test_any_other_relation_is_bisected_next_to_the_value_it_has(text):
    interval = solved(Relation(rho**2 + rho, text, omega), "rho", HERE, rho)
    root = (np.sqrt(1 + 4 * HERE["omega"]) - 1) / 2
    moves = HERE["rho"] > root if text == "<=" else np.ones(3, dtype=bool)
    np.testing.assert_allclose(np.asarray(interval.high)[moves], root[moves], rtol=1e-13)
    assert np.isinf(np.asarray(interval.high)[~moves]).all()


def test_a_relation_that_holds_nowhere_leaves_the_instances_alone():
    batch = WEIGHT_NORM.draw(WEIGHT_NORM.situations()[40], "edge", 3, np.random.default_rng(0))
    never = Relation(sympy.exp(rho), "<=", sympy.Rational(1, 2))
    assert steered(WEIGHT_NORM, [never], {}, batch) is batch


@pytest.mark.parametrize(
    ("claim", "given", "family"),
    [
        ("loss_next <= loss", ["step >= 1"], "regression_pairs"),
        ("loss_next <= loss", ["step*loss_gradient_norm <= 2"], "regression_pairs"),
        ("loss_next <= loss", ["step == distance/omega", "distance == 1/10"], "regression_pairs"),
        ("loss_next <= loss", ["loss <= 1/100", "kappa <= 2"], "regression_pairs"),
        ("row_growth >= 1", ["decay == 0", "momentum/(1-momentum) <= 1/100", "step_spread >= 50"], "training_run"),
        ("output_abs <= 1", ["rho >= omega"], "weight_norm"),
        ("output_abs <= 1", ["output_abs >= 7/10"], "weight_norm"),
        ("error_norm <= 1", ["rate_g == 2*rate_w", "g <= -1"], "least_squares"),
        ("steepness >= 1", ["size_p >= 3*norm", "step <= alpha/10"], "relu_gains"),
    ],
)
def test_hypotheses_steer_the_draws_of_every_family(claim, given, family):
    theorem = posed(claim, given=given, family=family)
    judge, met = Judge(theorem.claim, theorem.family), []
    several = [s for s in theorem.family.situations() if min(s.shape.values()) > 1] or theorem.family.situations()
    for situation in several[:2]:
        for regime in theorem.family.regimes:
            batch = theorem.family.draw(situation, regime, 6, np.random.default_rng(0))
            met.append(np.logical_and.reduce([judge(batch).met[text] for text in given]))
    assert np.mean(met) > 0.9


def test_draws_are_spread_beyond_the_limit():
    theorem = posed("output_abs <= 1", given=["rho >= 15"])
    batch = theorem.family.draw(theorem.family.situations()[20], "edge", 60, np.random.default_rng(0))
    found = rho.route.measure(batch)
    assert (found >= 15 * (1 - 1e-12)).all()
    assert 10 < (found > 16).sum() < 50
    assert found.max() > 150


def test_a_move_that_does_not_help_is_not_made():
    batch = WEIGHT_NORM.draw(WEIGHT_NORM.situations()[40], "edge", 4, np.random.default_rng(0))
    relation = Relation(output_abs, "<=", 1000 * (1 + rho))
    assert (violation(WEIGHT_NORM, relation, batch) == 0).all()
    assert steered(WEIGHT_NORM, [relation], {}, batch) is batch


def test_single_symbols_are_moved_first_and_stay_there():
    batch = PAIRS.draw(PAIRS.situations()[30], "edge", 5, np.random.default_rng(0))
    relation = Relation(PAIRS.quantities["distance"], "<=", PAIRS.quantities["omega"] / 1000)
    moved = steered(PAIRS, [relation], {"omega": Interval(2.0, 2.0)}, batch)
    np.testing.assert_allclose(PAIRS.quantities["omega"].route.measure(moved), 2.0, rtol=1e-12)
    assert (violation(PAIRS, relation, moved) == 0).all()
