"""RMSNorm after one layer: the gradient is as small as the pre-activations are large.

Statement:   ‖∂f/∂W‖_F ≤ ‖v‖₂‖x‖₂/R with R = √(‖Wx‖² + mε), ε = 1/64.
Hypotheses:  |φ′| ≤ 1.
Kind:        upper bound, tight
Label:       theorem
References:  ours
Tags:        own network, gradient, RMSNorm

Proof: N(z) = z/√(‖z‖² + mε) has a derivative of norm at most 1/R, and ∂f/∂W = (∂f/∂z)xᵀ.
Attained by v across Wx where φ = identity.
"""

from sympy import Rational

from wnverify import Claim, Theorem, architecture, ball, free, quantity

EPSILON = 1 / 64


def value(xp, theta, x):
    """f = ⟨v, φ(√m N(z))⟩/√m with z = Wx: RMSNorm divides by the root of mean z² + ε."""
    z = theta.W @ x
    return theta.v @ xp.phi(z / xp.sqrt(xp.mean(z * z) + EPSILON)) / xp.sqrt(theta.m)


def radius(xp, theta, x):
    """R, a number of the theorem's own: no family lists it."""
    z = theta.W @ x
    return xp.sqrt(xp.sum(z * z) + theta.m * EPSILON)


NET = architecture(
    "RMSNorm",
    value,
    theta={"W": free("m", "d"), "v": free("m")},
    x=ball("d"),
    sizes={"m": (1, 2, 4), "d": (1, 2, 3)},
    activation=("identity", "tanh", "sin"),
)
R = quantity("R", "√(‖Wx‖² + mε), what RMSNorm divides by", radius, of=NET, low=Rational(1, 8))
gradient, V, r, m = NET.symbols("gradient_norm_W norm_v input_norm m")
bound = V * r / R

theorem = Theorem(
    claim=Claim(gradient, "<=", bound),
    family=NET,
    mutants={"1 + R for it": V * r / (1 + R), "a tenth less": bound * 9 / 10, "with R²": V * r / R**2},
)
