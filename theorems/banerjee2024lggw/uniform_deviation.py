"""Gradients of a sample's loss stay near the population's, uniformly: twice their complexity, and chance.

Statement:   with probability at least 1 − δ over a sample of size n, for all θ in Θ,
             ‖∇𝓛_D(θ) − ∇𝓛_n(θ)‖ ≤ 2R + B√(2 log(1/δ)/n), with R = E sup_Θ ‖(1/n) Σ_i ε_i ∇ℓ_i(θ)‖ over samples and
             signs and B = sup‖∇ℓ‖. Measured exactly: the (1−δ)-quantile over all samples, for finite sets Θ of
             networks and distributions on finitely many points.
Hypotheses:  independent samples, δ in (0, 1); Θ any set, B finite (λG for |ℓ′| ≤ λ, G of `depth_free/gradient`).
Kind:        upper bound with probability 1 − δ; loose by a factor of about 1.5
Label:       theorem
Paper:       abstract (abstract): sample reuse does not make the empirical gradients deviate from the population
             gradients, as long as the width of the loss gradients is small.
Relation:    weaker: with the vector Rademacher complexity, which the width bounds up to a constant not known to us.
Ours:        the constants.
References:  McDiarmid 1989; `symmetrisation`.
Tags:        gradient, generalization, probability

Proof. Replacing one sample moves sup‖∇𝓛_D − ∇𝓛_n‖ by at most 2B/n; by McDiarmid's inequality it exceeds its mean by
t with a probability of at most exp(−nt²/(2B²)), which is δ at t = B√(2 log(1/δ)/n). Its mean is at most 2R by
`symmetrisation`. ∎ It holds for all θ at once, so for every iterate of a method that uses the sample again and again.
"""

from sympy import Integer, oo, sqrt

from wnverify import Claim, Theorem, decreasing, increasing, limit
from wnverify.bounds.banerjee2024lggw import deviation
from wnverify.families.networks.gradient_deviation import (
    GRADIENT_DEVIATIONS,
    delta,
    deviation_quantile,
    largest_gradient,
    n,
    vector_rademacher,
)

bound = deviation(vector_rademacher, largest_gradient, delta, n)
chance = deviation(Integer(0), largest_gradient, delta, n)

theorem = Theorem(
    claim=Claim(deviation_quantile, "<=", bound),
    family=GRADIENT_DEVIATIONS,
    about_bound=[
        decreasing(delta),
        decreasing(n, of=chance),
        increasing(vector_rademacher),
        limit(n, oo, 0, of=chance),
        limit(delta, 1, 2 * vector_rademacher),
    ],
    mutants={
        "without the complexity": chance,
        "without chance": 2 * vector_rademacher,
        "1/n for 1/sqrt(n)": 2 * vector_rademacher + chance / sqrt(n),
        "half of it": bound / 2,
    },
    paper_says={
        "reuse of the sample does not make the empirical gradients deviate from the population gradients as long as "
        "their complexity is small (here the vector Rademacher complexity, uniformly in θ)": None,
    },
)
