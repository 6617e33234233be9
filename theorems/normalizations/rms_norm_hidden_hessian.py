"""RMSNorm and LayerNorm: the block of the Hessian that belongs to the hidden weights.

Statement:   ‖∇²_W f(θ;x)‖₂ ≤ V λ_max(Q), with Q as in `rms_norm_hessian`. For one layer it is
             V(2/√3 + √m β)‖x‖²/R².
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, equal widths, ε ≥ 0; no layer divides by 0.
Kind:        upper bound; attained by the identity where one layer dominates
Label:       lemma
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, RMSNorm, LayerNorm

Proof. That of `rms_norm_hessian` with v̇ = 0. ∎
"""

from sympy import sqrt

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.rms_norm import RMS_NORM

hidden, V, bend, beta, m, R = RMS_NORM.symbols("hessian_norm_W norm_v bend beta m R")
bound = V * bend

theorem = Theorem(
    claim=Claim(hidden, "<=", bound),
    family=RMS_NORM,
    about_bound=[increasing(V), increasing(bend)],
    mutants={
        "without V": bend,
        "1/R for 1/R²": V * bend * R,
        "1 for 2/√3": V * bend * (1 + sqrt(m) * beta) / (2 / sqrt(3) + sqrt(m) * beta),
        "2V/R² at any depth": 2 * V / R**2,
    },
)
