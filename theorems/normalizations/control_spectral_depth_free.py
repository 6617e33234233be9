"""Control: a spectral norm of 1 in place of a Frobenius norm of 1 does not make the gradient depth-free.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ 2V²/σ² for z^l = W^l α^{l−1}/‖W^l‖₂, V = ‖v‖, σ = min ‖W^l‖₂.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no W^l vanishes.
Kind:        control, false on purpose: W^l = diag(1, s), x = v = e₂ gives (1 + s²)s^{2L−2}L, which tends to 2L
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/frobenius_hidden_gradient.
Tags:        control, gradient, depth, spectral
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.spectral import SPECTRAL

hidden, V, sigma = SPECTRAL.symbols("gradient_norm_W norm_v sigma")

theorem = Theorem(claim=Claim(hidden**2, "<=", 2 * V**2 / sigma**2), family=SPECTRAL, expect=Verdict.REFUTED)
