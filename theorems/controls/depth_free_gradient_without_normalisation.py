"""Control: the depth-free gradient bound for networks whose rows are not normalised.

Statement:   ‖∇_W f‖₂² ≤ (2 − 1/m)κ, κ = (1+ρ₁)²/(mω²), with the rows used as they are.
Hypotheses:  as for the theorem; only the normalisation is missing.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hidden_gradient.
Tags:        control, gradient, depth-free
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.bounds.depth_free import CENTRED, hidden_gradient_squared
from wnverify.families.networks.weight_norm import DEEP_PLAIN, LIPSCHITZ, hidden_gradient_norm

theorem = Theorem(
    claim=Claim(hidden_gradient_norm, "<=", sqrt(hidden_gradient_squared()), given={**LIPSCHITZ, **CENTRED}),
    family=DEEP_PLAIN,
    expect=Verdict.REFUTED,
)
