"""Under EWN the exponential loss falls at least as fast as C (LL log(1/LL))², for any depth and any data.

Statement:   −LL′ = Σ_u ‖w_u‖²‖G_u‖² ≥ C (LL φ)² with φ = log(1/LL) and C = Σ_l d_l²/K_l; integrated: 1/(LL_t φ_t²) ≥
             1/(LL_0 φ_0²) + (1 − 2/φ_0) C t, so LL = O(1/(t log² t)) (see rate_flow).
Hypotheses:  LL = Σ e^{−f_i} < 1, ‖v_u‖ = 1.
Kind:        lower bound, tight (one sample, equal nodes, everything aligned)
Label:       theorem
Paper:       Theorem 7 (read): (ii) LL = O(1/t), from −LL′ ≥ ⟨w, ∇LL⟩²/k ≥ (L²ε²/k) LL².
Relation:    stronger: φ grows where ε is fixed, whence log², and C = Σ d_l²/K_l ≥ L²/k.
Ours:        log² and the constant: ‖w_u‖‖G_u‖ ≥ |⟨w_u, G_u⟩|, Cauchy–Schwarz in each layer, Euler, and f_i ≥ φ.
Tags:        rate, ewn, homogeneous
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.bounds.morwani2022 import dissipation_floor
from wnverify.families.homogeneous.state import BELOW_ONE, HOMOGENEOUS, C, D, K, dissipation

theorem = Theorem(
    claim=Claim(dissipation, ">=", dissipation_floor(), given=BELOW_ONE, tolerance=1e-9),
    family=HOMOGENEOUS,
    settings={"loss": ("exponential",)},
    mutants={
        "D^2 for C": dissipation_floor(D**2),
        "2C": dissipation_floor(2 * C),
        "D^2/K, the weaker constant, and 5 % more": dissipation_floor(D**2 / K * Rational(21, 20)),
        "log^3 for log^2": dissipation_floor(power=3),
    },
)
