"""Conjecture: for activations that rise, the cross term of the Hessian is at most 2, at every depth.

Statement:   2|⟨v, A_2^L⟩| ≤ 2‖v‖‖x‖Σ_l‖U^l‖_F² in the notation of `cross_term`.
Hypotheses:  D^l and G^l diagonal with entries in [0, 1], such as φ′(z) and φ(z)/z with 0 ≤ φ′ ≤ 1, φ(0) = 0; no row,
             or no matrix, is zero.
Kind:        conjecture: upper bound; attained for M = W/‖W‖_F and L ≥ 4, and by rows, it seems, as m → ∞
Label:       conjecture
Paper:       not in it.
Ours:        conjectured, from worst-case search; proved for L ≤ 4, where K_L ≤ 2. By rows m = 2, 3, 4, 6, 8 reach
             1.542, 1.694, 1.770, 1.847, 1.885, about 2 − 0.92/m, at L = 4 and no more beyond. Where φ falls it fails
             for M = W/‖W‖_F: see controls/depth_free_cross_term_slopes.
Tags:        hessian, smoothness, depth, depth-free, conjecture
"""

from sympy import Rational

from wnverify import Claim, Theorem, free_of
from wnverify.bounds.depth_free import cross_constant
from wnverify.families.normalizations.cross_terms import CROSS_TERMS

cross, v, U, x, L = CROSS_TERMS.symbols("output_abs norm_v norm_U input_norm L")
bound = 2 * v * x * U**2

theorem = Theorem(
    claim=Claim(cross, "<=", bound),
    family=CROSS_TERMS,
    settings={"slopes": ("rising",)},
    conjecture=True,
    about_bound=[free_of(L)],
    mutants={"0.999 of it": Rational(999, 1000) * bound, "K_3 at every depth": cross_constant(3) / 2 * bound},
)
