"""Two WeightNorm layers with gains and biases: the output.

Statement:   |f(θ;x)| ≤ ‖v‖₂(γ₂(γ₁‖x‖₂ + ‖b₁‖₂/√m) + ‖b₂‖₂/√m), γ_l = max_i |g_{l,i}|.
Hypotheses:  |φ′| ≤ 1, φ(0) = 0, no zero row.
Kind:        upper bound
Label:       theorem
References:  ours
Tags:        own network, output, gains, biases

Proof: Σ_i⟨w̄_i, α⟩² ≤ m‖α‖², so that ‖α^l‖ ≤ γ_l‖α^{l−1}‖ + ‖b_l‖/√m; then |f| ≤ ‖v‖‖α²‖.
"""

from sympy import sqrt

from wnverify import Claim, Theorem, architecture, ball, free, rows


def value(xp, theta, x):
    """f = ⟨v, α²⟩ with α^l = φ((g_l ⊙ W̄_l α^{l−1} + b_l)/√m), PyTorch's weight_norm with a bias."""
    a = xp.phi((theta.g1 * (xp.unit_rows(theta.W1) @ x) + theta.b1) / xp.sqrt(theta.m))
    a = xp.phi((theta.g2 * (xp.unit_rows(theta.W2) @ a) + theta.b2) / xp.sqrt(theta.m))
    return theta.v @ a


NET = architecture(
    "gains and biases",
    value,
    theta={
        "W1": rows("m", "d"),
        "g1": free("m"),
        "b1": free("m"),
        "W2": rows("m", "m"),
        "g2": free("m"),
        "b2": free("m"),
        "v": free("m"),
    },
    x=ball("d"),
    sizes={"m": (1, 2, 3), "d": (1, 2)},
    activation=("identity", "tanh", "sin"),
)
f, V, gamma1, gamma2, b1, b2, m, r = NET.symbols(
    "output_abs norm_v largest_g1 largest_g2 norm_b1 norm_b2 m input_norm"
)
bound = V * (gamma2 * (gamma1 * r + b1 / sqrt(m)) + b2 / sqrt(m))

theorem = Theorem(
    claim=Claim(f, "<=", bound),
    family=NET,
    mutants={
        "without the first bias": V * (gamma2 * gamma1 * r + b2 / sqrt(m)),
        "without the second gain": V * (gamma1 * r + b1 / sqrt(m) + b2 / sqrt(m)),
        "half of it": bound / 2,
    },
)
