"""RMSNorm and LayerNorm after one linear layer: the largest Hessian there is.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ max(λ₂, min(λ₁, 2h)) with h = V‖x‖²/R², b = ‖x‖/R, R = ‖HWx‖₂,
             λ₁ = (2/√3)√(b² + h²) and λ₂ = (h + √(h² + 4b²))/2.
Hypotheses:  L = 1, φ the identity, ε = 0, HWx ≠ 0.
Kind:        upper bound; attained for every V, R and ‖x‖
Label:       theorem
Paper:       not in it.
Ours:        the statement: that of `depth_free/one_layer_hessian` with R for ω.
Tags:        hessian, smoothness, RMSNorm, LayerNorm

Proof. f = ⟨v, N(HWx)⟩, and a direction (U, q) moves z = HWx by HUx, at most ‖U‖‖x‖ long. With HUx = aẑ + e, e ⟂ z,
and c = ⟨v, ẑ⟩/V: f̈ = 2⟨q, e⟩/R − (2a⟨v, e⟩ + ‖e‖²Vc)/R², and |⟨v, e⟩| ≤ V√(1−c²)‖e‖. So ‖∇²f‖ ≤ λ as soon as
b²/λ + max_c{h²(1−c²)/λ + hc} ≤ λ, whose root is that of `hessian_from` with T = 0; v turns freely, so it is
attained. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Theorem
from wnverify.bounds.depth_free import hessian_from
from wnverify.bounds.pre_activations import CURVATURE, pair
from wnverify.families.normalizations.rms_norm import RMS_NORM

hessian, V, R, r, L = RMS_NORM.symbols("hessian_norm norm_v R input_norm L")
h, b = V * r**2 / R**2, r / R
bound = hessian_from(h, Integer(0), b)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound, given={"one layer": (L, "<=", 1)}),
    family=RMS_NORM,
    settings={"activation": ("identity",), "epsilon": ("none",)},
    mutants={
        "without b": CURVATURE * h,
        "b alone": b,
        "1 for 2/√3": pair(h, b),
        "1/R for 1/R²": hessian_from(h * R, Integer(0), b),
        "one percent less": bound * 99 / 100,
        "√(b² + h²)": sqrt(b**2 + h**2),
    },
)
