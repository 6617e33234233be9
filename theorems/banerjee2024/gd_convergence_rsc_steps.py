"""Gradient descent under restricted strong convexity over T steps: the loss itself falls by the factor of every pair.

Statement:   𝓛(θ_T) ≤ (1 − ζ(2−ζ)α/β_𝓛)^T 𝓛(θ_0), ζ = ηβ_𝓛, with α = R/2 − 2H√𝓛(θ_0), R the least ‖∇𝓛(θ_t)‖²/𝓛(θ_t)
             of the run: that of `rsc` at κ = 1, δ → 0, above which no κ and δ lead. Hence for 𝓛* ≥ 0 and γ ∈ [0, 1]
             𝓛(θ_{t+1}) − 𝓛* ≤ (1 − ζ(2−ζ)(1−γ)α/β_𝓛)(𝓛(θ_t) − 𝓛*).
Hypotheses:  full batches, constant step, no momentum, no weight decay, α > 0, ηβ_𝓛 < 2; |φ′| ≤ 1, |φ″| ≤ β < ∞,
             ‖x_i‖₂ ≤ 1 (√d under fan_in); ω and ρ₁ are those of the whole run.
Kind:        upper bound; tight to first order in η at interpolation
Label:       corollary
Paper:       abstract (recollection): linear convergence to the least loss 𝓛*, with γ_t < 1 of the best point near.
Relation:    stronger: at our α, neither 𝓛* nor γ_t is needed, nor any point θ′.
Ours:        the statement. By κ ≤ 1 every α of `rsc` is at most ‖∇𝓛‖²/(2𝓛), so that descent alone is enough: what
             strong convexity says of θ′ is not used.
References:  the form with γ_t is that of Banerjee et al., arXiv:2209.15106, as recollected.
Tags:        gradient descent, convergence, optimization
"""

from sympy import Expr, Integer, Symbol

from wnverify import Claim, Theorem, below
from wnverify.bounds.banerjee2024 import decrease_share, predictor
from wnverify.families.networks.regression_pairs import distance, kappa
from wnverify.families.networks.training_run import (
    TRAINING_RUN,
    T,
    descending,
    gradient_ratio,
    loss_next,
    loss_start,
    step,
)

convexity = predictor().restricted_convexity
alpha = convexity(1, gradient_ratio, loss_start, Integer(0))
curvature = predictor().smoothness(loss_start)
share = 2 * decrease_share(step, curvature)
given = {
    **descending(curvature),
    "alpha positive": (alpha, ">", 0),
}


def version(one_step: Expr, power: Expr = T) -> Claim:
    """The claim with another factor a step."""
    return Claim(loss_start, ">=", loss_next / one_step**power, given=given, tolerance=1e-9)


least, above, odds, x = (Symbol(name, nonnegative=True) for name in ("least", "above", "odds", "x"))
gain, gamma = x / (1 + x), odds / (1 + odds)
recollected = below(least + (1 - gain * (1 - gamma)) * above, of=(1 - gain) * (least + above))

theorem = Theorem(
    claim=version(1 - alpha * share),
    family=TRAINING_RUN,
    about_bound=[
        recollected,
        below(alpha, of=convexity(kappa, gradient_ratio, loss_start, distance)),
        below(gradient_ratio / 2, of=alpha),
    ],
    mutants={
        "twice the gain": version(1 - 2 * alpha * share),
        "without the quadratic term": version(1 - 2 * alpha * step),
        "+2H for -2H": version(1 - convexity(1, gradient_ratio, loss_start, Integer(0), sign=1) * share),
        "one step more": version(1 - alpha * share, T + 1),
    },
    paper_says={
        "gradient descent converges linearly to the least loss where α > 0 (and without γ_t)": recollected,
    },
    corollary_of="banerjee2024/gd_convergence",
)
