"""BatchNorm in every layer: the Hessian of a whole batch.

Statement:   ‖Σ_i y_i ∇²F_i‖₂ ≤ (C + √(C² + 4b²))/2 for ‖y‖₂ = 1, with C = V λ_max(Q),
             Q = Σ T_l[√m(2/√3 + √n β) y_l y_lᵀ + (e_l y_{l−1}ᵀ + y_{l−1} e_lᵀ)/(√m σ_l)],
             y_l = χ_l y_{l−1} + p_l e_l and b, T_l, χ_l, p_l, σ_l as in `batch_norm_gradient`. For one layer C is
             (V s²/σ²)(2/√3 + √n β)/√m and b is s/(√m σ).
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ε ≥ 0, full batch; no unit divides by 0.
Kind:        upper bound
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, BatchNorm

Proof. As for `rms_norm_hessian`, column by column: ẑ_k = √n N(z_k − mean), δ = nε, and ‖D²N[h, h]‖ ≤ (2/√3)‖h‖²/R²
for R = √n σ_k, whatever ε. For q_k = ‖ż_k‖/(√n σ_k), ẑ̈ over √n has at most (2/√3)(Σ q_k⁴)^{1/2} ≤ (2/√3)Σ q_k²;
φ″ adds β√n Σ q_k², as ‖ẑ̇_k‖_∞ ≤ √n q_k; here Σ q_k² ≤ m(χ_l‖α̇^{l−1}‖ + p_l‖U^l‖)², all norms over √n, and the
output scale is m^{-1/2}. The mixed term 2Uα̇ over σ_k gives c_l = 1/(√m σ_l). ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.chain_proofs import by_chain
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.batch_norm_layers import BATCH_NORM

hessian, V, bend, reach, sigma = BATCH_NORM.symbols("predictor_hessian_norm norm_v bend reach sigma")
hidden, cross = BATCH_NORM.symbols("hessian_norm_W hessian_norm_W_v")
bound = pair(V * bend, reach)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=BATCH_NORM,
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "1/σ for 1/σ²": pair(V * bend * sigma, reach),
    },
    steps=by_chain(hessian, (hidden, cross), (V * bend, reach)),
)
