"""The two phases together: rPGD ends as close to the minimum-norm solution as the first phase is long.

Statement:   After T steps at fixed gain g < X and 60 steps of the second phase,
             ‖x − x*‖² ≤ ‖e‖² + X² b/(1 − b) with b = (g/X)^{2T} om² and e the remaining error.
Hypotheses:  AAᵀ = I, steps 1/g² and 0 < gam ≤ 1, 0 < g < X; b > 10⁻⁸, below which the distance is rounding.
Kind:        upper bound
Label:       corollary
Paper:       abstract and abstract of the proceedings and the two phases of rPGD (abstract): with certain step sizes,
             or in two phases, rPGD comes close to the solution of least norm, or to it.
Relation:    finite form: how close, by the length of the first phase.
Ours:        the explicit form, from rpgd_phase1_decay and rpgd_phase2_distance.
Tags:        projected gradient descent, discrete, minimum norm
"""

from sympy import Expr, Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.descent import (
    DESCENT,
    START,
    X,
    g,
    om,
    steps,
    two_phase_distance,
    two_phase_error,
)


def bound(b: Expr) -> Expr:
    """‖e‖² + X² b/(1 − b)."""
    return two_phase_error**2 + X**2 * b / (1 - b)


b = (g / X) ** (2 * steps) * om**2
given = {
    "a step at most 1": START["a step at most 1"],
    "gain below the minimum norm": (g, "<", X),
    "positive gain": (g, ">", 0),
    "above rounding": (b, ">", Rational(1, 10**8)),
}

theorem = Theorem(
    claim=Claim(two_phase_distance**2, "<=", bound(b), given=given, tolerance=1e-8),
    family=DESCENT,
    corollary_of=("wu2020/rpgd_phase1_decay", "wu2020/rpgd_phase2_distance"),
    mutants={
        "(g/X)^(4T)": bound((g / X) ** (4 * steps) * om**2),
        "a quarter of b": bound(b / 4),
        "the error alone": two_phase_error**2,
    },
    paper_says={
        "with certain step sizes rPGD comes close to the minimum-norm solution (with a long first phase)": None
    },
)
