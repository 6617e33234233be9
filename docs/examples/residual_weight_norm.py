"""Residual WeightNorm network: its Lipschitz constant in the input does not explode with the depth.

Statement:   ‖∂f/∂x‖₂ ≤ ‖v‖₂(1 + 1/L)^L, which is below e‖v‖₂.
Hypotheses:  |φ′| ≤ 1, no zero row.
Kind:        upper bound, tight
Label:       theorem
References:  ours
Tags:        own network, input, residual, depth

Proof: the Jacobian of a layer is I + DW̄/(L√m) with |D| ≤ 1 and ‖W̄‖₂ ≤ ‖W̄‖_F = √m, of norm at most 1 + 1/L.
Attained by φ = identity and rows, x and v along one another.
"""

from sympy import Rational

from wnverify import Claim, Theorem, architecture, ball, free, free_of, rows


def value(xp, theta, x):
    """f = ⟨v, α^L⟩ with α^l = α^{l−1} + φ(W̄_l α^{l−1}/√m)/L."""
    a = x
    for layer in range(theta.L):
        a = a + xp.phi(xp.unit_rows(theta.W[layer]) @ a / xp.sqrt(theta.m)) / theta.L
    return theta.v @ a


NET = architecture(
    "residual WeightNorm",
    value,
    theta={"W": rows("L", "m", "m"), "v": free("m")},
    x=ball("m"),
    sizes={"L": (1, 2, 3), "m": (1, 2, 3)},
    activation=("identity", "tanh", "sin"),
)
slope, V, L, m, omega = NET.symbols("input_gradient_norm norm_v L m omega")
bound = V * (1 + 1 / L) ** L

theorem = Theorem(
    claim=Claim(slope, "<=", bound),
    family=NET,
    about_bound=[free_of(omega), free_of(m)],
    mutants={
        "one layer less": V * (1 + 1 / L) ** (L - 1),
        "as if depth cost nothing": 2 * V * Rational(99, 100),
    },
)
