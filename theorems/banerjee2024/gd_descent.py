"""Descent: a gradient step of size ζ/β_𝓛 lowers the loss, with no condition on the curvature.

Statement:   𝓛(θ⁺) ≤ 𝓛(θ) − (ζ(2−ζ)/(2β_𝓛))‖∇𝓛(θ)‖² for θ⁺ = θ − (ζ/β_𝓛)∇𝓛(θ), 0 < ζ < 2, β_𝓛 = 2G² + 2H√𝓛(θ).
             Written with the step η = ζ/β_𝓛: 𝓛(θ) ≥ 𝓛(θ⁺) + η(1 − ηβ_𝓛/2)‖∇𝓛(θ)‖². Checked on the last step of runs.
Hypotheses:  full batches, no momentum, no weight decay, ηβ_𝓛 < 2; ‖v‖₂ ≤ 1 + ρ₁ along the run; |φ′| ≤ 1,
             |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1 (√d under fan_in); 𝓛(θ) > 10⁻¹², below which the loss is rounding.
Kind:        upper bound; tight to first order in η
Label:       theorem
Paper:       abstract (abstract): the bound of the Hessian gives convergence guarantees for gradient descent.
Relation:    step of its proof: the descent lemma with explicit constants.
Ours:        the constants; by the descent lemma: along the step 𝓛 never rises while ηβ_𝓛 < 2, and no ‖W_i‖ shrinks.
Tags:        gradient descent, optimization
"""

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Rational

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.banerjee2024 import decrease_share, gradient_squared, predictor
from wnverify.families.networks.training_run import (
    FULL_BATCH,
    STANDARD,
    TRAINING_RUN,
    loss,
    loss_gradient_norm,
    loss_next,
    omega,
    rho,
    step,
)

curvature = predictor().smoothness(loss)
above_rounding = {"above rounding": (loss, ">", Rational(1, 10**12))}
given = {**FULL_BATCH, **STANDARD, **above_rounding, "step below 2/beta": (step * curvature, "<", 2)}


def version(share: Expr, hypotheses: Mapping[str, Any] = given) -> Claim:
    """The claim with another share of ‖∇𝓛‖²."""
    return Claim(loss, ">=", loss_next + share * loss_gradient_norm**2, given=hypotheses, tolerance=1e-9)


theorem = Theorem(
    claim=version(decrease_share(step, curvature)),
    family=TRAINING_RUN,
    about_bound=[
        increasing(omega, of=decrease_share(step, curvature)),
        decreasing(rho, of=decrease_share(step, curvature)),
    ],
    mutants={
        "zeta(2-zeta)/beta": version(2 * decrease_share(step, curvature)),
        "without the quadratic term": version(step),
        "G^2 for beta": version(decrease_share(step, gradient_squared())),
        "any step": version(step / 2, {name: value for name, value in given.items() if name != "step below 2/beta"}),
        "with weight decay": version(decrease_share(step, curvature)).without("no weight decay"),
        "with mini-batches": version(decrease_share(step, curvature)).without("full batches"),
    },
    paper_says={
        "the Hessian's bound gives guarantees for gradient descent: a step below 2/β_𝓛 lowers the loss": None,
    },
)
