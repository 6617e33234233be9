"""WeightNorm with gains of at most 1: the Hessian in the directions of the rows is depth-free, as without gains.

Statement:   ‖∂²f/∂W²‖₂ ≤ P·max(λ₂, min(λ₁, 2h)) of `depth_free/hessian` with b = 0 and V = ‖v‖ for 1 + ρ₁, P = Πγ_l,
             γ_l = max_i |g^l_i|; where β = 0 for gains of any size.
Hypotheses:  all |g_i| ≤ 1, φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, equal widths, no zero row, no biases.
Kind:        upper bound, tight for L = 1 and the identity
Label:       theorem
Paper:       not in it.
Ours:        the statement. With the gains among the parameters no such bound holds: see control_gains_hessian.
Tags:        hessian, smoothness, depth, depth-free, gains

Proof. As in `gains_hidden_gradient`, f is P times a network with unit gains whose units have the activations
t ↦ φ(g_i P_{l−1} t)/P_l, of slope at most 1 and of curvature at most βγ_l²P_{l−1}²/P_l = βP_l ≤ β. The proof of
`depth_free/hessian` uses nothing else of the activations; with no step in v, b does not enter. ∎
"""

from sympy import Integer

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.depth_free import hessian_from, own_term, tangential_term
from wnverify.families.normalizations.gains import GAINS

hessian, V, omega, P, gain = GAINS.symbols("hessian_norm_W norm_v omega gain_product largest_g")
h, T = own_term(V), tangential_term(radius=V)
bound = P * hessian_from(h, T, Integer(0))

theorem = Theorem(
    claim=Claim(hessian, "<=", bound, given={"gains of at most 1": (gain, "<=", 1)}),
    family=GAINS,
    about_bound=[decreasing(omega), increasing(V), increasing(P)],
    mutants={
        "P² for P": P * bound,
        "0.98 of it": bound * 49 / 50,
        "the gains dropped, of any size": Claim(hessian, "<=", bound / P),
        "without the normalisation's own curvature": P * T,
    },
)
