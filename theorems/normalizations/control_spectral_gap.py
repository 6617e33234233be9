"""Control: the curvature of W/‖W‖₂ is not that of a normalisation by a Euclidean norm.

Statement:   ‖∂²f/∂W²‖₂ ≤ 100V/σ² for one layer of the identity, V = ‖v‖, σ = ‖W‖₂.
Hypotheses:  L = 1, φ = identity, ‖x‖₂ ≤ 1, W ≠ 0; no gap between the singular values.
Kind:        control, false on purpose: W = diag(1, 1−g), x = v = e₂ has 999.0 at g = 1/1000
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/spectral_hessian.
Tags:        control, hessian, spectral
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.spectral import SPECTRAL

hessian, V, sigma, L = SPECTRAL.symbols("hessian_norm_W norm_v sigma L")

theorem = Theorem(
    claim=Claim(hessian, "<=", 100 * V / sigma**2, given={"one layer": (L, "<=", 1)}),
    family=SPECTRAL,
    settings={"activation": ("identity",)},
    expect=Verdict.REFUTED,
)
