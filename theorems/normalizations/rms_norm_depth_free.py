"""RMSNorm and LayerNorm with ‖HW^l‖_F ≤ R_l: the gradient does not know its depth.

Statement:   Σ_l R_l²‖∂f/∂W^l‖²_F ≤ 2V², R_l = √(‖Hz^l‖² + mε), z^l = W^l α^{l−1}, H the identity (RMSNorm) or the
             centring I − 11ᵀ/m (LayerNorm).
Hypotheses:  ‖HW^l‖_F ≤ R_l in every layer, as ‖W^l‖²_F ≤ mε ensures; |φ′| ≤ 1, φ(0) = 0, ‖x‖₂ ≤ 1, equal widths.
Kind:        upper bound; the supremum for every L ≥ 2
Label:       theorem
Paper:       not in it.
Ours:        the statement. At ε = 0 the hypothesis asks for rank one: it is ε > 0 that can make RMSNorm depth-free.
Tags:        gradient, depth, depth-free, RMSNorm, LayerNorm, damped

Proof. For unit â, ĉ, ‖Mâ‖² + ‖Mᵀĉ‖² − ⟨ĉ, Mâ⟩² ≤ ‖M‖_F²: in bases that begin with ĉ and â the left side is a row
and a column of M. Let M = HW/R, u = Mα, c = φ′∘∂f/∂α^l, c′ = H(I − uuᵀ)c, X_l = ‖α^l‖², Y_l = ‖∂f/∂α^l‖². As
‖M‖_F ≤ 1, R²‖∂f/∂W‖² = ‖c′‖²X_{l−1} ≤ ‖c′‖²(X_{l−1} − ‖u‖²) + X_{l−1}(‖c′‖² − ‖Mᵀc′‖²) + ⟨c′, u⟩².
Here ‖c′‖ ≤ ‖c‖ ≤ √Y_l ≤ V, X_{l−1} ≤ 1, X_l ≤ ‖u‖², ‖Mᵀc′‖² = Y_{l−1}, and with s = ‖u‖
⟨c′, u⟩² = (1−s²)²⟨c, u⟩² ≤ ½(2−s²)⟨c, u⟩² ≤ ½(‖c‖² − ‖c′‖²). So a layer has at most
V²(X_{l−1} − X_l) + Y_l − Y_{l−1}, and the sum telescopes to at most 2V². ∎
"""

from sympy import Rational, sqrt

from wnverify import Claim, Step, Theorem
from wnverify.families.normalizations.rms_norm import RMS_NORM

weighted, V, frobenius = RMS_NORM.symbols("weighted_gradient norm_v frobenius")
spent, out, into = RMS_NORM.symbols("telescoped gradient_norm_v input_gradient_norm")
bound = 2 * V**2

theorem = Theorem(
    claim=Claim(weighted**2, "<=", bound, given={"small weights": (frobenius, "<=", 1)}),
    family=RMS_NORM,
    settings={"epsilon": ("1",)},
    mutants={
        "1.96 for 2": bound * 49 / 50,
        "without V": Claim(weighted**2, "<=", 2, given={"smaller weights": (frobenius, "<=", Rational(99, 100))}),
        "any weights": Claim(weighted**2, "<=", bound),
    },
    steps=[
        Step("‖Mâ‖² + ‖Mᵀĉ‖² − ⟨ĉ, Mâ⟩² ≤ ‖M‖_F² ≤ 1 for unit â and ĉ", weighted, "<=", sqrt(spent)),
        Step("it telescopes: ⟨c′, u⟩² ≤ ½(‖c‖² − ‖c′‖²)", spent, "<=", 2 * V**2 - V**2 * out**2 - into**2),
        Step("as squares are not negative", 2 * V**2 - V**2 * out**2 - into**2, "<=", bound, given=[]),
    ],
)
