"""Gradient descent under EWN lowers the loss at least as fast as 1/(d log² d), d the sum of the steps.

Statement:   J_T ≥ J_0 + (1 − κ)(1 − 2/φ_0)(s L²/k) d with J = 1/(LL φ²), φ = log(1/LL), d = Σ_{t<T} η_t, k nodes, s
             = 1 (exponential loss) or 4/5 (cross-entropy), and κ how far a step is from its first order at most; so
             LL = O(1/(d log² d)) while κ stays below 1.
Hypotheses:  φ_0 > 2, κ < 1; gradient descent in (α, v), ‖v‖ = 1 at the start, η_t = h φ_t^{1/2}; a hidden layer of
             degree L, several samples and classes. B1–B4 concern the limit, and are not needed for a finite run.
Kind:        lower bound, tight (one sample, equal aligned nodes, small steps)
Label:       theorem
Paper:       Theorem 8 and Theorem 16 (read): (ii) LL = Θ(1/(d log² d)) under B1–B4, ρ > 0, η_t = O((log 1/LL)^c)
             with c < 1, and a condition on how the direction of w settles.
Relation:    finite form: the half O(·), without any of the conditions; κ is measured, and tends to 0 under B3.
Ours:        the form: D ≥ Σ⟨w_u, G_u⟩² ≥ s(L²/k)(LL φ)², and J is convex in LL.
Tags:        rate, gradient descent, ewn, cross-entropy, homogeneous
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_descent import (
    DESCENDS,
    HIDDEN_DESCENT,
    L,
    end_phi,
    k,
    kappa,
    share,
    start_phi,
    total,
)

given = {**DESCENDS, "less than the first order": (kappa, "<", 1)}
start, end = (exp(phi) / phi**2 for phi in (start_phi, end_phi))


def version(constant: Expr) -> Claim:
    """The claim with another constant."""
    return Claim(end, ">=", start + constant * total, given=given, tolerance=1e-9)


rest = (1 - kappa) * (1 - 2 / start_phi)
slope = share * L**2 / k

theorem = Theorem(
    claim=version(rest * slope),
    family=HIDDEN_DESCENT,
    mutants={
        "without k": version(rest * slope * k),
        "without 2/φ": version((1 - kappa) * slope),
        "twice the constant": version(2 * rest * slope),
        "1 for 1 − 2/φ, and no κ": version(slope * Integer(1)),
    },
    paper_says={
        "a tight asymptotic rate for EWN by descent: no slower, unconditionally": None,
    },
)
