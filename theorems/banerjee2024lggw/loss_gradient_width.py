"""Loss gradient Gaussian width: λ times the bound for the predictor, and no more for n samples than for one.

Statement:   E_g sup_Θ ⟨(1/n) Σ_i ∇_θ ℓ(f(θ; x_i), y_i), g⟩ ≤ λ(√(2m/π) + (1+ρ₁)√(S(d + (L−1)m))/ω), S = 2 − 1/m, or 1
             for L = 1, if |ℓ′| ≤ λ. Measured from below, as in `gradient_width`, for ℓ(f, y) = λ√(1 + (f−y)²).
Hypotheses:  |ℓ′| ≤ λ, φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, equal hidden widths.
Kind:        upper bound; tight as ω → ∞ with targets far off
Label:       theorem
Paper:       abstract (abstract): the single-sample width of the loss gradients of deep networks is bounded in terms
             of the Gaussian width of the featurizer.
Relation:    special case: networks with weight normalization and a Lipschitz loss, with explicit constants.
Ours:        the statement.
References:  `gradient_width` is the case of the output itself.
Tags:        loss, gradient, gaussian-width, generalization, depth, width

Proof. |⟨ℓ′∇f, g⟩| ≤ λ sup|⟨∇f, g⟩|, and the proof of `gradient_width` bounds that absolute value: |⟨α^L, g_v⟩| is at
most ‖g_v‖₁/√m too. A supremum of a mean is at most the mean of the suprema. ∎
The width of any set A would not do: {λ′a: a ∈ A, |λ′| ≤ λ} may be wider than λ·w(A), as for a single a ≠ 0, where
w(A) = 0 and it is λ‖a‖√(2/π). So the factor before the width of the featurizer is λ only where A^L = −A^L.
"""

from sympy import Integer, oo, pi, sqrt

from wnverify import Claim, Theorem, decreasing, free_of, increasing, limit
from wnverify.bounds.banerjee2024lggw import featurizer_width, gradient_width, hidden_width
from wnverify.bounds.depth_free import CENTRED
from wnverify.families.networks import gradient_width as measured
from wnverify.families.networks.gradient_width import GRADIENT_WIDTHS, LIPSCHITZ, d, lipschitz, m, n, omega, rho

features = featurizer_width(size=1)
bound = lipschitz * gradient_width()

theorem = Theorem(
    claim=Claim(measured.gradient_width, "<=", bound, given={**LIPSCHITZ, **CENTRED}),
    family=GRADIENT_WIDTHS,
    settings={"loss": ("smoothed",), "activation": ("identity", "tanh", "sin", "softplus0")},
    about_bound=[
        free_of(n),
        increasing(lipschitz),
        increasing(m),
        decreasing(omega),
        limit(omega, oo, lipschitz * sqrt(2 * m / pi)),
    ],
    mutants={
        "without lambda": gradient_width(),
        "without the featurizer": lipschitz * hidden_width(),
        "without the hidden layers": lipschitz * features,
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "1/m for 1/omega": bound.subs(omega, m),
        "1/sqrt(n) for the mean": bound / sqrt(n),
        "only the inputs of the first layer": lipschitz * (features + hidden_width(fan=d)),
        "half of it": bound / 2,
    },
)
