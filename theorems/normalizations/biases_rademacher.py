"""WeightNorm with gains and biases: Rademacher complexity, free of width, and of depth but for what gains do.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ V, |g_i^l| ≤ γ_l, |b_i^l| ≤ B_l} on x_1, …, x_n
             is at most V[Πγ_l √(Σ‖x_i‖²)/n + Σ_l (Π_{j>l} γ_j) B_l/√n]. Measured from below: the mean over all sign
             vectors of the best (1/n) Σ ε_i f(θ; x_i) that the search reaches.
Hypotheses:  φ odd, |φ′| ≤ 1, equal widths, no zero row.
Kind:        upper bound, attained for every L and m: without biases by orthonormal inputs, with them by one input
Label:       theorem
Paper:       not in it.
Ours:        the statement, from that of weight normalization alone (depth_free/rademacher_odd).
Tags:        generalization, rademacher, depth, width, gains, biases

Proof. ψ(s) = √m φ(s/√m) is odd and 1-Lipschitz. The units h^l = ψ(g⟨w̄, α^{l−1}⟩ + b), α^{l−1} = (h_1, …, h_m)/√m,
are in ψ∘(γ_l absconv(G_{l−1}) + [−B_l, B_l]), as Σ|w̄_j|/√m ≤ 1. Contraction costs no factor, absconv none where G =
−G, as here because ψ is odd and the signs of w, b are free, and E sup_{|b| ≤ B} bΣε_i/n = B·E|Σε_i|/n ≤ B/√n: R(G_l)
≤ γ_l R(G_{l−1}) + B_l/√n, R(G_0) = E‖Σε_ix_i‖/n ≤ √(Σ‖x_i‖²)/n, and f is in V absconv(G_L). ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem, free_of, increasing
from wnverify.families.normalizations.signed import SIGNED_BIASES

rademacher, V, P, b, r, n, m = SIGNED_BIASES.symbols("rademacher norm_V gain_product bias_reach data_norm n m")
bound = V * (P * r + b / sqrt(n))

theorem = Theorem(
    claim=Claim(rademacher, "<=", bound),
    family=SIGNED_BIASES,
    about_bound=[free_of(m), increasing(V), increasing(P), increasing(b), increasing(r)],
    mutants={
        "without the gains": V * (r + b / sqrt(n)),
        "without the biases": V * P * r,
        "1/n for 1/√n": V * (P * r + b / n),
        "without V": bound / V,
        "0.95 of it": bound * 95 / 100,
        "falling with width": bound / sqrt(m),
    },
)
