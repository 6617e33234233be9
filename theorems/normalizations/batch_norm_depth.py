"""Control: for BatchNorm, the depth-free gradient bound of weight normalization.

Statement:   mσ² Σ_l ‖∂F/∂W^l‖² ≤ 2V² with σ the least σ_k of all layers.
Hypotheses:  those of `batch_norm_gradient`, and s ≤ 1; false at L = 2: inputs ±e_1, ±e_2, ±e_3, rows (1, ±t, 0),
             then (1, −1)/t, have V²(1 + t^{-2})/3 for ∂F/∂W¹ alone at m = 2.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/hidden_gradient.
Tags:        control, gradient, depth, BatchNorm, deep
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM

gradient, V, sigma, m, s = BATCH_NORM.symbols("gradient_norm_W norm_v sigma m spread")

theorem = Theorem(
    claim=Claim(m * sigma**2 * gradient**2, "<=", 2 * V**2, given={"inputs of unit spread": (s, "<=", 1)}),
    family=BATCH_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",)},
    expect=Verdict.REFUTED,
)
