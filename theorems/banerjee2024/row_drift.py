"""Row norms are nearly constant along gradient descent: what they gain is paid for by the loss.

Statement:   Σ_i ‖W_i(T)‖² − ‖W_i(0)‖² ≤ η(𝓛(θ_0) − 𝓛(θ_T))/(1 − ηβ_𝓛/2) over all rows of all layers, hence for each
             of them; β_𝓛 = 2G² + 2H√𝓛(θ_0), ω and ρ₁ those of the whole run.
Hypotheses:  full batches, constant step, no momentum, no weight decay, ηβ_𝓛 < 2; |φ′| ≤ 1, |φ″| ≤ β < ∞,
             ‖x_i‖₂ ≤ 1 (√d under fan_in); 𝓛 falls by at least 10⁻⁶ of itself, below which the fall is rounding.
Kind:        upper bound; tight to first order in η where ∂𝓛/∂v = 0
Label:       corollary
Paper:       experiments (recollection): in training the least row norm stays nearly constant.
Relation:    answers it: what all rows gain is bounded by the fall of the loss, and none shrinks.
Ours:        the statement. Every row gains η²‖∂𝓛_t/∂W_i‖² in a step, and the loss falls by η(1 − ηβ_𝓛/2)‖∇𝓛_t‖².
Tags:        gradient descent, minimum weight norm
"""

from sympy import Expr, Rational

from wnverify import Claim, Theorem, below, limit
from wnverify.bounds.banerjee2024 import predictor
from wnverify.families.networks.training_run import (
    TRAINING_RUN,
    descending,
    loss_next,
    loss_start,
    rows_gain,
    step,
)

curvature = predictor().smoothness(loss_start)
fall = loss_start - loss_next
given = {
    **descending(curvature),
    "above rounding": (fall, ">=", loss_start * Rational(1, 10**6)),
}


def version(bound: Expr) -> Claim:
    """The claim with another bound."""
    return Claim(rows_gain, "<=", bound, given=given, tolerance=1e-7)


bound = step * fall / (1 - step * curvature / 2)
a_priori = step * loss_start / (1 - step * curvature / 2)
small = limit(step, 0, 0, of=a_priori)
up_to_one = below(2 * step * loss_start, of=a_priori, given={step: 1 / (1 + step) / curvature})

theorem = Theorem(
    claim=version(bound),
    family=TRAINING_RUN,
    about_bound=[small, up_to_one],
    mutants={
        "half of it": version(bound / 2),
        "what is left of the loss for its fall": version(bound / fall * loss_next),
        "with weight decay, rows shrink": Claim(rows_gain, ">=", 0, given=given).without("no weight decay"),
        "without 1/(1 - eta beta/2)": version(step * fall),
    },
    paper_says={
        "the minimum weight norm is nearly constant in training (its gain is at most 2η𝓛₀ where ηβ_𝓛 ≤ 1)": up_to_one,
    },
    corollary_of=("banerjee2024/gd_descent", "banerjee2024/norm_growth_identity"),
)
