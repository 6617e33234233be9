"""WeightNorm with layers of unequal widths: the widest hidden layer but the last takes the place of m in 2 − 1/m.

Statement:   Σ_l m_l ω_l²‖∂f/∂W^l‖_F² ≤ (2 − 1/max(m_1, …, m_{L−1}))V², V = ‖v‖, ω_l the least row norm of layer l,
             for α^l = φ(W̄^l α^{l−1}/√m_l) and L ≥ 2, here 3; the last width does not enter, and neither does d.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero row.
Kind:        upper bound, tight for all widths
Label:       theorem
Paper:       not in it.
Ours:        the statement; `depth_free/hidden_gradient` is that of equal widths.
Tags:        gradient, depth, depth-free, widths, rows

Proof. In the notation of `depth_free/hidden_gradient`, with means over the m_l rows of layer l:
    (1) Y_{l−1} ≤ Y_l(1 − |σ_l − t_l|), (2) X_l ≤ X_{l−1}(1 − σ_l), (3) t_l ≤ max s_i² ≤ m_l σ_l,
as there, and m_l ω_l²‖∂f/∂W^l‖² ≤ X_{l−1}Y_l t_l. Let M = max(m_1, …, m_{L−1}). Before the last layer t_l ≤ Mσ_l, so
that the invariant of that proof, S ≤ min(M(1−x), 2 − 1/M − x), holds with M for m. The last layer makes
S′ = (1 − |σ − t|)S + xt ≤ S + x ≤ 2 − 1/M, of whatever width it is. ∎
Attained by the identity: one row of the widest of these layers across what reaches it and the others along it, all
rows of the next layer equal to e₁, deeper rows along (1, …, 1) as v is, and earlier rows along what reaches them.
"""

from sympy import Max

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.unequal_widths import LAYERS, UNEQUAL_WIDTHS

V, m1, m2, m3 = UNEQUAL_WIDTHS.symbols("norm_v m1 m2 m3")
pairs = [UNEQUAL_WIDTHS.symbols(f"scale_{layer} gradient_norm_W{layer}") for layer in LAYERS]
spent = sum(scale**2 * gradient**2 for scale, gradient in pairs)
bound = (2 - 1 / Max(m1, m2)) * V**2

theorem = Theorem(
    claim=Claim(spent, "<=", bound),
    family=UNEQUAL_WIDTHS,
    settings={"normalization": ("rows",)},
    about_bound=[increasing(V), increasing(m1), increasing(m2)],
    mutants={
        "the first width": (2 - 1 / m1) * V**2,
        "the second width": (2 - 1 / m2) * V**2,
        "0.999 of it": bound * 999 / 1000,
        "1 for 2 − 1/m": V**2,
        "without V": bound / V**2,
    },
)
