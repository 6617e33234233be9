"""The least eigenvalue of the tangent kernel is at least the sum of those of its parts.

Statement:   λ_min(Λ) ≥ λ_min(V)/α² + λ_min(G), for every state.
Hypotheses:  v_k ≠ 0; the right side is at least 1e-6 of κ²(1 + mean (g_k/|v_k|)²), which bounds Λ, so that rounding
             does not decide.
Kind:        lower bound; equality for one input
Label:       lemma
Paper:       theorem on the flow for V and theorem on the flow for G (recollection): λ_min(Λ) is bounded below by its
             dominating part alone.
Relation:    stronger: by the sum of both parts.
Ours:        that both parts count.
References:  Weyl's inequality.
Tags:        kernel, eigenvalues, relu
"""

from sympy import Max

from wnverify import Claim, Theorem
from wnverify.families.relu.gains import RELU_GAINS, G_least, V_least, alpha, kappa, ntk_least, steepness

parts = V_least / alpha**2 + G_least
resolved = {"eigenvalues above rounding": (10**6 * parts, ">=", kappa**2 * steepness)}

theorem = Theorem(
    claim=Claim(ntk_least, ">=", parts, given=resolved, tolerance=1e-8),
    family=RELU_GAINS,
    mutants={
        "without 1/alpha^2": V_least + G_least,
        "twice the larger part": 2 * Max(V_least / alpha**2, G_least),
        "one percent more": parts * 101 / 100,
    },
)
