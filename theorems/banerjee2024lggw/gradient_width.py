"""Gaussian width of a predictor's gradients: the featurizer's √(2m/π), and a hidden part that falls as 1/ω.

Statement:   E_g sup_Θ ⟨∇_θ f, g⟩ ≤ √(2m/π) + (1+ρ₁)√(S(d + (L−1)m))/ω, S = 2 − 1/m, or 1 for L = 1, over
             Θ = {‖v‖₂ ≤ 1 + ρ₁, every ‖W_i^l‖₂ ≥ ω}, g ~ N(0, I_p); so for the mean of the gradients at n samples.
             Measured from below: a lower confidence limit (1 − 10⁻⁹) of the mean over Gaussian draws of the best
             network that an ascent finds for each.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, equal hidden widths.
Kind:        upper bound; tight as ω → ∞, and up to a factor of about 2.5 at small ω for L ≥ 2
Label:       theorem
Paper:       abstract (abstract): the single-sample width of the loss gradients of deep networks is bounded in terms
             of the Gaussian width of the featurizer.
Relation:    special case: networks with weight normalization, with explicit constants.
Ours:        the bound, with the width of the featurizer at its largest, and its constants.
References:  sup‖∇_W f‖ is `depth_free/hidden_gradient`.
Tags:        gradient, gaussian-width, generalization, depth, width

Proof. ∂f/∂v = α^L has entries in [−1/√m, 1/√m] (‖α^{L−1}‖ ≤ 1, unit rows, |φ(z)| ≤ |z|), so ⟨α^L, g_v⟩ ≤ ‖g_v‖₁/√m,
and E‖g_v‖₁ = m√(2/π). ⟨∇_W f, g_W⟩ ≤ ‖∇_W f‖‖g_W‖ ≤ √S (1+ρ₁)/(√m ω)·‖g_W‖, and E‖g_W‖ ≤ √(m(d + (L−1)m)). ∎
The first part is attained by the identity, whose α^L reaches every corner of that cube.
"""

from sympy import Integer, oo, pi, sqrt

from wnverify import Claim, Theorem, below, decreasing, free_of, increasing, limit, order
from wnverify.bounds.banerjee2024lggw import featurizer_width, gradient_width, hidden_width
from wnverify.bounds.depth_free import CENTRED
from wnverify.families.networks import gradient_width as measured
from wnverify.families.networks.gradient_width import GRADIENT_WIDTHS, LIPSCHITZ, L, d, m, omega, rho

bound, features, hidden = gradient_width(), featurizer_width(size=1), hidden_width()

theorem = Theorem(
    claim=Claim(measured.gradient_width, "<=", bound, given={**LIPSCHITZ, **CENTRED}),
    family=GRADIENT_WIDTHS,
    settings={"loss": ("output",), "activation": ("identity", "tanh", "sin", "softplus0")},
    about_bound=[
        increasing(m),
        increasing(d),
        increasing(rho),
        decreasing(omega),
        limit(omega, oo, sqrt(2 * m / pi)),
        free_of(L, of=hidden / sqrt(d + (L - 1) * m), given={L: L + 1}),
        order(sqrt(m) + (1 + rho) * sqrt(d + L * m) / omega),
        below(sqrt(m) + hidden),
    ],
    mutants={
        "without the featurizer": hidden,
        "without the hidden layers": features,
        "without the factor (1+rho)": features + hidden_width(radius=Integer(1)),
        "1/m for 1/omega": features + hidden_width(scale=m),
        "only the inputs of the first layer": features + hidden_width(fan=d),
        "half of it": bound / 2,
    },
)
