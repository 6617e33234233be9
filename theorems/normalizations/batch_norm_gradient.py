"""BatchNorm in every layer: the gradients of a whole batch.

Statement:   ‖J_F‖₂² ≤ 1 + V²b² for F = (f_1, …, f_n)/√n, with b² = Σ(p_l T_l)², T_l = Π_{j>l} χ_j,
             χ_l = ‖diag(1/σ_k^l) W^l‖₂/√m and p_l = s_{l−1}/(√m σ_l); σ_l = min_k σ_k^l and s_{l−1} is the spectral
             norm of the centred α^{l−1} over √n.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ε ≥ 0, full batch; no unit divides by 0.
Kind:        upper bound; the hidden part is attained by one layer, and where one layer dominates
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, BatchNorm

Proof. ‖∂⟨y, F⟩/∂v‖ = ‖Σy_iα_i‖/√n ≤ 1. Along U^l, ż = (α^{l−1} − mean)Uᵀ has ‖ż‖_F ≤ √n s_{l−1}‖U‖, so that
‖α̇^l‖_F/√n ≤ p_l‖U‖, and the layers above multiply it by χ_j each, see `batch_norm_input`. Sum the squares. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chain_proofs import by_layers
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM

gradient, V, reach, spread, sigma, m = BATCH_NORM.symbols("predictor_gradient_norm norm_v reach spread sigma m")
out, hidden = BATCH_NORM.symbols("gradient_norm_v gradient_norm_W")
bound = 1 + V**2 * reach**2

theorem = Theorem(
    claim=Claim(gradient**2, "<=", bound),
    family=BATCH_NORM,
    about_bound=[increasing(V), increasing(reach)],
    mutants={
        "without v": V**2 * reach**2,
        "without V²": 1 + reach**2,
        "a depth-free one": 1 + 2 * V**2,
        "as of one layer": 1 + V**2 * spread**2 / (m * sigma**2),
    },
    steps=by_layers(gradient, (out, hidden), (Integer(1), V * reach)),
)
