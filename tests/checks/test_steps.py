"""Steps: a false one is located, with what breaks it; the losses of all add up to what the bound gives away."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from msgspec import structs
from sympy import Integer, Rational, sqrt

from wnverify import catalogue
from wnverify.bounds.banerjee2024 import activation_norm, chance, gradient_squared, hidden_gradient_squared
from wnverify.bounds.generalization_proofs import by_symmetrisation
from wnverify.budget import BUDGETS
from wnverify.claim import Claim
from wnverify.evidence import RECORD_SCHEMA, CheckEvidence, Record, TheoremEvidence
from wnverify.families.networks.generalization import GENERALIZATION, delta, generalization_gap, n, span
from wnverify.families.networks.generalization_class import expected_gap, loss_complexity, loss_rademacher
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    L,
    c0,
    gradient_norm,
    gradient_norm_v,
    hidden_gradient_norm,
    m,
    output_abs,
    output_weight_norm,
    rho,
)
from wnverify.quantities import Quantity
from wnverify.report.problems import problem
from wnverify.report.steps import carriers, shares_of
from wnverify.report.terminal import exit_code
from wnverify.rounds import Sum
from wnverify.runs.files import _of_step
from wnverify.runs.proofs import brief, whole
from wnverify.runs.theorem import _unchecked, carry_out
from wnverify.steps import Step
from wnverify.theorem import Theorem

CLAIM = Claim(gradient_norm, "<=", sqrt(gradient_squared()), given=LIPSCHITZ)
ODD = {**LIPSCHITZ, "φ(0) = 0": (c0, "<=", 0)}
SPLIT = Step("Pythagoras", gradient_norm, "=", sqrt(gradient_norm_v**2 + hidden_gradient_norm**2))
HIDDEN = Step("layer by layer", hidden_gradient_norm, "<=", sqrt(hidden_gradient_squared()))


def forward(factor: Rational) -> list[Step]:
    """‖α^L‖ ≤ a_L in two steps, by way of a multiple."""
    between = factor * activation_norm(L)
    return [
        Step("forward", gradient_norm_v, "<=", between),
        Step("rounded", between, "<=", activation_norm(L)),
    ]


def found(*steps: Step, claim: Claim = CLAIM) -> CheckEvidence:
    return carry_out("steps", Theorem(claim, WEIGHT_NORM, steps=steps), "a/b", BUDGETS["quick"], 0)


@pytest.fixture(scope="module")
def flawed() -> CheckEvidence:
    """A proof of a true theorem with an error of 2 %."""
    return found(SPLIT, *forward(Rational(49, 50)), HIDDEN)


def test_an_error_of_two_percent_is_located(flawed: CheckEvidence) -> None:
    assert flawed.verdict == "FLAWED"
    assert "no instance breaks the theorem, but step 2 of its proof does not hold" in flawed.reason
    assert [step.verdict for step in flawed.steps] == ["HELD", "REFUTED", "PROVED", "HELD"]
    worst = flawed.steps[1].worst
    assert worst is not None
    assert worst.situation.startswith("L=1, m=1, d=1")
    assert "certified" in worst.route
    assert float(worst.ratio) == pytest.approx(50 / 49)


def test_a_false_step_counts_as_refuted_and_is_shown(flawed: CheckEvidence) -> None:
    evidence = evidence_of(flawed)
    assert evidence.verdict.name == "FLAWED"
    assert not evidence.as_expected
    shown = "\n".join(map(str, problem(evidence, 90)))
    assert "step 2" in shown
    assert "49/50" in shown
    assert evidence_code(evidence) == 1


def evidence_of(check: CheckEvidence) -> TheoremEvidence:
    before = _unchecked(Theorem(CLAIM, WEIGHT_NORM), "a/b", "", "")
    return structs.replace(before, planned=["steps"], checks=[check])


def evidence_code(evidence: TheoremEvidence) -> int:
    return exit_code(Record(RECORD_SCHEMA, "", {}, 0, "quick", [evidence]))


def test_a_record_gives_the_steps_back(flawed: CheckEvidence) -> None:
    for step in flawed.steps:
        again = whole(brief(step))
        assert again.worst == step.worst
        assert structs.replace(again, loss=0, typical=0, ratio=0, by_size={}) == structs.replace(
            step, loss=0, typical=0, ratio=0, by_size={}
        )


def test_of_two_rounds_the_one_that_breaks_a_step_counts(flawed: CheckEvidence) -> None:
    held = [structs.replace(step, verdict="HELD", worst=None) for step in flawed.steps]
    rounds = Sum(structs.replace(flawed, steps=held, verdict="HELD"))
    rounds.add(flawed)
    assert rounds.total.verdict == "FLAWED"
    assert rounds.total.steps[1].outcome.name == "REFUTED"


def test_what_each_step_loses_is_told_as_the_depth_grows() -> None:
    """Pythagoras loses nothing, the two bounds all: √L of the hidden layers, which no network has."""
    steps = found(SPLIT, Step("forward", gradient_norm_v, "<=", activation_norm(L)), HIDDEN).steps
    lost = {step.name: [float(loss) for _, loss in step.by_size["L"]] for step in steps}
    assert max(map(abs, lost["step 1"])) < 1e-9
    total = [sum(each) for each in zip(*lost.values(), strict=True)]
    assert total[0] < 0.1
    assert total[-1] > 0.5
    last = [structs.replace(step, loss=lost[step.name][-1]) for step in steps]
    assert math.fsum(shares_of(last)) == pytest.approx(1)


def test_a_hypothesis_that_does_not_follow_is_located() -> None:
    short = {**LIPSCHITZ, "a short output layer": (output_weight_norm, "<=", 1)}
    check = found(SPLIT, *forward(Rational(1)), Step("layer by layer", HIDDEN.lhs, "<=", HIDDEN.rhs, given=short))
    assert [step.verdict for step in check.steps] == ["HELD", "HELD", "PROVED", "REFUTED"]
    assert "'a short output layer' of the step does not follow from those of the theorem" in check.steps[3].reason


def test_a_part_in_which_the_whole_falls_is_located() -> None:
    claim = Claim(-gradient_norm_v, "<=", -activation_norm(L), given=LIPSCHITZ)
    check = found(Step("forward", gradient_norm_v, "<=", activation_norm(L)), claim=claim)
    assert check.steps[0].verdict == "REFUTED"
    assert check.steps[0].reason.startswith("its parts are bounded as it says, but what the proof has come to is not")


def test_a_step_between_expressions_is_decided() -> None:
    claim = Claim(gradient_norm_v, "<=", activation_norm(L) * (1 + rho) * m, given=LIPSCHITZ)
    first = Step("forward", gradient_norm_v, "<=", activation_norm(L))
    check = found(first, Step("as ρ ≥ 0", activation_norm(L), "<=", claim.rhs), claim=claim)
    assert [step.verdict for step in check.steps] == ["HELD", "PROVED"]


def test_a_false_step_is_found_however_loose_the_bound_is() -> None:
    """Its sides are next to nothing beside the bound, as rounding is, but the second route confirms the violation."""
    claim, half = Claim(gradient_norm_v, "<=", 10**12 * activation_norm(L), given=LIPSCHITZ), activation_norm(L) / 2
    forward, loose = Step("forward", gradient_norm_v, "<=", half), Step("loosely", half, "<=", claim.rhs)
    check = found(forward, loose, claim=claim)
    assert [step.verdict for step in check.steps] == ["REFUTED", "PROVED"]
    never = {**LIPSCHITZ, "nothing": (Rational(1, 10**12), "<=", Integer(0))}
    check = found(replace(forward, given=never), loose, claim=claim)
    assert check.steps[0].verdict == "REFUTED"
    assert "'nothing' of the step does not follow" in check.steps[0].reason


def test_a_step_is_decided_whatever_family_its_symbols_are_from() -> None:
    """Sympy's cache gives the radius that a run measures for that of a network, if both stand in equal formulas."""
    measured = Quantity("rho", "radius over a run", low=0)
    assert measured == rho
    wide = activation_norm(L) * (1 + 31 * measured)
    steps = (
        Step("forward", gradient_norm_v, "<=", activation_norm(L)),
        Step("as ρ ≥ 0", activation_norm(L), "<=", wide),
    )
    check = found(*steps, claim=Claim(gradient_norm_v, "<=", wide, given=LIPSCHITZ))
    assert [step.verdict for step in check.steps] == ["HELD", "PROVED"]


def test_an_equation_between_expressions_is_decided_beyond_rounding() -> None:
    more, twice = (1 + Rational(1, 10**12)) * (1 + rho), 2 * (1 + rho)
    claim = Claim(output_abs, "<=", twice, given=ODD)
    forward, loose = Step("forward", output_abs, "<=", 1 + rho), Step("loosely", more, "<=", twice)
    check = found(forward, Step("the same", 1 + rho, "=", more), loose, claim=claim)
    assert [step.verdict for step in check.steps] == ["HELD", "REFUTED", "PROVED"]
    wide, written = (1 + rho) * (m + 1), (1 + rho) * m + 1 + rho
    steps = [forward, Step("as m ≥ 0", 1 + rho, "<=", written), Step("factored", written, "=", wide)]
    assert found(*steps, claim=Claim(output_abs, "<=", wide, given=ODD)).steps[2].verdict == "PROVED"


def test_a_strict_step_that_is_attained_is_located() -> None:
    twice = 2 * (1 + rho)
    claim = Claim(output_abs, "<", twice, given=ODD)
    check = found(Step("forward", output_abs, "<", 1 + rho), Step("twice", 1 + rho, "<=", twice), claim=claim)
    assert [step.verdict for step in check.steps] == ["REFUTED", "PROVED"]
    check = found(Step("forward", output_abs, "<=", 1 + rho), Step("twice", 1 + rho, "<", twice), claim=claim)
    assert [step.verdict for step in check.steps] == ["HELD", "PROVED"]
    once = (1 + rho) * (1 + (L - 17) ** 2)
    check = found(Step("at L = 17", 1 + rho, "<", once), claim=Claim(1 + rho, "<", once, given=ODD))
    assert check.steps[0].verdict != "PROVED"


@pytest.mark.parametrize(("name", "step"), [("steps_forward_pass", "step 2"), ("steps_gap", "step 3")])
def test_the_false_step_of_a_control_is_named(name: str, step: str) -> None:
    read = catalogue.read(catalogue.one(f"controls/{name}"))
    check = carry_out("steps", read.theorem, read.entry.id, BUDGETS["quick"], 0)
    assert [each.name for each in check.steps if each.verdict == "REFUTED"] == [step]


def test_the_step_that_carries_the_depth_of_the_hessian_is_its_cross_term() -> None:
    """As `depth_free/hessian` and `depth_free/cross_term` say: L − 1 stands where K_L < e would do."""
    read = catalogue.read(catalogue.one("banerjee2024/predictor_hessian"))
    steps = carry_out("steps", read.theorem, read.entry.id, BUDGETS["quick"], 0).steps
    step, rise = carriers(steps)["L"]
    assert step.statement.startswith("cross_term_norm ≤ ")
    assert rise > 1
    assert [size for size, _ in step.by_size["L"]] == [1, 4, 12]


def test_of_a_step_that_may_fail_it_is_counted_how_often_it_does() -> None:
    """McDiarmid with a tenth of the constant, symmetrisation without its 2, and more failures than are allowed."""
    apart = chance(span, delta, n) / 3
    claim = Claim(generalization_gap, "<=", loss_rademacher + 11 * apart / 10, probability=1 - delta)
    first, second, third, fourth = by_symmetrisation(span)[:4]
    steps = [
        first,
        replace(second, rhs=expected_gap + apart / 10),
        replace(third, rhs=loss_complexity),
        replace(fourth, probability=1 - delta),
    ]
    check = carry_out("steps", Theorem(claim, GENERALIZATION, steps=steps), "a/b", BUDGETS["quick"], 0)
    assert [step.verdict for step in check.steps] == ["HELD", "REFUTED", "REFUTED", "REFUTED"]
    assert check.steps[1].statement.startswith("with probability at least 1 - delta/2: uniform_gap ≤ ")
    assert " on fresh randomness" in check.steps[1].reason
    assert check.steps[3].reason.startswith("the steps together fail more often than the theorem may")
    assert _of_step(evidence_of(check))[0].id == "a/b#step 3"  # saved is what a single instance breaks
