"""W/‖W‖_F: the Hessian of the square loss.

Statement:   ‖∇²_θ 𝓛‖₂ ≤ 2G² + 2H√𝓛, 𝓛 = (1/n) Σ(f(x_i) − y_i)², with G as in `frobenius_loss_gradient` and H the
             bound of `frobenius_hessian`.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x_i‖₂ ≤ 1, no W^l vanishes.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement: that of banerjee2024 with G and H of this normalization.
Tags:        loss, hessian, smoothness, frobenius

Proof. ∇²𝓛 = (2/n) Σ(∇f_i∇f_iᵀ + (f_i − y_i)∇²f_i) with ‖∇²f_i‖₂ ≤ H, and (1/n) Σ|f_i − y_i| ≤ √𝓛. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.normalizations import frobenius_gradient_squared, frobenius_hessian
from wnverify.bounds.pre_activations import loss_hessian
from wnverify.families.normalizations.square_loss import FROBENIUS_LOSS

hessian, loss, V, omega = FROBENIUS_LOSS.symbols("loss_hessian_norm loss norm_v omega")
G_squared, H = frobenius_gradient_squared(V, omega), frobenius_hessian(V, omega)
bound = loss_hessian(G_squared, H, loss)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=FROBENIUS_LOSS,
    corollary_of=["normalizations/frobenius_gradient", "normalizations/frobenius_hessian"],
    about_bound=[increasing(loss), increasing(V), decreasing(omega)],
    mutants={
        "1 for 2 twice": bound / 2,
        "without H": 2 * G_squared,
        "without G": bound - 2 * G_squared,
        "without omega": loss_hessian(
            frobenius_gradient_squared(V, Integer(1)), frobenius_hessian(V, Integer(1)), loss
        ),
    },
)
