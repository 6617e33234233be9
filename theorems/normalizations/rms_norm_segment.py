"""RMSNorm and LayerNorm: what layers divide by cannot fall faster than weights move.

Statement:   R_l ≥ max(R_l(θ) − D_l, √(mε)) on the whole segment from W to W + dW, where D_l bounds how far Hz^l
             moves: D_l = ‖H dW^l α^{l−1}‖ + (‖HW^l‖₂ + ‖H dW^l‖₂)A_{l−1}, A_l = D_l/max(R_l − D_l/2, √(mε)) and
             A_0 = 0, all at θ.
Hypotheses:  |φ′| ≤ 1, ‖x‖ ≤ 1, ε ≥ 0; all layers keep a thousandth of R_l by this.
Kind:        lower bound; attained: identity, ε = 0, one layer, W shrinks towards 0
Label:       lemma
Paper:       not in it.
Ours:        the statement. It turns bounds at θ into bounds on a segment, which `rms_norm_rsc` needs: nothing
             protects what these layers divide by.
Tags:        segment, loss, optimization, RMSNorm, LayerNorm

Proof. R is 1-Lipschitz in Hz; and N(z) = z/√(‖z‖² + mε) is a part of the unit vector of (z, √(mε)), so that
‖N(a) − N(b)‖ ≤ 2‖a − b‖/(R_a + R_b) ≤ D/(R − D/2), and 1/√(mε) bounds its slope: A_l bounds how far α^l moves.
With α̃ = α(t) − α, (W + t dW)α(t) − Wα = t dW α + (W + t dW)α̃, t ≤ 1. ∎
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.normalizations.rms_norm_descent import RMS_NORM_DESCENT

margin, shrinkage, room = RMS_NORM_DESCENT.symbols("margin shrinkage room")

given = {"divisors stay above 0": (room, ">=", Rational(1, 1000))}

theorem = Theorem(
    claim=Claim(margin, ">=", Integer(1), given=given),
    family=RMS_NORM_DESCENT,
    mutants={
        "divisors do not shrink": Claim(shrinkage, ">=", Integer(1), given=given),
        "a thousandth more": Claim(margin, ">=", Rational(1001, 1000), given=given),
    },
)
