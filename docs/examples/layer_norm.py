"""LayerNorm after one layer: the Lipschitz constant in the input.

Statement:   ‖∂f/∂x‖₂ ≤ ‖v‖₂‖W‖₂/√(mε), ε = 1/4.
Hypotheses:  |φ′| ≤ 1.
Kind:        upper bound, tight
Label:       theorem
References:  ours
Tags:        own network, input, LayerNorm

Proof: LayerNorm is √m N(Cz) with C the centring and N(u) = u/√(‖u‖² + mε), whose derivative is at most 1/√(mε) in
norm, and ‖C‖₂ = 1. Attained as Wx → 0 by v that sums to 0.
"""

from sympy import sqrt

from wnverify import Claim, Theorem, architecture, ball, free

EPSILON = 1 / 4


def value(xp, theta, x):
    """f = ⟨v, φ((z − mean z)/√(var z + ε))⟩/√m with z = Wx."""
    z = theta.W @ x
    normed = (z - xp.mean(z)) / xp.sqrt(xp.var(z) + EPSILON)
    return theta.v @ xp.phi(normed) / xp.sqrt(theta.m)


NET = architecture(
    "LayerNorm",
    value,
    theta={"W": free("m", "d"), "v": free("m")},
    x=ball("d"),
    sizes={"m": (2, 3, 4), "d": (1, 2)},
    activation=("identity", "tanh", "sin"),
)
slope, V, spectral, frobenius, m = NET.symbols("input_gradient_norm norm_v spectral_W norm_W m")
bound = 2 * V * spectral / sqrt(m)

theorem = Theorem(
    claim=Claim(slope, "<=", bound),
    family=NET,
    mutants={
        "half of it": bound / 2,
        "without the weights": 2 * V / sqrt(m),
        "the Frobenius norm over √m": 2 * V * frobenius / m,
    },
)
