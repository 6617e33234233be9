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

from wnverify import Theorem, decreasing
from wnverify.bounds.normalizations import frobenius_gradient_squared, frobenius_hessian
from wnverify.bounds.square_loss import hessian_parts
from wnverify.families.normalizations.square_loss import FROBENIUS_LOSS

V, omega = FROBENIUS_LOSS.symbols("norm_v omega")
right, wrong = ((frobenius_gradient_squared(V, each), frobenius_hessian(V, each)) for each in (omega, Integer(1)))

theorem = Theorem(
    **hessian_parts(
        FROBENIUS_LOSS,
        right,
        about=[decreasing(omega)],
        wrong={"without omega": wrong},
        corollary_of=["normalizations/frobenius_gradient", "normalizations/frobenius_hessian"],
    )
)
