"""RMSNorm with layers of unequal widths: the gradient.

Statement:   ‖∇_θ f‖² ≤ 1 + (V²/R²) Σ_{j<L} χ^{2j}, R = min R_l, R_l² = ‖z^l‖² + m_l ε, χ = max ‖W^l‖₂/R_l, V = ‖v‖,
             for α^l = m_l^{-1/2}φ(√m_l z^l/R_l), z^l = W^l α^{l−1}; here L = 3, and the widths do not enter.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, ε ≥ 0, and no layer divides by 0.
Kind:        upper bound; attained for widths from 2 on: identity, ε = 0, W^l = R(χ e₁e₁ᵀ + e₂e₂ᵀ), x = e₂, v = Ve₁
Label:       theorem
Paper:       not in it.
Ours:        the statement; `rms_norm_gradient` is that of equal widths.
Tags:        gradient, depth, widths, RMSNorm

Proof. m_l^{-1/2}φ(√m_l ·) has a slope of at most 1 and vanishes at 0, so that ‖α^l‖ ≤ ‖z^l‖/R_l ≤ 1 for every m_l,
and ‖∂α^l/∂α^{l−1}‖₂ ≤ ‖W^l‖₂/R_l ≤ χ, ‖∂f/∂W^l‖_F ≤ Vχ^{L−l}‖α^{l−1}‖/R_l. ∂f/∂v = α^L. Sum the squares over l. ∎
"""

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.pre_activations import gradient_squared
from wnverify.families.normalizations.unequal_widths import NORMED_STATES, UNEQUAL_WIDTHS

gradient, V, R, chi = UNEQUAL_WIDTHS.symbols("gradient_norm norm_v least_scale steepest")
growth = 1 + chi**2 + chi**4
bound = gradient_squared(R, growth, V)

theorem = Theorem(
    claim=Claim(gradient**2, "<=", bound),
    family=UNEQUAL_WIDTHS,
    settings={"normalization": tuple(NORMED_STATES)},
    about_bound=[decreasing(R), increasing(V), increasing(chi)],
    mutants={
        "without the growth": gradient_squared(R, growth / growth, V),
        "without V²": gradient_squared(R, growth, V / V),
        "one layer less": gradient_squared(R, growth - chi**4, V),
        "without v": bound - 1,
    },
)
