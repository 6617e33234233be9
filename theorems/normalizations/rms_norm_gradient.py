"""RMSNorm and LayerNorm: the gradient grows as the layers stretch over what they divide by, and no more.

Statement:   ‖∇_θ f(θ;x)‖² ≤ 1 + (V²/R²) Σ_{j<L} χ^{2j} with R = min R_l, R_l = √(‖Hz^l‖² + mε), z^l = W^l α^{l−1},
             χ = max ‖HW^l‖₂/R_l and V = ‖v‖; H is the identity (RMSNorm) or the centring I − 11ᵀ/m (LayerNorm).
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, equal widths, ε ≥ 0, and no layer divides by 0.
Kind:        upper bound; attained for every L, m ≥ 2 (3 for LayerNorm), χ ≥ 1, R and V: identity, ε = 0,
             W^l = R diag(χ, 1), x = e₂, v = V e₁
Label:       theorem
Paper:       not in it.
Ours:        the statement. With χ = 1 it grows as L: weight normalization has 2 − 1/m for Σχ^{2j}.
Tags:        gradient, depth, RMSNorm, LayerNorm

Proof. ∂f/∂v = α^L, and ‖α^l‖ ≤ ‖u^l‖ ≤ 1. N(z) = z/√(‖z‖² + δ) has ‖DN‖ ≤ 1/R, so that
‖∂α^l/∂α^{l−1}‖₂ ≤ ‖HW^l‖₂/R_l ≤ χ and ‖∂f/∂W^l‖_F ≤ V χ^{L−l} ‖α^{l−1}‖/R_l. Sum the squares over l. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Step, Theorem, decreasing, increasing
from wnverify.bounds.pre_activations import gradient_squared
from wnverify.families.normalizations.rms_norm import RMS_NORM

gradient, V, R, growth, L = RMS_NORM.symbols("gradient_norm norm_v R growth L")
hidden, out, reach = RMS_NORM.symbols("gradient_norm_W gradient_norm_v reach")
bound = gradient_squared(R, growth, V)

theorem = Theorem(
    claim=Claim(gradient**2, "<=", bound),
    family=RMS_NORM,
    about_bound=[decreasing(R), increasing(V), increasing(growth)],
    mutants={
        "without the growth": gradient_squared(R, growth / growth, V),
        "without V²": gradient_squared(R, growth, V / V),
        "1/R for 1/R²": gradient_squared(sqrt(R), growth, V),
        "without v": bound - 1,
    },
    steps=[
        Step("both blocks of parameters", gradient, "=", sqrt(out**2 + hidden**2)),
        Step("∂f/∂v = α^L, and ‖α^L‖ ≤ ‖u^L‖ ≤ 1", out, "<=", Integer(1)),
        Step("‖∂f/∂W^l‖_F ≤ V T_l‖α^{l−1}‖/R_l, as ‖DN‖ ≤ 1/R", hidden, "<=", V * reach),
        Step("‖α^{l−1}‖ ≤ 1, R_l ≥ R and T_l ≤ χ^{L−l}", reach, "<=", sqrt(growth) / R),
    ],
)
