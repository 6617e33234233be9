"""After any number of steps of the second phase the distance to the minimum-norm solution is under control.

Statement:   ‖x_T − x*‖² ≤ (X − p_T)² + X² om²/(1 − om²), om = ‖P_⊥w_0‖; in the limit, where p = X, it equals
             X² a/(1 − a) with a = ‖P_⊥w_∞‖² ≤ om².
Hypotheses:  AAᵀ = I, g > 0, steps 1/g² and 0 < gam ≤ 1, the range part of w along x*, p₀ = g√(1 − om²) ≤ X;
             om < 1 − 10⁻⁶.
Kind:        upper bound, tight (attained where p₀ = X)
Label:       corollary
Paper:       the two phases of rPGD (abstract): variants of rPGD in two phases come close to the solution of least
             norm.
Relation:    finite form: how close, after any number of steps of the second phase.
Ours:        the explicit form.
Tags:        projected gradient descent, discrete, phase 2, minimum norm
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import DESCENT, START, X, om, phase2_distance, phase2_inner

gap = (X - phase2_inner) ** 2
given = {**START, "not all in the kernel": (om, "<", 1 - Rational(1, 10**6))}
claim = Claim(phase2_distance**2, "<=", gap + X**2 * om**2 / (1 - om**2), given=given, tolerance=1e-8)

theorem = Theorem(
    claim=claim,
    family=DESCENT,
    corollary_of=("wu2020/rpgd_phase2_inner", "wu2020/rpgd_phase2_null"),
    mutants={
        "without 1/(1-om^2)": gap + X**2 * om**2,
        "without the gap": X**2 * om**2 / (1 - om**2),
        "0.9 of the second term": gap + Rational(9, 10) * X**2 * om**2 / (1 - om**2),
    },
)
