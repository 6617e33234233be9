"""Equilibrium of a row norm under weight decay: the norm at which decay and growth balance, and the pull towards it.

Statement:   ‖W⁺‖² − ‖W‖² = ηλ(2 − ηλ)(ω_*⁴ − ‖W‖⁴)/‖W‖² with ω_*⁴ = ηG̃²/(2λ − ηλ²), G̃ the norm of ∂𝓛/∂W where the
             row has norm 1. Hence ω_* is the fixed point: below it a row grows, above it shrinks, and at constant
             G̃ the share of the distance in ‖W‖² that a step keeps tends to 2(1 − ηλ)² − 1.
             Checked on the first row of the first layer in the first step.
Hypotheses:  (stochastic) gradient descent, constant step, no momentum, 0 < ηλ < 2.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the exact form for WeightNorm networks; from `norm_growth_decay` and ∂𝓛/∂W of degree −1 in W.
References:  Wan, Zhu, Zhang and Sun, Spherical Motion Dynamics, arXiv:2006.08419, print ω_*⁴ = ηG̃²/(2λ), which is
             ours to first order in ηλ.
Tags:        gradient descent, weight decay, minimum weight norm
"""

from sympy import Expr, diff, oo

from wnverify import Claim, Theorem, limit
from wnverify.bounds.banerjee2024 import equilibrium
from wnverify.families.networks.training_run import (
    TRAINING_RUN,
    decay,
    momentum,
    row_after,
    row_start,
    sphere_gradient,
    step,
    step_spread,
)

given = {
    "no momentum": (momentum, "=", 0),
    "constant step": (step_spread, "=", 0),
    "with weight decay": (decay, ">", 0),
    "step below 2/lambda": (step * decay, "<", 2),
}
balance = equilibrium(step, decay, sphere_gradient)
lost = step * decay * (2 - step * decay)


def version(fourth_power: Expr, degree: int = 2, share: Expr = lost) -> Claim:
    """The claim with another fixed point, another power of the norm below the line, or another share."""
    pull = share * (fourth_power - row_start**4) / row_start**degree
    return Claim(row_after**2, "=", row_start**2 + pull, given=given, tolerance=1e-9)


printed = step * sphere_gradient**2 / (2 * decay)
u, kept = row_start, step / (1 + step)
after = kept * u + (1 - kept) / u

theorem = Theorem(
    claim=version(balance),
    family=TRAINING_RUN,
    about_bound=[
        limit(u, 1, 1, of=after),
        limit(u, 1, 2 * kept - 1, of=diff(after, u)),
        limit(decay, 0, 1, of=printed / balance),
        limit(u, oo, kept, of=after / u),
    ],
    mutants={
        "2 lambda for 2 lambda - eta lambda^2": version(printed),
        "fixed point squared": version(balance**2),
        "pull without 1/norm^2": version(balance, degree=0),
        "eta lambda for eta lambda (2 - eta lambda)": version(balance, share=step * decay),
    },
    paper_says={
        "(here) with weight decay a row norm is pulled towards ω_* = (ηG̃²/(2λ − ηλ²))^{1/4}": None,
    },
)
