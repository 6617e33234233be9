"""The output layer stays near its start: gradient descent that converges moves it by a finite length.

Statement:   ‖v(T) − v(0)‖ ≤ 2a_L η√𝓛(θ_0) (1 − q^{T/2})/(1 − √q), q = 1 − ζ(2−ζ)R/(2β_𝓛) < 1, ζ = ηβ_𝓛, R the least
             ‖∇𝓛(θ_t)‖²/𝓛(θ_t) of the run, a_L = 1 + L√m c0; ω and ρ₁ are those of the whole run.
Hypotheses:  full batches, constant step, no momentum, no weight decay, ηβ_𝓛 < 2, R > 0; |φ′| ≤ 1, |φ″| ≤ β < ∞,
             ‖x_i‖₂ ≤ 1 (√d under fan_in).
Kind:        upper bound; attained in one step by aligned features and one sample
Label:       lemma
Paper:       setting (abstract): the output layer lies within ρ₁ of its initialisation, which is assumed.
Relation:    answers it: the way is bounded for a run whose gradient-to-loss ratio stays above R.
Ours:        the statement. ‖∂𝓛/∂v‖ ≤ 2a_L√𝓛, and 𝓛(θ_t) ≤ q^t 𝓛(θ_0) by `gd_convergence`.
Tags:        gradient descent, convergence, output
"""

from sympy import Expr, sqrt

from wnverify import Claim, Theorem, below, increasing
from wnverify.bounds.banerjee2024 import activation_norm, contraction, drift, predictor
from wnverify.families.networks.training_run import (
    TRAINING_RUN,
    L,
    T,
    descending,
    gradient_ratio,
    loss_start,
    output_drift,
    step,
)

curvature = predictor().smoothness(loss_start)
factor = contraction(step, curvature, gradient_ratio)
bound = drift(step, loss_start, factor, T)
given = {
    **descending(curvature),
    "gradient above zero": (gradient_ratio, ">", 0),
    "factor not negative": (factor, ">=", 0),  # implied by R ≤ 4G² ≤ 2β_𝓛, which no formula here knows
}


def version(value: Expr) -> Claim:
    """The claim with another bound."""
    return Claim(output_drift, "<=", value, given=given, tolerance=1e-9)


q = gradient_ratio / (1 + gradient_ratio)
by_q = drift(step, loss_start, q, T)
whole = below(drift(step, loss_start, q), of=by_q)

theorem = Theorem(
    claim=version(bound),
    family=TRAINING_RUN,
    about_bound=[whole, increasing(T, of=by_q)],
    mutants={
        "1 for 2": version(bound / 2),
        "a_L forgotten": version(bound / activation_norm(L)),
        "one step fewer": version(bound.subs(T, T - 1)),
        "1 - q for 1 - sqrt(q)": version(bound * (1 - sqrt(factor)) / (1 - factor)),
    },
    paper_says={
        "(here) the whole way of the output layer is at most 2a_L η√𝓛₀/(1 − √q), however long the run": whole,
    },
)
