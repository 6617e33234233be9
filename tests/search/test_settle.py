"""Settling: the verdict over a finished search; a check and a trial come to the same one."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from sympy import Max, Rational, exp

from wnverify import catalogue
from wnverify.batch import from_data
from wnverify.budget import parse_budget
from wnverify.claim import Claim
from wnverify.families.least_squares.normalisation import Normalisation, w_norm
from wnverify.families.networks.generalization import GENERALIZATION, delta, generalization_gap
from wnverify.families.networks.rademacher import RADEMACHER, rademacher
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    c0,
    gradient_norm,
    input_norm,
    m,
    omega,
    output_abs,
    rho,
    row_alignment,
)
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import BALL_ROUTE, estimates, one_sided, opinion
from wnverify.quantities import Quantity, Route
from wnverify.questions.trial.ask import try_claim
from wnverify.runs.theorem import carry_out
from wnverify.search.rate import settle_rate
from wnverify.search.repeat import counted
from wnverify.search.settle import settle
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

TANH = Situation({"L": 2, "m": 3, "d": 2}, {"activation": "tanh", "scaling": "fan_out"})


def tally(claim: Claim, family=WEIGHT_NORM) -> Tally:
    return Tally(Judge(claim, family))


def test_a_counterexample_is_rounded_to_few_digits() -> None:
    found = tally(Claim(gradient_norm, "<=", Rational(1)))
    found.add(WEIGHT_NORM.draw(TANH, "edge", 30, np.random.default_rng(4)), TANH, "random")
    _, _, worst = settle(found)
    numbers = [x for array in from_data(worst.instance).arrays.values() for x in array.ravel()]
    assert max(len(f"{x:.17g}".replace("-", "")) for x in numbers if x == float(f"{x:.3g}")) <= 22
    assert all(x == float(f"{x:.3g}") for x in numbers)


def test_nothing_admissible_is_vacuous_and_names_the_hypothesis() -> None:
    found = tally(Claim(output_abs, "<=", 1 + rho, given={**LIPSCHITZ, "impossible": (rho, "<", 0)}))
    found.add(WEIGHT_NORM.draw(TANH, "edge", 9, np.random.default_rng(8)), TANH, "random")
    verdict, reason, worst = settle(found)
    assert (verdict, worst) == (Verdict.VACUOUS, None)
    assert "'impossible' (rho < 0) held for 0 of 9" in reason


def test_a_left_side_of_zero_everywhere_is_trivial() -> None:
    found = tally(Claim(0 * rho + output_abs, "<=", 1 + rho))
    batch = WEIGHT_NORM.draw(TANH, "edge", 5, np.random.default_rng(9))
    batch.arrays["v"][:] = 0.0
    found.add(batch, TANH, "random")
    assert settle(found)[0] is Verdict.VACUOUS


@pytest.mark.parametrize("gap", [1e-13, 1e-11])
@pytest.mark.parametrize(("activation", "verdict"), [("relu", Verdict.HELD), ("tanh", Verdict.REFUTED)])
def test_what_floats_cannot_tell_from_rounding_balls_decide(gap: float, activation: str, verdict: Verdict) -> None:
    """The claim is false by less than the tolerance; there are no balls for ReLU, and floats do not refute it."""
    found = tally(Claim(rho, "<=", rho * (1 - gap), given={"some": (rho, ">", 0)}))
    where = Situation(TANH.shape, {**TANH.settings, "activation": activation})
    found.add(WEIGHT_NORM.draw(where, "edge", 20, np.random.default_rng(10)), where, "random")
    assert not found.violated()
    assert settle(found)[0] is verdict


def test_a_hair_is_seen_inside_the_domain_where_the_edge_hides_it() -> None:
    """Inputs of norm 1 up to rounding leave the hypothesis open; a little shorter they meet it for certain."""
    found = tally(Claim(rho, "<=", rho * (1 - 1e-11), given={"some": (rho, ">", 0), "ball": (input_norm, "<=", 1)}))
    batch = WEIGHT_NORM.draw(TANH, "edge", 20, np.random.default_rng(10))
    x = np.tile(np.array([[np.sqrt(0.5)], [np.sqrt(0.5)]]), 20)
    found.add(batch.with_arrays({**batch.arrays, "x": x}), TANH, "random")
    assert not found.violated()
    assert settle(found)[0] is Verdict.REFUTED


def test_an_equality_met_up_to_rounding_does_not_hide_a_violation() -> None:
    given = {"on the sphere": (input_norm, "=", 1)}
    found = tally(Claim(gradient_norm, "<=", Rational(1, 36), given=given))
    batch = WEIGHT_NORM.draw(TANH, "edge", 20, np.random.default_rng(10))
    x = np.tile(np.array([[np.sqrt(0.5)], [np.sqrt(0.5)]]), 20)
    found.add(batch.with_arrays({**batch.arrays, "x": x}), TANH, "random")
    verdict, reason, worst = settle(found)
    assert verdict is Verdict.REFUTED, reason
    assert worst.route == BALL_ROUTE


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (Claim(row_alignment, "<=", 0), Verdict.HELD),
        (Claim(row_alignment, "=", 0), Verdict.HELD),
        (Claim(row_alignment, "<", 0), Verdict.UNDECIDED),
        (Claim(1 - input_norm, "<=", 0, given={"on the sphere": (input_norm, "=", 1)}), Verdict.HELD),
        (Claim(gradient_norm / 10**30, "=", 0), Verdict.REFUTED),
        (Claim(gradient_norm, "=", gradient_norm * (1 + Rational(1, 10**12))), Verdict.REFUTED),
        (Claim(gradient_norm, "<=", gradient_norm * (1 - Rational(1, 10**11))), Verdict.REFUTED),
    ],
    ids=str,
)
def test_balls_tell_rounding_from_a_violation(claim: Claim, verdict: Verdict) -> None:
    """Floats find ⟨W, ∂f/∂W⟩ = 1e-17 > 0, an infinite violation, and none below the tolerance."""
    found = tally(claim)
    batch = WEIGHT_NORM.draw(TANH, "edge", 20, np.random.default_rng(10))
    x = np.stack([np.sqrt(np.linspace(0.1, 0.9, 20)), np.sqrt(1 - np.linspace(0.1, 0.9, 20))])
    found.add(batch.with_arrays({**batch.arrays, "x": x}), TANH, "random")
    outcome, reason, _ = settle(found)
    assert outcome is verdict, reason


def test_a_violation_that_balls_contradict_is_not_confirmed() -> None:
    batch = WEIGHT_NORM.draw(TANH, "edge", 20, np.random.default_rng(10))
    small = Claim(10**12 * row_alignment, "<=", Rational(1, 10**12))
    for claim, confirmed in ((small, False), (Claim(gradient_norm, "<=", 0), True)):
        found = tally(claim)
        found.add(batch, TANH, "random")
        assert found.violated()
        assert opinion(found.judge, found.best.batch).refutes is confirmed


@pytest.mark.parametrize(
    ("bound", "verdict"), [((1 + rho) * input_norm, Verdict.REFUTED), (2 * (1 + rho) * input_norm, Verdict.HELD)]
)
def test_a_strict_inequality_that_is_attained_is_refuted_where_balls_are_exact(bound, verdict) -> None:
    """|f| = (1 + ρ)‖x‖ for one linear neuron; the search need not have found the instance that is exact."""
    where = Situation({"L": 1, "m": 2, "d": 2}, {"activation": "identity", "scaling": "fan_out"})
    found = tally(Claim(output_abs, "<", bound, given={**LIPSCHITZ, "some": (input_norm, ">", 0)}))
    for words, batch in WEIGHT_NORM.structured(where):
        found.add(batch, where, words)
    outcome, reason, worst = settle(found)
    assert outcome is verdict, reason
    assert outcome is Verdict.HELD or (worst.lhs, worst.route) == (worst.rhs, BALL_ROUTE)


def test_a_strict_inequality_attained_up_to_rounding_only_is_undecided() -> None:
    """For two neurons, and for ReLU, no instance is exact."""
    where = Situation({"L": 1, "m": 2, "d": 2}, {"activation": "identity", "scaling": "fan_out"})
    given = {**LIPSCHITZ, "two neurons": (m, ">=", 2), "no offset": (c0, "=", 0), "some": (input_norm, ">", 0)}
    found = tally(Claim(output_abs, "<", (1 + rho) * input_norm, given=given))
    for words, batch in WEIGHT_NORM.structured(where):
        found.add(batch, where, words)
    outcome, reason, _ = settle(found)
    assert outcome is Verdict.UNDECIDED
    assert "attained up to rounding" in reason


def test_what_could_not_be_evaluated_is_told_and_never_the_worst() -> None:
    """The bound is a tower of exponentials where ω < 1, which no ball holds."""
    tower = exp(exp(Max(0, 10**9 * (1 - omega))))
    found = tally(Claim(gradient_norm * tower, "<=", 10**9 * tower + 1))
    batch = WEIGHT_NORM.draw(TANH, "gaussian", 40, np.random.default_rng(3))
    beyond = int((WEIGHT_NORM.quantities["omega"].route.measure(batch) < 1).sum())
    found.add(batch, TANH, "random")
    assert 0 < beyond < 40
    assert (found.unevaluated, found.accepted) == (beyond, 40 - beyond)
    outcome, reason, worst = settle(found)
    assert (outcome, np.isfinite(worst.ratio)) == (Verdict.HELD, True)
    assert f"{beyond} could not be evaluated" in reason


def test_a_search_that_could_evaluate_nothing_says_so() -> None:
    tower = exp(exp(1000 / input_norm))
    found = tally(Claim(output_abs * tower, "<=", tower + 1))
    found.add(WEIGHT_NORM.draw(TANH, "edge", 9, np.random.default_rng(8)), TANH, "random")
    assert settle(found)[:2] == (Verdict.VACUOUS, "none of 9 admissible instances could be evaluated")


# ---- what the closed form misses


class Contradicted(Normalisation):
    """A family whose closed form is a tenth of what its second route finds."""

    route = Normalisation.quantities["first_derivative"].route
    wrong = Route(lambda batch: 0.1 * Contradicted.route.measure(batch), None, route.second)
    quantities: ClassVar = {
        **Normalisation.quantities,
        "first_derivative": Quantity("first_derivative", "too small", low=0, route=wrong),
    }


@pytest.mark.parametrize("check", ["structured", "sampled", "hypothesis", "adversarial", "confirmation"])
def test_what_the_second_route_contradicts_is_no_pass(check):
    family = Contradicted()
    too_small = family.quantities["first_derivative"]
    theorem = Theorem(Claim(too_small, "<=", 0.5 / w_norm), family)
    found = carry_out(check, theorem, "contradicted", parse_budget("quick"), 0)
    assert found.outcome is (Verdict.ERROR if check == "confirmation" else Verdict.UNDECIDED), found.reason


@pytest.fixture
def damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The closed form of |f| returns a hundredth of it."""
    right = output_abs.route
    wrong = replace(right, measure=lambda batch: 0.01 * right.measure(batch))
    monkeypatch.setattr(output_abs, "route", wrong)


@pytest.mark.usefixtures("damaged")
def test_a_certified_violation_that_the_closed_form_misses_is_a_refutation() -> None:
    theorem = Theorem(Claim(output_abs, "<=", (1 + rho) / 10, given=LIPSCHITZ), WEIGHT_NORM)
    found = carry_out("sampled", theorem, "output", parse_budget("quick"), 0)
    assert found.outcome is Verdict.REFUTED
    assert found.reason.endswith(f"by {BALL_ROUTE}")


@pytest.mark.usefixtures("damaged")
def test_a_trial_asks_the_second_route_below_the_limit_as_well() -> None:
    trial = try_claim("output_abs <= (1+rho)/10", given=["L == 1", "m <= 2"], activation="tanh", budget="quick")
    assert trial.verdict is Verdict.REFUTED
    assert trial.certified
    assert trial.ratio > 1
    assert "by the closed form, but" in trial.reason
    assert trial.opinion.sides.lhs.lower > trial.opinion.sides.rhs.upper


# ---- what is measured from one side only


def test_a_lower_estimate_breaks_no_lower_bound() -> None:
    found = tally(Claim(rademacher, ">=", 10**6), RADEMACHER)
    situation = RADEMACHER.situations()[0]
    found.add(RADEMACHER.draw(situation, "gaussian", 3, np.random.default_rng(0)), situation, "random")
    verdict, reason, _ = settle(found)
    assert verdict is Verdict.UNDECIDED
    assert reason.endswith("rademacher is measured as a lower estimate only, and its true value may mend it")


def test_a_lower_estimate_breaks_an_upper_bound_and_supports_one() -> None:
    refuted = try_claim("rademacher <= 1/1000", budget="quick")
    assert refuted.verdict is Verdict.REFUTED
    held = try_claim("rademacher <= 10**6*(1+rho)", given=["L == 1"], budget="quick")
    assert held.verdict is Verdict.HELD
    assert held.reason.endswith("; rademacher is measured as a lower estimate")
    undecided = try_claim("rademacher >= 10**6", given=["L == 1"], budget="quick")
    assert undecided.verdict is Verdict.UNDECIDED
    assert "its true value may mend it" in str(undecided)


def test_a_rate_of_lower_estimates_breaks_no_lower_bound() -> None:
    claim = Claim(generalization_gap, ">=", 10**6, probability=1 - delta)
    rng, situation = np.random.default_rng(0), GENERALIZATION.situations()[0]
    batch = GENERALIZATION.draw(situation, "one-sided", 400, rng)
    found = counted(Judge(claim, GENERALIZATION), batch, situation, "one-sided")
    assert found.refutes
    verdict, reason, _ = settle_rate(Theorem(claim, GENERALIZATION), [found], rng)
    assert verdict is Verdict.UNDECIDED
    assert "generalization_gap is measured as a lower estimate only" in reason


def test_theorems_of_the_catalogue_use_estimates_on_the_side_that_refutes() -> None:
    for name in ("banerjee2024/rademacher", "banerjee2024/generalization", "depth_free/rademacher_odd"):
        theorem = catalogue.load(next(entry for entry in catalogue.catalogue() if entry.id == name))
        judge = Judge(theorem.claim, theorem.family)
        batch = theorem.family.draw(theorem.situations()[0], theorem.family.regimes[0], 1, np.random.default_rng(0))
        assert estimates(judge)
        assert one_sided(judge, batch) == ""
