"""The steps of a proof on a page: statements or verdicts, the ledger, which step grows, and the plot of it."""

from __future__ import annotations

import pytest
from sympy import Integer, sqrt

from wnverify.claim import Claim
from wnverify.evidence import StepFound
from wnverify.families.networks.weight_norm import (
    LIPSCHITZ,
    WEIGHT_NORM,
    gradient_norm,
    gradient_norm_v,
    hidden_gradient_norm,
    output_weight_norm,
)
from wnverify.report.layout import plain
from wnverify.report.plots.losses import losses
from wnverify.report.steps import carriers, ledger, proof
from wnverify.steps import Step
from wnverify.theorem import Theorem

THEOREM = Theorem(
    Claim(gradient_norm, "<=", sqrt(1 + hidden_gradient_norm**2), given=LIPSCHITZ),
    WEIGHT_NORM,
    steps=[
        Step("two blocks", gradient_norm, "=", sqrt(gradient_norm_v**2 + hidden_gradient_norm**2), given=[]),
        Step(
            "short",
            gradient_norm_v,
            "<=",
            Integer(1),
            given={**LIPSCHITZ, "unit": (output_weight_norm, "<=", 1)},
            tag="(2)",
        ),
    ],
)
STEPS = [
    StepFound("step 1", "", "two blocks", "HELD", "", loss=0.0, by_size={"L": [(1, 0.0), (12, 0.0)]}),
    StepFound("step 2 (2)", "", "short", "REFUTED", "", loss=0.5, by_size={"L": [(1, 0.1), (12, 0.9)]}),
]


def test_a_proof_is_shown_with_its_reasons_and_what_it_supposes() -> None:
    text = plain(proof(THEOREM, 100, whole=True), 100)
    assert "1 ‖∇_θ f‖₂ = √(‖∇ᵥf‖₂² + ‖∇_W f‖₂²)" in text
    assert "two blocks; uses no hypothesis" in text
    assert "(2) short (supposes unit: output_weight_norm ≤ 1); uses every hypothesis" in text


def test_where_there_is_evidence_the_verdicts_and_the_ledger_are_shown() -> None:
    lines = plain(proof(THEOREM, 100, STEPS), 100).splitlines()
    assert lines[0].startswith(" ✓ 1")
    assert any(line.startswith(" ✗ 2") for line in lines)
    assert any("step 2 (2)" in line and "100 %" in line for line in lines)


def test_the_step_whose_loss_grows_is_named() -> None:
    assert carriers(STEPS)["L"][0].name == "step 2 (2)"
    assert carriers(STEPS)["L"][1] == pytest.approx(0.8)
    assert "As L grows, step 2 (2) loses most" in plain(ledger(STEPS, 100), 100)


def test_the_plot_draws_what_loses_and_says_it_in_words() -> None:
    svg = losses({step.name: step.by_size["L"] for step in STEPS}, "L")
    assert "step 2 (2): 0.1 at 1, 0.9 at 12" in svg
    assert "step 1" not in svg
    assert losses({"step 1": [(1, 0.0), (2, 0.0)]}, "L") == ""
