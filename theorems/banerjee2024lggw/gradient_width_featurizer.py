"""Gaussian width of a predictor's gradients: at most that of the featurizer, and a hidden part that falls as 1/ω.

Statement:   E_g sup_Θ ⟨∇_θ f, g⟩ ≤ w(A^L) + (1+ρ₁)√(S(d + (L−1)m))/ω, S = 2 − 1/m, or 1 for L = 1, where A^L is the
             set of the values α^L(θ; x) of the featurizer, the output of the last hidden layer; for n samples the
             mean of their w(A^L). The left side is measured from below, as in `gradient_width`; w(A^L) is exact.
Hypotheses:  φ increasing, φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, equal hidden widths.
Kind:        upper bound; tight as ω → ∞, and up to a factor of about 2.5 at small ω for L ≥ 2
Label:       theorem
Paper:       abstract (abstract): the single-sample width of the loss gradients of deep networks is bounded in terms
             of the Gaussian width of the featurizer.
Relation:    special case: networks with weight normalization, the predictor for the loss, with explicit constants.
Ours:        the hidden part, and the factor 1 before w(A^L).
References:  sup‖∇_W f‖ is `depth_free/hidden_gradient`.
Tags:        gradient, gaussian-width, generalization, depth, width

Proof. ∂f/∂v = α^L, so the supremum is at most sup ⟨α^L, g_v⟩ + sup‖∇_W f‖·‖g_W‖; take the mean, with sup‖∇_W f‖ at
most √S (1+ρ₁)/(√m ω) and E‖g_W‖ ≤ √(m(d + (L−1)m)). A supremum of a mean over samples is at most the mean of the
suprema. ∎
"""

from sympy import Integer, oo

from wnverify import Claim, Theorem, decreasing, increasing, limit
from wnverify.bounds.banerjee2024lggw import hidden_width
from wnverify.bounds.depth_free import CENTRED
from wnverify.families.networks.gradient_width import (
    GRADIENT_WIDTHS,
    LIPSCHITZ,
    d,
    featurizer_width,
    gradient_width,
    m,
    omega,
)

hidden = hidden_width()
bound = featurizer_width + hidden
features = limit(omega, oo, featurizer_width)

theorem = Theorem(
    claim=Claim(gradient_width, "<=", bound, given={**LIPSCHITZ, **CENTRED}),
    family=GRADIENT_WIDTHS,
    settings={"loss": ("output",), "activation": ("tanh", "identity", "sin", "softplus0")},
    about_bound=[features, decreasing(omega), increasing(d)],
    mutants={
        "half of the featurizer": featurizer_width / 2 + hidden,
        "the featurizer alone": featurizer_width,
        "without the factor (1+rho)": featurizer_width + hidden_width(radius=Integer(1)),
        "1/m for 1/omega": featurizer_width + hidden_width(scale=m),
        "a third of the hidden part": featurizer_width + hidden / 3,
    },
    paper_says={
        "the single-sample width of the gradients is bounded in terms of the Gaussian width of the featurizer "
        "(for networks with weight normalization: by it alone as ω → ∞)": features,
    },
)
