"""Generalization for odd activations: uniformly over all weights, with neither depth nor width in the bound.

Statement:   with probability at least 1 − δ over a sample of size n, for all θ with ‖v‖₂ ≤ 1 + ρ₁,
             E ℓ − Ê ℓ ≤ 2κ(1+ρ₁)/√n + 3M√(log(2/δ)/(2n)), where the loss ℓ is κ-Lipschitz in the output and takes
             values in [0, M]. Measured at the worst predictor that an ascent finds for each sample.
Hypotheses:  φ odd, |φ′| ≤ 1, ‖x‖₂ ≤ 1, independent samples, equal hidden widths.
Kind:        upper bound with probability 1 − δ; loose in the second term
Label:       theorem
Paper:       banerjee2024, abstract and banerjee2024, rates (abstract): a uniform bound, independent of the width, of
             order √L/√n.
Relation:    stronger: for odd activations the depth does not enter.
Ours:        the statement, from `rademacher_odd`.
References:  symmetrisation and McDiarmid, e.g. Mohri, Rostamizadeh and Talwalkar, Foundations of Machine Learning,
             Theorem 3.3; compare the √L of banerjee2024.
Tags:        generalization, probability, depth, width, depth-free

Proof. The class of losses has Rademacher complexity at most κ times that of the predictors (contraction), which is
(1+ρ₁)/√n by `rademacher_odd`; the cited theorem does the rest. ∎
"""

from sympy import oo, sqrt

from wnverify import Claim, Theorem, below, decreasing, free_of, limit
from wnverify.bounds.banerjee2024 import chance, complexity
from wnverify.bounds.depth_free import odd_complexity
from wnverify.bounds.generalization_proofs import by_symmetrisation
from wnverify.families.networks.generalization import (
    GENERALIZATION,
    LIPSCHITZ,
    L,
    c0,
    delta,
    generalization_gap,
    lipschitz,
    m,
    n,
    span,
)

by_class = 2 * lipschitz * odd_complexity(n)
by_chance = chance(span, delta, n)
bound = by_class + by_chance

theorem = Theorem(
    claim=Claim(generalization_gap, "<=", bound, given=LIPSCHITZ, probability=1 - delta),
    family=GENERALIZATION,
    settings={"activation": ("identity", "tanh")},
    about_bound=[
        free_of(L),
        free_of(m),
        below(2 * lipschitz * complexity(n), of=by_class, given={c0: 0}),
        decreasing(n),
        decreasing(delta),
        limit(n, oo, 0),
        free_of(n, of=bound * sqrt(n)),
    ],
    mutants={
        "1/n for 1/sqrt(n)": bound / sqrt(n),
        "without the Rademacher complexity": by_chance,
        "a twelfth of it": bound / 12,
    },
    steps=by_symmetrisation(odd_complexity(n)),
)
