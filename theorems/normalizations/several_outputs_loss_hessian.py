"""Weight normalization by rows with several outputs, gains and biases: the Hessian of the mean loss.

Statement:   ‖∇²_θ𝓛‖₂ ≤ mean(sup‖∂²ℓ/∂F²‖G² + ‖∂ℓ/∂F‖H) with G = b and H = λ_max(Q) of `several_outputs_gradient`
             and `several_outputs_hessian`; the supremum is 2 for ‖F − y‖² and 1/2 for the cross-entropy.
Hypotheses:  |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1, no zero row; widths of any size; here one hidden layer, n ≤ 2.
Kind:        upper bound, tight
Label:       theorem
Paper:       not in it.
Ours:        the statement: `banerjee2024/loss_hessian` has it for one output and the square loss.
Tags:        loss, hessian, smoothness, gains, biases, widths, outputs

Proof. ∇²ℓ(F) = (∂F/∂θ)ᵀ∂²ℓ(∂F/∂θ) + ∇²⟨∂ℓ/∂F, F⟩ with ∂ℓ/∂F held fixed; the norms are at most sup‖∂²ℓ‖G² and
‖∂ℓ/∂F‖H. Of the cross-entropy ∂²ℓ = diag(q) − qqᵀ, of which yᵀ(…)y is the variance of y_k under q, at most
(max y − min y)²/4 ≤ ‖y‖²/2. The mean over samples keeps both. ∎
"""

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.several_outputs import SEVERAL_OUTPUTS_LOSS

hessian, first, second = SEVERAL_OUTPUTS_LOSS.symbols("loss_hessian_norm first second")

theorem = Theorem(
    claim=Claim(hessian, "<=", second),
    family=SEVERAL_OUTPUTS_LOSS,
    about_bound=[increasing(second)],
    mutants={"0.98 of it": second * 49 / 50, "the gradient's": first},
)
