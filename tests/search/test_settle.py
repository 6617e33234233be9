"""Settling: the verdict over a finished search; a check and a trial come to the same one."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from sympy import Rational

from wnverify import catalogue
from wnverify.batch import from_data
from wnverify.budget import parse_budget
from wnverify.claim import Claim
from wnverify.families.least_squares.normalisation import Normalisation, w_norm
from wnverify.families.networks.generalization import GENERALIZATION, delta, generalization_gap
from wnverify.families.networks.rademacher import RADEMACHER, rademacher
from wnverify.families.networks.weight_norm import LIPSCHITZ, WEIGHT_NORM, gradient_norm, input_norm, output_abs, rho
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import BALL_ROUTE, estimates, one_sided
from wnverify.quantity import Quantity, Route
from wnverify.questions.trial.ask import try_claim
from wnverify.runs.theorem import carry_out
from wnverify.search.rate import settle_rate
from wnverify.search.repeat import repeat
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
    trial = try_claim("output_abs <= (1+rho)/10", activation="tanh", budget="quick")
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
    held = try_claim("rademacher <= 10**6", budget="quick")
    assert held.verdict is Verdict.HELD
    assert held.reason.endswith("; rademacher is measured as a lower estimate")
    undecided = try_claim("rademacher >= 10**6", budget="quick")
    assert undecided.verdict is Verdict.UNDECIDED
    assert "its true value may mend it" in str(undecided)


def test_a_rate_of_lower_estimates_breaks_no_lower_bound() -> None:
    claim = Claim(generalization_gap, ">=", 10**6, probability=1 - delta)
    rng, situation = np.random.default_rng(0), GENERALIZATION.situations()[0]
    found = repeat(Judge(claim, GENERALIZATION), situation, "one-sided", rng)
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
