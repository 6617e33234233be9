"""Steps of a proof: they are put one behind the other, and what does not fit is refused for the reader."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Integer, Max, Min, sqrt

from wnverify.claim import Claim
from wnverify.errors import TheoremFileError
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    gradient_norm,
    gradient_norm_v,
    hidden_gradient_norm,
    m,
    output_weight_norm,
    rho,
)
from wnverify.steps import Step, linked, replaced
from wnverify.theorem import Theorem

CLAIM = Claim(gradient_norm, "<=", sqrt(1 + rho**2), given=LIPSCHITZ)
SPLIT = Step("Pythagoras", gradient_norm, "=", sqrt(gradient_norm_v**2 + hidden_gradient_norm**2), given=())
OUTER = Step("as ‖α^L‖ ≤ 1", gradient_norm_v, "<=", Integer(1), given=["1-Lipschitz activation"], tag="(2)")
INNER = Step("layer by layer", hidden_gradient_norm, "<=", rho)


def test_parts_are_bounded_one_after_the_other() -> None:
    first, second, third = linked(CLAIM, [SPLIT, OUTER, INNER])
    assert (first.name, second.name, third.name) == ("step 1", "step 2 (2)", "step 3")
    assert second.whole.main.rhs == sqrt(1 + hidden_gradient_norm**2)
    assert third.whole.rhs == CLAIM.rhs
    assert not first.is_part
    assert second.is_part
    assert list(second.claim.given) == ["1-Lipschitz activation"]
    assert second.whole.given == CLAIM.given


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([OUTER], "step 1 .*to bound the left side of the claim, gradient_norm,.*a bound of gradient_norm_v"),
        ([SPLIT, INNER, INNER], "step 3 .*where the proof has come to.*add the step that lacks, or say gap=True"),
        ([SPLIT, OUTER], "ends at the right side of the claim.*after step 2: add the steps that lack"),
        ([Step("up", gradient_norm, ">=", rho)], "step 1 to go the way of the claim, <=, but got '>='"),
        ([Step("why", gradient_norm, "<=", CLAIM.rhs, given=["no such"])], "hypotheses of the theorem in step 1"),
        (["gradient_norm <= 1"], "Expected steps in steps, but got 'gradient_norm <= 1'"),
    ],
)
def test_a_chain_that_does_not_fit_is_refused_with_its_step(steps, message) -> None:
    with pytest.raises(TheoremFileError, match=message):
        Theorem(CLAIM, WEIGHT_NORM, steps=steps)


def test_steps_may_fail_where_the_claim_may() -> None:
    likely = Claim(gradient_norm, "<=", CLAIM.rhs, given=LIPSCHITZ, probability=1 - rho)
    outer, inner = (replace(step, probability=1 - rho / 2) for step in (OUTER, INNER))
    links = linked(likely, [SPLIT, outer, inner])
    assert [link.claim.probability for link in links] == [None, 1 - rho / 2, 1 - rho / 2]
    assert [link.spent for link in links] == [None, None, None]
    spent = linked(likely, [SPLIT, outer, replace(INNER, probability=1 - rho)])[2].spent
    assert spent is not None
    assert str(spent.main) == "3*rho/2 ≤ rho"
    with pytest.raises(TheoremFileError, match=r"a step that holds surely as step 2 of a claim that does.*1 - rho/2"):
        Theorem(CLAIM, WEIGHT_NORM, steps=[SPLIT, outer, INNER])


def test_a_declared_gap_is_a_link_of_its_own() -> None:
    steps = [Step("from here on", sqrt(1 + hidden_gradient_norm**2), "<=", sqrt(1 + rho**2), gap=True)]
    assert [(link.name, link.gap) for link in Theorem(CLAIM, WEIGHT_NORM, steps=steps).proof] == [
        ("gap 1", True),
        ("step 2", False),
    ]


def test_a_hypothesis_of_its_own_is_told_from_those_of_the_theorem() -> None:
    given = {**LIPSCHITZ, "a short output layer": (output_weight_norm, "<=", 1)}
    link = linked(CLAIM, [Step("why", gradient_norm, "<=", CLAIM.rhs, given=given)])[0]
    assert list(link.supposed) == ["a short output layer"]
    assert [words for _, words in link.obligations(CLAIM)][1].startswith("the hypothesis 'a short output layer'")


def test_a_maximum_is_left_as_it_is_written() -> None:
    bound = Max(Min(rho, m, evaluate=False), rho**2, evaluate=False)
    assert replaced(bound, rho**2, m**2) == Max(Min(rho, m, evaluate=False), m**2, evaluate=False)


def test_steps_go_with_another_claim() -> None:
    assert not Theorem(CLAIM, WEIGHT_NORM, steps=[SPLIT, OUTER, INNER]).with_claim(CLAIM.with_bound(rho)).steps


def test_a_strict_inequality_needs_a_strict_step() -> None:
    claim = Claim(gradient_norm_v, "<", 2 + rho, given=LIPSCHITZ)
    steps = [OUTER, Step("as ρ ≥ 0", Integer(1), "<", 2 + rho)]
    assert [link.whole.relation for link in linked(claim, steps)] == ["<=", "<"]
    with pytest.raises(TheoremFileError, match="a step with < or > in the proof of a strict inequality"):
        linked(claim, [OUTER, Step("as ρ ≥ 0", Integer(1), "<=", 2 + rho)])


def test_a_tag_is_a_text() -> None:
    with pytest.raises(TheoremFileError, match="a text as tag of a step, and True or False as gap, but got tag=7"):
        Step("why", gradient_norm, "<=", rho, tag=7)  # type: ignore[arg-type]
