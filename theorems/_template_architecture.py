"""A network of one's own: the output of a WeightNorm layer with gains and biases.

Statement:   |f(θ;x)| ≤ ‖v‖₂(γ‖x‖₂ + ‖b‖₂/√m), γ = max_i |g_i|.
Hypotheses:  |φ(t)| ≤ |t|, no zero row.
Kind:        upper bound (or: lower bound, identity, control; add "tight" if equality is attained)
Label:       theorem
References:  where the statement comes from: authors, title, year, arXiv number, number of the theorem.
Tags:        own network, output

Proof: Σ_i ⟨w̄_i, x⟩² ≤ m‖x‖², so that the pre-activations are at most γ‖x‖ + ‖b‖/√m in norm.
"""

# docs/own_networks.md lists the kinds of arrays, the symbols that a network has, and what xp has.
# `wnverify check THIS_FILE` tries to break the theorem; `wnverify symbols --with THIS_FILE` lists the symbols.

from sympy import sqrt

from wnverify import Claim, Theorem, architecture, ball, free, rows


def value(xp, theta, x):
    """The network for ONE input: one number (or a vector of scores).

    theta has the arrays and the sizes declared below, xp the functions of arrays, and xp.phi is the activation.
    Write xp.tanh, never np.tanh or math.tanh, and no `if` on a computed number: the same lines are run on floats, on
    derivatives and on balls.
    """
    z = theta.g * (xp.unit_rows(theta.W) @ x) + theta.b
    return theta.v @ xp.phi(z / xp.sqrt(theta.m))


NET = architecture(
    "gains and biases, one layer",
    value,
    # Each array: its shape in sizes, and its kind. Of `rows` only directions count: the search fixes their norms, and
    # omega is the least of them. Also: ball(..., radius=2), sphere(...), positive(...), box(-1, 1, ...).
    theta={"W": rows("m", "d"), "g": free("m"), "b": free("m"), "v": free("m")},
    x=ball("d"),
    # Sizes to try, of which all combinations are formed: small ones, for extremes are found there.
    sizes={"m": (1, 2, 3), "d": (1, 2)},
    activation=("identity", "tanh", "sin"),
)

# Symbols by name; a wrong name is answered with the nearest, `wnverify symbols --with THIS_FILE` has them all.
f, V, gain, b, m, r = NET.symbols("output_abs norm_v largest_g norm_b m input_norm")

# The bound, once. Exact numbers only: Rational(1, 3) or sqrt(3)/2, never 0.333.
bound = V * (gain * r + b / sqrt(m))

theorem = Theorem(
    claim=Claim(f, "<=", bound),
    family=NET,
    # Wrong versions, which must be refuted: they show that the search is strong enough.
    mutants={"without the bias": V * gain * r, "without the gain": V * (r + b / sqrt(m)), "half of it": bound / 2},
)
