"""Control: the cross term of the Hessian is at most 2 at every depth, whatever the activation.

Statement:   2|⟨v, A_2^L⟩| ≤ 2‖v‖‖x‖Σ_l‖U^l‖_F² in the notation of `depth_free/cross_term`, for M = W/‖W‖_F.
Hypotheses:  D and G with entries in [−1, 1]: φ may fall, so that φ(z) = −z where φ′(z) = 1, as for a triangle wave.
             Then 2.0146 is reached at L = 5, m = 2.
Kind:        control, false on purpose: it must be refuted
Label:       control
Paper:       not in it.
Ours:        a wrong version of depth_free/conjecture_cross_term.
Tags:        control, hessian, depth-free
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.normalizations.cross_terms import CROSS_TERMS

cross, v, U, x = CROSS_TERMS.symbols("output_abs norm_v norm_U input_norm")

theorem = Theorem(
    claim=Claim(cross, "<=", 2 * v * x * U**2),
    family=CROSS_TERMS,
    settings={"normalization": ("frobenius",), "slopes": ("any",)},
    expect=Verdict.REFUTED,
)
