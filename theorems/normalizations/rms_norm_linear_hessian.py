"""RMSNorm and LayerNorm in a linear network: all layers together bend as one normalization of a product.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ (C + √(C² + 4b²))/2 with
             C = V λ_max((2/√3) y_L y_Lᵀ + Σ T_l(e_l y_{l−1}ᵀ + y_{l−1} e_lᵀ)/R_l) and b, T_l, y_l, R_l as in
             `rms_norm_hessian`. Where all layers are orthogonal up to a factor, C = ((2/√3)L + L − 1)V/R²:
             linear in L.
Hypotheses:  φ the identity, ε = 0, ‖x‖₂ ≤ 1, equal widths; no layer divides by 0.
Kind:        upper bound; the block of the hidden weights is attained for L ≤ 4
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, RMSNorm, LayerNorm

Proof. N(λz) = N(z) for λ > 0, so that the norms of all layers but the last collapse: f = ⟨v, N(Π HW^l x)⟩. Scale each
factor by R_l: the product Z then has norm 1, its partial products have norm ‖α^{l−1}‖, ‖Ż‖ ≤ ⟨y_L, (‖U^k‖)⟩, and Z̈
is twice the sum over pairs of layers, which the terms with c_l = 1/R_l bound. f̈ = 2⟨q, DN Ż⟩ + ⟨v, D²N[Ż, Ż] + DN Z̈⟩
with ‖DN‖ ≤ 1 and ‖D²N[h, h]‖ ≤ 2/√3 for unit h. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.rms_norm import RMS_NORM

hessian, V, bend, reach, R, L = RMS_NORM.symbols("hessian_norm norm_v linear_bend reach R L")
bound = pair(V * bend, reach)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=RMS_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",)},
    about_bound=[increasing(V), increasing(bend), increasing(reach)],
    mutants={
        "without b": V * bend,
        "b alone": reach,
        "without V": pair(bend, reach),
        "as of one layer": pair(2 * V / R**2, 1 / R),
    },
)
