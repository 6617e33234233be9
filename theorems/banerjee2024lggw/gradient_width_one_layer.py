"""Gaussian width of the gradients of one hidden layer: half the hidden part, since gradients are across their rows.

Statement:   for L = 1, E_g sup_Θ ⟨∇_θ f, g⟩ ≤ √(2m/π) + (1+ρ₁)(1 + √d)/(2ω) over Θ = {‖v‖₂ ≤ 1 + ρ₁, every
             ‖W_i‖₂ ≥ ω}; so for the mean of the gradients at n samples. Measured from below, as in `gradient_width`.
Hypotheses:  L = 1, φ(0) = 0, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1.
Kind:        upper bound; tight as ω → ∞, and as ω → 0 for large d
Label:       theorem
Paper:       abstract (abstract): the single-sample width of the loss gradients of deep networks is bounded in terms
             of the Gaussian width of the featurizer.
Relation:    special case: one hidden layer with weight normalization, with explicit constants.
Ours:        the statement.
References:  the general depth is `gradient_width`, whose hidden part is (1+ρ₁)√d/ω here.
Tags:        gradient, gaussian-width, generalization, width

Proof. ∂f/∂W_i = v_i φ′(z_i)(I − wwᵀ)x/(√m‖W_i‖), w = W_i/‖W_i‖. For unit x, ⟨(I − wwᵀ)x, g⟩ = ⟨x,g⟩ −
⟨w,x⟩⟨w,g⟩ lies between (⟨x,g⟩ − ‖g‖)/2 and (⟨x,g⟩ + ‖g‖)/2, as ⟨w,x⟩⟨w,g⟩ is a form in w with the eigenvalues
(⟨x,g⟩ ± ‖g‖)/2. So the hidden part is at most (1+ρ₁)/(√m ω)·(Σ_i (|⟨x,g_i⟩| + ‖g_i‖)²/4)^{1/2}, and E(|⟨x,g⟩| +
‖g‖)² ≤ 1 + d + 2√d by Cauchy–Schwarz; take the root of the mean. Shorter x make it smaller. The part of v is
that of `gradient_width`. ∎
"""

from sympy import Integer, oo, pi, sqrt

from wnverify import Claim, Theorem, below, decreasing, increasing, limit
from wnverify.bounds.banerjee2024lggw import featurizer_width, gradient_width, one_layer_width
from wnverify.bounds.depth_free import CENTRED
from wnverify.families.networks import gradient_width as measured
from wnverify.families.networks.gradient_width import LIPSCHITZ, ONE_LAYER_WIDTHS, L, d, m, omega, rho

bound = one_layer_width()
given = {**LIPSCHITZ, **CENTRED, "one hidden layer": (L, "<=", 1)}

theorem = Theorem(
    claim=Claim(measured.gradient_width, "<=", bound, given=given),
    family=ONE_LAYER_WIDTHS,
    settings={"loss": ("output",), "activation": ("identity", "tanh", "sin", "softplus0")},
    about_bound=[
        increasing(m),
        increasing(d),
        increasing(rho),
        decreasing(omega),
        limit(omega, oo, sqrt(2 * m / pi)),
        limit(omega, 0, (1 + rho) * (1 + sqrt(d)) / 2, of=omega * bound),
        below(gradient_width(), given={L: 1}),
    ],
    mutants={
        "sqrt(d) for 1 + sqrt(d)": one_layer_width(tangent=sqrt(d) / 2),
        "without the featurizer": bound - featurizer_width(size=Integer(1)),
        "without the hidden layer": featurizer_width(size=Integer(1)),
        "without the factor (1+rho)": bound.subs(rho, Integer(0)),
        "1/m for 1/omega": bound.subs(omega, m),
        "two thirds of it": 2 * bound / 3,
    },
)
