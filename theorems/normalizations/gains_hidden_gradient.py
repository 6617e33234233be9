"""WeightNorm with gains: the gradient in the directions of the rows knows no depth but for the product of the gains.

Statement:   Σ_l ‖∂f/∂W^l‖_F² ≤ (2 − 1/m)κP² for L ≥ 2 and ≤ κP² for L = 1, κ = V²/(mω²), V = ‖v‖, P = Πγ_l,
             γ_l = max_i |g^l_i|, for z^l = m^{-1/2}(g^l ⊙ W̄^l α^{l−1}) and PyTorch's W = gV/‖V‖.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, equal widths, no zero row, no biases.
Kind:        upper bound, tight for every L, m and P
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, depth-free, gains

Proof. With P_l = Π_{k≤l} γ_k, f is P times a network with unit gains in which unit i of layer l has the activation
t ↦ φ(g_i P_{l−1} t)/P_l: of slope at most 1, and 0 at 0. The proof of `depth_free/hidden_gradient` uses nothing else
of the activations, which may differ from unit to unit. If a γ_l vanishes, so does f. ∎
Attained, as there, by one row of W¹ across x, all rows of W² equal to e₁, and gains alike in each layer.
"""

from sympy import sqrt

from wnverify import Claim, Step, Theorem, bounded_in, decreasing, increasing
from wnverify.bounds.depth_free import SUPREMUM
from wnverify.families.normalizations.gains import GAINS

hidden, V, omega, P, L, m = GAINS.symbols("gradient_norm_W norm_v omega gain_product L m")
turned = GAINS.symbols("turned")
kappa = V**2 / (m * omega**2)
bound = SUPREMUM * kappa * P**2

theorem = Theorem(
    claim=Claim(hidden**2, "<=", bound),
    family=GAINS,
    about_bound=[bounded_in(L), decreasing(omega), decreasing(m), increasing(V), increasing(P)],
    mutants={
        "without the gains": SUPREMUM * kappa,
        "P for P²": SUPREMUM * kappa * P,
        "1 for 2 - 1/m": kappa * P**2,
        "0.99 of it": bound * 99 / 100,
        "1/√m too much": bound / sqrt(m),
    },
    steps=[
        Step(
            "∂f/∂w_i = c_i g_i m^{−1/2}(α − ⟨w̄_i, α⟩w̄_i)/‖w_i‖, and ‖w_i‖ ≥ ω",
            hidden**2,
            "<=",
            turned / (m * omega**2),
        ),
        Step(
            "f is P times a network of unit gains: the angles of `hidden_gradient`",
            turned,
            "<=",
            SUPREMUM * V**2 * P**2,
        ),
    ],
)
