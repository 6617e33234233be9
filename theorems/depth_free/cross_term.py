"""The cross term of the Hessian by itself: at most K_L < e, for rows and for matrices that are normalised.

Statement:   2|⟨v, A_2^L⟩| ≤ K_L‖v‖‖x‖Σ_l‖U^l‖_F² with K_L = (L/(L−2))^{(L−2)/2}, K_1 = 0, K_2 = 1; where A_0^0 = x,
             A_0^l = G^lM^lA_0^{l−1}, A_k^l = D^l(M^lA_k^{l−1} + δ^lA_{k−1}^{l−1}) for k ≥ 1, and δ^l is the part of
             U^l across M^l, row by row for M = W̄/√m, as a whole for M = W/‖W‖_F.
Hypotheses:  D^l and G^l diagonal with entries in [−1, 1], such as φ′(z) and φ(z)/z with |φ′| ≤ 1, φ(0) = 0; no row,
             or no matrix, is zero.
Kind:        upper bound; attained at L = 2, and at L = 4 for M = W/‖W‖_F
Label:       lemma
Paper:       not in it.
Ours:        the statement; it is what `hessian` needs. Seen for rows: 1.542, 1.694, 1.770 at m = 2, 3, 4 and L ≥ 4.
Tags:        hessian, smoothness, depth, depth-free

Proof. N_l = Σ_k r^{2k}‖A_k^l‖² ≤ Σ_k r^{2k}‖M^lA_k^{l−1} + δ^lA_{k−1}^{l−1}‖², which is the mean over |s| = r of
‖(M^l + sδ^l)Σ_k s^kA_k^{l−1}‖². As δ is across M, ‖M + sδ‖_F² = 1 + r²‖δ‖_F² for complex s too, so that
N_l ≤ (1 + r²‖δ^l‖²)N_{l−1}. With η² = Σ‖δ^l‖² ≤ Σ‖U^l‖², r⁴‖A_2^L‖² ≤ N_L ≤ ‖x‖²(1 + r²η²/L)^L, and
r²η² = 2L/(L−2) gives 2‖A_2^L‖ ≤ K_L‖x‖η² (r → ∞ if L = 2; A_2 = 0 if L = 1). ∎
In the same way ‖A_k^L‖ ≤ (e/k)^{k/2}‖x‖η^k for every k ≥ 1.
"""

from sympy import E, Expr, Integer, Rational, oo, sqrt

from wnverify import Claim, Step, Theorem, below, bounded_in, increasing, limit
from wnverify.bounds.depth_free import K_L, OLDER_CROSS, SUPREMUM
from wnverify.families.normalizations.cross_terms import CROSS_TERMS

cross, v, U, x, L = CROSS_TERMS.symbols("output_abs norm_v norm_U input_norm L")
second = CROSS_TERMS.symbols("second_norm")
unit = v * x * U**2


def at(depth: int, constant: Expr) -> Claim:
    """The claim with another constant, at one depth."""
    given = {"as many layers": (L, ">=", depth), "no more": (L, "<=", depth)}
    return Claim(cross, "<=", constant * unit, given=given)


theorem = Theorem(
    claim=Claim(cross, "<=", K_L * unit),
    family=CROSS_TERMS,
    settings={"slopes": ("any",)},
    about_bound=[
        increasing(L, of=K_L),
        bounded_in(L, of=K_L),
        limit(L, oo, E, of=K_L),
        *(below(larger, of=K_L) for larger in (E, L - 1, OLDER_CROSS)),
    ],
    mutants={
        "1 for K_3": at(3, Integer(1)),
        "sqrt(S) for K_4": at(4, sqrt(SUPREMUM)),
        "1.6 for K_3": at(3, Rational(8, 5)),
        "1.99 for K_4": at(4, Rational(199, 100)),
    },
    steps=[
        Step("Cauchy–Schwarz", cross, "<=", 2 * v * second),
        Step("r⁴‖A_2^L‖² ≤ N_L ≤ ‖x‖²Π(1 + r²‖δ^l‖²), the best r", second, "<=", K_L * x * U**2 / 2),
    ],
)
