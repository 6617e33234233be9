"""Control: the depth-free gradient bound for activations with φ(0) ≠ 0.

Statement:   ‖∇_W f‖₂² ≤ (2 − 1/m)κ, κ = (1+ρ₁)²/(mω²), with φ = softplus, whose φ(0) is log 2.
Hypotheses:  as for the theorem but φ(0) = 0; the activations grow as √m·log(L+1), so it is false for large m·L.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hidden_gradient.
Tags:        control, gradient, depth-free
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import hidden_gradient_squared
from wnverify.families.networks.weight_norm import DEEP_NETWORKS, LIPSCHITZ, hidden_gradient_norm

theorem = Theorem(
    claim=Claim(hidden_gradient_norm, "<=", sqrt(hidden_gradient_squared()), given=LIPSCHITZ),
    family=DEEP_NETWORKS,
    settings={"activation": ("softplus",)},
    expect=Verdict.REFUTED,
)
