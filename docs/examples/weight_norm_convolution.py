"""WeightNorm convolution in one dimension, averaged over places: the gradient by the filters.

Statement:   ‖∂f/∂W‖_F ≤ ‖v‖₂√(min(k, T)/T)/ω for filters of length k at T places of x.
Hypotheses:  |φ′| ≤ 1, ‖x‖₂ ≤ 1, no zero filter.
Kind:        upper bound
Label:       theorem
References:  ours
Tags:        own network, gradient, convolution

Proof: ∂f/∂w_c is v_c/(T‖w_c‖) times a sum of at most ‖p_t‖ over the T patches p_t of x, and every entry of x is in at
most min(k, T) patches, so that Σ_t‖p_t‖ ≤ √(T min(k, T)).
"""

from sympy import Min, sqrt

from wnverify import Claim, Theorem, architecture, ball, free, rows


def value(xp, theta, x):
    """f = Σ_c v_c mean_t φ(⟨w̄_c, p_t⟩) with c filters w_c of length k."""
    patches = xp.stack([x[t : t + theta.k] for t in range(theta.T)])
    return xp.mean(xp.phi(patches @ xp.unit_rows(theta.W).T) @ theta.v)


NET = architecture(
    "WeightNorm convolution",
    value,
    theta={"W": rows("c", "k"), "v": free("c")},
    x=ball("k + T - 1"),
    sizes={"c": (1, 2), "k": (1, 2, 3), "T": (1, 2, 3)},
    activation=("identity", "tanh", "sin"),
)
gradient, V, omega, k, T = NET.symbols("gradient_norm_W norm_v omega k T")
bound = V * sqrt(Min(k, T) / T) / omega

theorem = Theorem(
    claim=Claim(gradient, "<=", bound),
    family=NET,
    mutants={
        "as if patches did not overlap": V / sqrt(T) / omega,
        "filters used as they are": V * sqrt(Min(k, T) / T),
    },
)
