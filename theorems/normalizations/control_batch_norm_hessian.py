"""Control: deep BatchNorm as if the Hessian were that of WeightNorm, with the least σ_k for the least row norm.

Statement:   ‖Σ y_i ∇²F_i‖₂ ≤ max(λ₂, min(λ₁, 2h)) of `depth_free/hessian`, with V = ‖v‖ for 1 + ρ₁ and σ for ω; it is
             true for one layer.
Hypotheses:  those of `batch_norm_hessian`, φ = identity, ε = 0, a covariance of the inputs of at most 1.
Kind:        control, false on purpose: with inputs ±e_i, rows (1, ±t, 0, …), then (1, −1, 0, …)/t the second layer
             sees what the first hides, and it grows as 1/t at L = 2
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hessian.
Tags:        control, hessian, depth, BatchNorm, deep
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import cross_term, hessian_from, own_term, tangential_term
from wnverify.families.networks.weight_norm import omega
from wnverify.families.normalizations.batch_norm_layers import BLIND_BATCH_NORM

hessian, V, sigma, spread = BLIND_BATCH_NORM.symbols("predictor_hessian_norm norm_v sigma spread")
bound = hessian_from(own_term(V), tangential_term(radius=V), cross_term()).subs(omega, sigma)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound, given={"a small covariance": (spread, "<=", 1)}),
    family=BLIND_BATCH_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",)},
    expect=Verdict.REFUTED,
)
