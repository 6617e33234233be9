"""Symmetrisation for gradients: their mean deviation is at most twice their vector Rademacher complexity.

Statement:   E sup_Θ ‖∇𝓛_D − ∇𝓛_n‖ ≤ 2 E sup_Θ ‖(1/n) Σ_i ε_i ∇ℓ_i‖, both over samples of size n, the right also over
             signs. Measured exactly, for finite sets Θ of networks and distributions on finitely many points.
Hypotheses:  independent samples.
Kind:        upper bound; tight at n = 1, for one network and a rare point with the only gradient
Label:       lemma
Paper:       not in it.
Ours:        the instances at which it is tight.
References:  Giné and Zinn 1984; e.g. Ledoux and Talagrand, Probability in Banach Spaces, Lemma 6.3.
Tags:        gradient, generalization, probability

Proof. ∇𝓛_D is the mean of ∇𝓛_{n′} over an independent sample, so the left side is at most E sup‖∇𝓛_n − ∇𝓛_{n′}‖; the
law of the n differences is that of the same with random signs, and the triangle inequality splits them. ∎
At n = 1 a point of mass q with the only gradient a gives 2q(1−q)‖a‖ on the left and q‖a‖ for the mean on the right.
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.networks.gradient_deviation import GRADIENT_DEVIATIONS, mean_deviation, n, vector_rademacher

bound = 2 * vector_rademacher

theorem = Theorem(
    claim=Claim(mean_deviation, "<=", bound),
    family=GRADIENT_DEVIATIONS,
    mutants={
        "1 for 2": vector_rademacher,
        "0.95 of it": Rational(19, 20) * bound,
        "the sum for the mean": bound / n,
    },
)
