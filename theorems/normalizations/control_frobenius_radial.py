"""Control: matrices of Frobenius norm at most 1 that keep their radial direction.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ 2V² for f = ⟨v, α^L⟩, α^l = φ(W^l α^{l−1}), ‖W^l‖_F ≤ 1, L = 3.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1; the matrices are not divided by their norms.
Kind:        control, false on purpose: at W^l = e₁e₁ᵀ, x = v = e₁ it is LV²
Label:       control
Paper:       not in it.
Ours:        a wrong version of normalizations/frobenius_hidden_gradient.
Tags:        control, gradient, depth, frobenius
"""

from typing import Any

import numpy as np

from wnverify import Claim, Theorem, Verdict, architecture, ball, free


def value(xp: Any, theta: Any, x: Any) -> Any:
    """Three layers with the matrices as they are."""
    for W in (theta.W1, theta.W2, theta.W3):
        x = xp.phi(W @ x)
    return theta.v @ x


def aligned(sizes: dict[str, int]) -> list[dict[str, Any]]:
    """All matrices e₁e₁ᵀ, x = v = e₁."""
    first = np.eye(sizes["m"])[0]
    W = np.outer(first, first)
    return [{"W1": W, "W2": W, "W3": W, "v": first, "x": first}]


NET = architecture(
    "three matrices",
    value,
    theta={"W1": free("m", "m"), "W2": free("m", "m"), "W3": free("m", "m"), "v": free("m")},
    x=ball("m"),
    sizes={"m": (1, 2)},
    activation=("identity", "tanh"),
).starting({"all matrices e₁e₁ᵀ": aligned})
layers = (1, 2, 3)
spent = sum(NET.symbols(f"gradient_norm_W{layer}") ** 2 for layer in layers)

theorem = Theorem(
    claim=Claim(
        spent,
        "<=",
        2 * NET.symbols("norm_v") ** 2,
        given={f"‖W{layer}‖ at most 1": (NET.symbols(f"norm_W{layer}"), "<=", 1) for layer in layers},
    ),
    family=NET,
    expect=Verdict.REFUTED,
)
