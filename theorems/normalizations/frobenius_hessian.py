"""W/‖W‖_F: the Hessian; for the identity the depth enters through K_L < e alone.

Statement:   ‖∇²_θ f(θ;x)‖₂ ≤ max(λ₂, min(λ₁, 2h)), λ₁ = (2/3)(T + √(T² + 3(b² + h²))),
             λ₂ = (h + T + √((h+T)² + 4b²))/2 with h = V/ω², b = √min(L, 2)/ω, T = h(K_L + β·min(2L−1, λ_L)),
             K_L = (L/(L−2))^{(L−2)/2}, K_1 = 0, K_2 = 1, λ_L = 1/(4 sin²(π/(4L+2))), V = ‖v‖ and
             ω = min_l ‖W^l‖_F.
Hypotheses:  φ(0) = 0, |φ′| ≤ 1, |φ″| ≤ β < ∞, ‖x‖₂ ≤ 1, no W^l vanishes.
Kind:        upper bound; attained at L = 1 and L = 2 by the identity as V/ω → ∞ and V/ω → 0
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        hessian, smoothness, depth, depth-free, frobenius

Proof. Along θ + s(U, q) write U^l = a_l M^l + E^l with E^l ⟂ M^l, δ^l = E^l/‖W^l‖_F and η² = Σ‖δ^l‖_F².
    Bilinear: f̈ holds 2⟨q, α̇^L⟩ ≤ 2√min(L, 2)‖q‖η, by `frobenius_hidden_gradient` with q for v; likewise ‖ż^l‖.
    Own: D²N(W)[U, U] = −(2aE + ‖E‖²M)/‖W‖² adds at most h(2|a|‖E‖s + ‖E‖²|c|) a layer, c the cosine of M and Γ.
    Cross: 2⟨v, A_2^L⟩ with A_0^l = α^l, A_k^l = D(MA_k^{l−1} + δA_{k−1}^{l−1}), D = diag φ′(z^l). As |φ(z)| ≤ |z| and
|φ′| ≤ 1, N_l = Σ_k r^{2k}‖A_k^l‖² is at most the mean over |s| = r of ‖(M + sδ)Σ_k s^kA_k^{l−1}‖², and
‖M + sδ‖_F² = 1 + r²‖δ^l‖² for complex s too, since δ ⟂ M. So r⁴‖A_2^L‖² ≤ N_L ≤ (1 + r²η²/L)^L, and
r²η² = 2L/(L−2) gives 2‖A_2^L‖ ≤ K_Lη² (r → ∞ if L = 2; A_2 = 0 if L = 1).
    Activations: βΣ_l Σ_i|b_i|ż_i² ≤ βVΣ‖ż^l‖², ‖ż^l‖² ≤ min(l, 2)η², so that the sum is at most (2L−1)η²; and
‖ż^l‖ ≤ Σ_{k≤l}‖δ^k‖, whose squares have the sum λ_Lη² at most.
    Only the own term knows a; as in `depth_free/hessian`, ‖∇²f‖ ≤ λ if b²/λ + max_c{h²(1−c²)/λ + hc} + T ≤ λ. ∎
"""

from sympy import Integer, sqrt

from wnverify import Claim, Step, Theorem, bounded_in, decreasing, free_of, increasing
from wnverify.bounds.depth_free import hessian_from
from wnverify.bounds.normalizations import LAYERS, frobenius_hessian, frobenius_pieces
from wnverify.bounds.pre_activations import pair
from wnverify.families.normalizations.frobenius import FROBENIUS

hessian, V, omega, L, m, beta = FROBENIUS.symbols("hessian_norm norm_v omega L m beta")
cross, *pieces = FROBENIUS.symbols("hessian_norm_W_v curvature turning bent")
bound = frobenius_hessian(V, omega)

theorem = Theorem(
    claim=Claim(hessian, "<=", bound),
    family=FROBENIUS,
    about_bound=[bounded_in(L, given={beta: 0}), free_of(m), decreasing(omega), increasing(V)],
    mutants={
        "without the cross term": frobenius_hessian(V, omega, cross=Integer(0)),
        "one share in b": frobenius_hessian(V, omega, layers=Integer(1)),
        "without b": frobenius_hessian(V, omega, layers=Integer(0)),
        "without V": frobenius_hessian(Integer(1), omega),
        "the output layer alone": pair(Integer(0), sqrt(LAYERS) / omega),
    },
    steps=[
        Step(
            "only the own term knows the radial parts: see `hessian_from`",
            hessian,
            "<=",
            hessian_from(pieces[0], pieces[1] + pieces[2], cross),
            given=[],
        ),
        Step("⟨q, α̇^L⟩ ≤ √min(L, 2)‖q‖η: `frobenius_hidden_gradient`", cross, "<=", sqrt(LAYERS) / omega),
        *frobenius_pieces(V, omega, pieces),
    ],
)
