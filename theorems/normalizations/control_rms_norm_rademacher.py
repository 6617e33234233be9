"""Control: the Rademacher complexity of RMSNorm and LayerNorm with ε = 0 does not decay with the sample.

Statement:   the empirical Rademacher complexity at r e_1, …, r e_n is at most V/√n for one layer with ε = 0, V =
             ‖v‖. It is the same supremum for every sign vector, and measured from below at one W.
Hypotheses:  φ odd, |φ′| ≤ 1, r ≤ 1.
Kind:        control, false on purpose: W = uaᵀ with a = Σ ε_i x_i and u of entries ±1 (mean 0 for LayerNorm, so m is
             even) gives f(x_i) = ε_iVφ(1) for every n: tanh .7616 beside 1/√64 = .125
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/rms_norm_rademacher and of depth_free/rademacher_odd.
Tags:        control, generalization, rademacher, RMSNorm, LayerNorm, undamped
"""

from sympy import sqrt

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.rotated import ORTHONORMAL

rademacher, V, n = ORTHONORMAL.symbols("rademacher norm_v n")

theorem = Theorem(
    claim=Claim(rademacher, "<=", V / sqrt(n)),
    family=ORTHONORMAL,
    settings={"activation": ("tanh",)},
    expect=Verdict.REFUTED,
)
