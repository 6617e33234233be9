"""WeightNorm with gains of at most 1: directions and gains together cost no more than L shares at ω ≥ 1.

Statement:   Σ_l (‖∂f/∂W^l‖_F² + ‖∂f/∂g^l‖²) ≤ (V²/m)(L + S·(1/ω² − 1)₊), S = 2 − 1/m for L ≥ 2, S = 1 for L = 1.
Hypotheses:  all |g_i| ≤ 1, φ(0) = 0, |φ′| ≤ 1, ‖x‖₂ ≤ 1, equal widths, no zero row, no biases.
Kind:        upper bound, tight at ω ≥ 1, and for L = 1
Label:       theorem
Paper:       not in it.
Ours:        the statement.
Tags:        gradient, depth, gains

Proof. With s_i the sine of the angle of w_i and α^{l−1}, a layer adds at most
m^{-1}‖α^{l−1}‖²Σ_i c_i²(g_i²s_i²/ω² + 1 − s_i²), which is at most
m^{-1}(‖c‖² + (1/ω² − 1)₊‖α^{l−1}‖²Σ_i c_i²g_i²s_i²), as ‖α^{l−1}‖ ≤ 1. The first terms sum to at most LV²/m, and by
`gains_hidden_gradient` (at ω = 1, P ≤ 1) the others to at most S(1/ω² − 1)₊V²/m. ∎
"""

from sympy import Max

from wnverify import Claim, Step, Theorem, decreasing, increasing
from wnverify.bounds.depth_free import SUPREMUM
from wnverify.families.normalizations.gains import GAINS

hidden, found, V, omega, gain, L, m = GAINS.symbols("gradient_norm_W gradient_norm_g norm_v omega largest_g L m")
handed, turned = GAINS.symbols("handed turned")
excess = Max(0, 1 / omega**2 - 1)
bound = V**2 / m * (L + SUPREMUM * excess)
small = {"gains of at most 1": (gain, "<=", 1)}

theorem = Theorem(
    claim=Claim(hidden**2 + found**2, "<=", bound, given=small),
    family=GAINS,
    about_bound=[decreasing(omega), decreasing(m), increasing(V), increasing(L)],
    mutants={
        "of any gains": Claim(hidden**2 + found**2, "<=", bound),
        "2 for L": Claim(hidden**2 + found**2, "<=", V**2 / m * (2 + SUPREMUM * excess), given=small),
        "the gains alone": Claim(hidden**2 + found**2, "<=", V**2 / m * L, given=small),
        "0.9 of it": Claim(hidden**2 + found**2, "<=", bound * 9 / 10, given=small),
    },
    steps=[
        Step(
            "∂f/∂w_i = c_i g_i m^{−1/2}(α − ⟨w̄_i, α⟩w̄_i)/‖w_i‖, and ‖w_i‖ ≥ ω",
            hidden**2,
            "<=",
            turned / (m * omega**2),
            given=[],
        ),
        Step(
            "∂f/∂g_i = c_i m^{−1/2}⟨w̄_i, α⟩, sin² + cos² = 1 and |g_i| ≤ 1",
            turned / (m * omega**2) + found**2,
            "<=",
            (handed + excess * turned) / m,
        ),
        Step("‖α^{l−1}‖ ≤ 1 and ‖c‖ ≤ V in every layer", handed, "<=", L * V**2),
        Step("the angles of `gains_hidden_gradient`, P ≤ 1", turned, "<=", SUPREMUM * V**2),
    ],
)
