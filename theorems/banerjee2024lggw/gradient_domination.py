"""Generalization under gradient domination: the excess of the population's loss from the sample's gradient.

Statement:   if 𝓛_D − 𝓛* ≤ c‖∇𝓛_D‖^a on Θ, a in [1, 2], then with probability at least 1 − δ over a sample of size n,
             for all θ in Θ, 𝓛_D − 𝓛* ≤ c(‖∇𝓛_n‖ + 2R + B√(2 log(1/δ)/n))^a, R and B of `uniform_deviation`. Measured
             exactly, as there, with 𝓛* = min_Θ 𝓛_D and the least c: the (1−δ)-quantile of
             max_Θ [((𝓛_D − 𝓛*)/c)^{1/a} − ‖∇𝓛_n‖].
Hypotheses:  gradient domination, independent samples, δ in (0, 1).
Kind:        upper bound with probability 1 − δ; loose by a factor of about 3
Label:       corollary
Paper:       abstract (abstract): generalization guarantees in terms of the width of the loss gradients under a
             flexible condition of gradient domination, of which the Polyak–Łojasiewicz condition is a special case.
Relation:    weaker: with the vector Rademacher complexity, which the width bounds up to a constant not known to us.
Ours:        the constants.
References:  the condition with a = 2 on a restricted set is `banerjee2024/restricted_pl`.
Tags:        loss, gradient, generalization, probability

Proof. ‖∇𝓛_D‖ ≤ ‖∇𝓛_n‖ + ‖∇𝓛_D − ∇𝓛_n‖, and `uniform_deviation`. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.banerjee2024lggw import deviation
from wnverify.families.networks.gradient_deviation import (
    GRADIENT_DEVIATIONS,
    delta,
    excess_quantile,
    largest_gradient,
    n,
    vector_rademacher,
)

bound = deviation(vector_rademacher, largest_gradient, delta, n)
chance = deviation(Integer(0), largest_gradient, delta, n)

theorem = Theorem(
    claim=Claim(excess_quantile, "<=", bound),
    family=GRADIENT_DEVIATIONS,
    about_bound=[decreasing(delta), increasing(vector_rademacher)],
    mutants={
        "the sample's gradient alone": Integer(0),
        "without chance": 2 * vector_rademacher,
        "1/n of the complexity and of chance": 2 * vector_rademacher / n + chance / sqrt(n),
        "a quarter of it": bound / 4,
    },
    corollary_of="banerjee2024lggw/uniform_deviation",
    paper_says={
        "a generalization guarantee holds under gradient domination, with the Polyak–Łojasiewicz condition as a "
        "special case (here with the vector Rademacher complexity of the gradients)": None,
    },
)
