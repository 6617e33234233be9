"""Weight normalization by rows with several outputs, gains and biases: the gradient of the mean loss.

Statement:   ‖∇_θ𝓛‖ ≤ mean ‖∂ℓ/∂F‖G with G = b of `several_outputs_gradient`; ‖∂ℓ/∂F‖ is 2‖F − y‖ for ‖F − y‖², and
             ‖q − p‖ for the cross-entropy of q = softmax(F) to a distribution p.
Hypotheses:  |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, no zero row; widths of any size; here one hidden layer, n ≤ 2, and
             a right side of 10⁻⁶ or more: of less, rounding in q − p would decide.
Kind:        upper bound, tight
Label:       corollary
Paper:       not in it.
Ours:        the statement: `banerjee2024/loss_gradient` has it for one output and the square loss.
Tags:        loss, gradient, gains, biases, widths, outputs

Proof. ∇ℓ(F) = (∂F/∂θ)ᵀ∂ℓ/∂F, of norm at most ‖∂F/∂θ‖₂‖∂ℓ/∂F‖; the mean over samples keeps it. ∎
"""

from sympy import Rational

from wnverify import Claim, Theorem, increasing
from wnverify.families.normalizations.several_outputs import SEVERAL_OUTPUTS_LOSS

gradient, first = SEVERAL_OUTPUTS_LOSS.symbols("loss_gradient_norm first")

theorem = Theorem(
    claim=Claim(gradient, "<=", first, given={"not at rest": (first, ">=", Rational(1, 10**6))}),
    family=SEVERAL_OUTPUTS_LOSS,
    corollary_of="normalizations/several_outputs_gradient",
    about_bound=[increasing(first)],
    mutants={"0.9 of it": first * 9 / 10, "its square": first**2},
)
