"""Generalization: uniformly over all weights of the hidden layers, with no width in the bound.

Statement:   with probability at least 1 − δ over a sample of size n, for all θ with ‖v‖₂ ≤ 1 + ρ₁,
             E ℓ − Ê ℓ ≤ 2κ(1+ρ₁)(√(2L log 2) + 1 + L√m c0)/√n + 3M√(log(2/δ)/(2n)), where the loss ℓ is
             κ-Lipschitz in the output and takes values in [0, M]. Measured at the worst predictor that an ascent
             finds for each sample.
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1, independent samples.
Kind:        upper bound with probability 1 − δ; loose
Label:       theorem
Paper:       abstract and rates (abstract): a uniform convergence bound, independent of the width, which grows with
             the depth as √L and falls with the sample as 1/√n.
Relation:    other constants: all of them explicit; the offset L√m c0 is beside the rate and vanishes where φ(0) = 0.
Ours:        the constants.
References:  symmetrisation and McDiarmid, e.g. Mohri, Rostamizadeh and Talwalkar, Foundations of Machine Learning,
             Theorem 3.3.
Tags:        generalization, probability, depth, width
"""

from sympy import oo, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, limit, order, sublinear
from wnverify.bounds.banerjee2024 import chance, complexity
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
    rho,
    span,
)

by_class = 2 * lipschitz * complexity(n)
by_chance = chance(span, delta, n)
bound = by_class + by_chance
zero = {c0: 0}

width, depth = free_of(m, given=zero), sublinear(L, given=zero)
samples = free_of(n, of=bound * sqrt(n))

theorem = Theorem(
    claim=Claim(generalization_gap, "<=", bound, given=LIPSCHITZ, probability=1 - delta),
    family=GENERALIZATION,
    about_bound=[
        width,
        depth,
        order(lipschitz * (1 + rho) * sqrt(L) / sqrt(n), of=by_class, given=zero),
        decreasing(n),
        decreasing(delta),
        limit(n, oo, 0),
        samples,
    ],
    mutants={
        "1/n for 1/sqrt(n)": bound / sqrt(n),
        "without the Rademacher complexity": by_chance,
        "a fifteenth of it": bound / 15,
    },
    unrefutable={
        "without the term of c0": "outputs that all points share are a class of one dimension, of which the uniform "
        "deviation is below the 3M√(log(2/δ)/(2n)) of the chance (largest ratio seen .39); see `rademacher`",
    },
    steps=by_symmetrisation(complexity(n)),
    paper_says={
        "a uniform generalization bound holds": None,
        "the generalization bound is independent of the width": width,
        "the generalization bound depends sublinearly on the depth": depth,
        "the generalization bound falls as 1/√n (√n times the bound is free of n)": samples,
    },
)
