"""BatchNorm over a small batch: the predictions of the whole batch, whatever the weights.

Statement:   |Σ_i y_i f_i|/√n ≤ ‖v‖₂ for every y with ‖y‖₂ = 1, that is ‖(f_1, …, f_n)‖₂ ≤ √n ‖v‖₂.
Hypotheses:  |φ(t)| ≤ |t|, ε = 2^−10.
Kind:        upper bound, tight
Label:       theorem
References:  ours
Tags:        own network, output, BatchNorm

Proof: Σ_i ẑ_ik² ≤ n for every unit k, so that the matrix α_ik = φ(ẑ_ik)/√(mn) has a Frobenius norm of at most 1.
Attained as W → ∞ by equal rows, φ = identity and y along the ẑ.
"""

from sympy import sqrt

from wnverify import Claim, Theorem, architecture, free, sphere

EPSILON = 2.0**-10


def value(xp, theta, x):
    """The input x is a batch of n; its pre-activations z (n, m) are centred and scaled over the batch."""
    z = x @ theta.W.T
    normed = (z - xp.mean(z, axis=0)) / xp.sqrt(xp.var(z, axis=0) + EPSILON)
    return theta.y @ (xp.phi(normed) @ theta.v) / xp.sqrt(theta.m * theta.n)


NET = architecture(
    "BatchNorm",
    value,
    theta={"W": free("m", "d"), "v": free("m"), "y": sphere("n")},
    x=free("n", "d"),
    sizes={"n": (2, 3, 4), "m": (1, 2), "d": (1, 2)},
    activation=("identity", "tanh", "sin"),
)
f, V, m, largest = NET.symbols("output_abs norm_v m largest_v")
bound = V

theorem = Theorem(
    claim=Claim(f, "<=", bound),
    family=NET,
    mutants={"units that share the variance": V / sqrt(m), "a tenth less": V * 9 / 10, "one unit": largest},
)
