"""BatchNorm after one layer: the gradient of a whole batch in whitened coordinates.

Statement:   ‖∇_{y,v}⟨t, F⟩‖² ≤ 1 + κ for F = (f_1, …, f_n)/√n, ‖t‖ = 1 and y_k = Σ^{1/2}w_k, with κ = V²/(mσ²) and
             σ = min_k σ_k = min_k ‖y_k‖, Σ the batch covariance; ∇_y alone has κ.
Hypotheses:  L = 1, φ(0) = 0, |φ′| ≤ 1, ε = 0, full batch, no unit divides by 0.
Kind:        upper bound; attained in the limits of V/σ
Label:       theorem
Paper:       not in it.
Ours:        the statement: that of `depth_free/gradient` for one layer, for a batch in place of one input.
Tags:        gradient, depth-free, BatchNorm, one layer

Proof. By `batch_norm_whitened_output`, f_i = m^{-1/2}Σ_k v_kφ(√n u_ik) with u_k = ξy_k/(√n‖y_k‖), ξ the whitened
batch; (1/n)ξᵀξ is a projection, so that ‖u_k‖ = 1. Hence ∂⟨t, F⟩/∂v_k = m^{-1/2}⟨t, φ(√n u_k)⟩/√n is at most
m^{-1/2}, and ∂⟨t, F⟩/∂y_k = v_km^{-1/2}ξᵀ(I − u_ku_kᵀ)(φ′∘t)/(√n‖y_k‖) at most |v_k|m^{-1/2}/σ, as ‖ξ‖₂ = √n. ∎
"""

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.families.normalizations.batch_norm_whitened import BATCH_NORM_WHITE

gradient, V, sigma, m = BATCH_NORM_WHITE.symbols("predictor_gradient_norm norm_v omega m")
kappa = V**2 / (m * sigma**2)

theorem = Theorem(
    claim=Claim(gradient**2, "<=", 1 + kappa),
    family=BATCH_NORM_WHITE,
    about_bound=[decreasing(sigma), decreasing(m), increasing(V)],
    mutants={
        "the rows alone": kappa,
        "without V": 1 + 1 / (m * sigma**2),
        "half of κ": 1 + kappa / 2,
        "1/m² for 1/m": 1 + kappa / m,
    },
)
