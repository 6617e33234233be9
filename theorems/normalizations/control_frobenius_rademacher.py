"""Control: the Rademacher complexity of W/‖W‖_F with an odd activation is not that of weight normalization.

Statement:   the empirical Rademacher complexity of {f(θ; ·): ‖v‖₂ ≤ V}, f = ⟨v, φ(Wx/‖W‖_F)⟩, on x_1, …, x_n is at
             most V√(Σx_i²)/n, for numbers x_i and φ(t) = t up to c, 2c − t from there to 3c, −c beyond, φ odd.
             Measured from below: the mean over all sign vectors of the best (1/n) Σ ε_i f(θ; x_i) that the search
             reaches.
Hypotheses:  φ odd, |φ′| ≤ 1, |x_i| ≤ 1, no W vanishes.
Kind:        control, false on purpose: x = (1, 1/3, 1/3), c = 1/3 and m = 9 give 3.5/√11 = 1.055 of it. All rows
             alike see φ(t) = t; a single row folds x₁, which is best where ε₂ = ε₃ = −ε₁: mean of 5, 3, 3, 3 for
             √11. V max‖x_i‖/√n is exceeded as well, by .09 % at n = 65, φ clipped (tests, test_signed.py)
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/rademacher_odd; it holds with the identity (linear_rademacher).
Tags:        control, generalization, rademacher, frobenius
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.signed import SIGNED_FROBENIUS

rademacher, V, r = SIGNED_FROBENIUS.symbols("rademacher norm_V data_norm")

theorem = Theorem(claim=Claim(rademacher, "<=", V * r), family=SIGNED_FROBENIUS, expect=Verdict.REFUTED)
