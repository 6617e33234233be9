"""Gradient descent under EWN lowers the loss no faster than 1/(d log² d), up to factors measured on the run.

Statement:   J_T ≤ J_0 + (1 + κ) r b d with J = 1/(LL φ²), φ = log(1/LL), d = Σ_{t<T} η_t, κ how far a step is from
             its first order at most, r = max (LL_t φ_t/(LL_{t+1}φ_{t+1}))² and b = max D/(LL φ)²; so LL = Ω(1/(d
             log² d)) while κ, r and b stay bounded.
Hypotheses:  φ_0 > 2, φ > 1; gradient descent in (α, v), ‖v‖ = 1 at the start, η_t = h φ_t^{1/2}; a hidden layer,
             several samples and classes, exponential loss or cross-entropy.
Kind:        upper bound, tight as φ → ∞ (small steps)
Label:       theorem
Paper:       Theorem 8 and Theorem 16 (read): (ii) LL = Θ(1/(d log² d)) under B1–B4, ρ > 0, η_t = O((log 1/LL)^c)
             with c < 1, and a condition on how the direction of w settles.
Relation:    finite form: the half Ω(·); the conditions serve to bound κ, r and b, which are measured.
Ours:        the form: −dJ/dLL ≤ 1/(LL φ)².
Tags:        rate, gradient descent, ewn, cross-entropy, homogeneous
"""

from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.hidden_descent import (
    DESCENDS,
    HIDDEN_DESCENT,
    end_phi,
    fastest,
    kappa,
    start_phi,
    stretch,
    total,
)


def version(constant: Expr, power: int = 2) -> Claim:
    """The claim with another constant, or another power of the logarithm in J."""
    start, end = (exp(phi) / phi**power for phi in (start_phi, end_phi))
    return Claim(end, "<=", start + constant * total, given=DESCENDS, tolerance=1e-9)


theorem = Theorem(
    claim=version((1 + kappa) * stretch * fastest),
    family=HIDDEN_DESCENT,
    mutants={
        "a third of the constant": version((1 + kappa) * stretch * fastest / 3),
        "1/d": version((1 + kappa) * stretch * fastest, 0),
        "1 for b": version((1 + kappa) * stretch * Integer(1)),
    },
    paper_says={
        "a tight asymptotic rate for EWN by descent: no faster, while the measured factors stay bounded": None,
    },
)
