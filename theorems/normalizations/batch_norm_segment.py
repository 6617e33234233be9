"""BatchNorm: what layers divide by cannot fall faster than weights move.

Statement:   σ_k ≥ max(σ_k(θ) − d_k, √ε) on the whole segment from W to W + dW, where d_k bounds how far the
             centred z_k moves, over √n: d_k = ‖α̃^{l−1}dw_k‖/√n + (‖w_k‖ + ‖dw_k‖)A_{l−1}, α̃ the batch centred,
             A_0 = 0 and A_l² = (1/m) Σ_k(d_k/max(σ_k − d_k/2, √ε))², all at θ.
Hypotheses:  |φ′| ≤ 1, ε ≥ 0, full batch; all units keep a thousandth of σ_k by this.
Kind:        lower bound; attained: identity, ε = 0, one layer, W shrinks towards 0
Label:       lemma
Paper:       not in it.
Ours:        the statement. It turns bounds at θ into bounds on a segment, which `batch_norm_rsc` needs: nothing
             protects what these layers divide by.
Tags:        segment, loss, optimization, BatchNorm

Proof. √n σ_k = √(‖z_k‖² + nε) is 1-Lipschitz in the centred z_k, and ẑ_k/√n is a part of a unit vector: it moves by
at most 2‖a − b‖/(√n(σ_a + σ_b)) ≤ d_k/(σ_k − d_k/2), and by d_k/√ε. So A_l bounds how far α^l moves, in the Frobenius
norm over √n. With a = α(t) − α, α(t)(w + t dw) − αw = t α dw + a(w + t dw), t ≤ 1. ∎
"""

from sympy import Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.normalizations.batch_norm_descent import BATCH_NORM_DESCENT

margin, shrinkage, room = BATCH_NORM_DESCENT.symbols("margin shrinkage room")

given = {"divisors stay above 0": (room, ">=", Rational(1, 1000))}

theorem = Theorem(
    claim=Claim(margin, ">=", Integer(1), given=given),
    family=BATCH_NORM_DESCENT,
    mutants={
        "divisors do not shrink": Claim(shrinkage, ">=", Integer(1), given=given),
        "a thousandth more": Claim(margin, ">=", Rational(1001, 1000), given=given),
    },
)
