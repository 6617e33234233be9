"""How wide a network must be for the directions' kernel to keep three quarters of its least eigenvalue.

Statement:   if m ≥ 32 κ² log(n/δ)/λ₀ then λ_min(V(0)) ≥ 3λ₀/4 with probability at least 1 − δ.
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1; κ = |X|₂, λ₀ = λ_min(V∞).
Kind:        lower bound with a probability
Label:       corollary
Paper:       lemma on the initial kernels (recollection): m of the order n² log(n/δ)/λ₀² gives λ_min(V(0)) ≥ 3λ₀/4.
Relation:    stronger: κ²/λ₀ ≤ n²/λ₀² stands in its place, with a constant.
Ours:        the width, from the matrix Chernoff inequality with e = 1/4.
Tags:        concentration, initialisation, kernel, width
"""

from sympy import Expr, Rational, log

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import chernoff_width
from wnverify.families.relu.concentration import CONCENTRATION, V_least, delta, kappa, lambda_0, m, n

width = chernoff_width(lambda_0)


def version(part: Expr, least_width: Expr) -> Claim:
    """The claim about another part of the eigenvalue, or from another width on."""
    given = {"wide enough": (m * lambda_0, ">=", least_width * lambda_0)}
    return Claim(V_least, ">=", part * lambda_0, given=given, probability=1 - delta)


theorem = Theorem(
    claim=version(Rational(3, 4), width),
    family=CONCENTRATION,
    about_bound=[
        decreasing(lambda_0, of=width, given={lambda_0: 1 + lambda_0**2}),
        increasing(n, of=width, given={lambda_0: 1}),
    ],
    mutants={
        "the whole eigenvalue": version(Rational(1), width),
        "a width without the eigenvalue and the constant": version(Rational(3, 4), kappa**2 * log(n / delta) / 4),
    },
    corollary_of="dukler2020/chernoff_direction",
)
