"""How wide a network must be for the gains' kernel to keep three quarters of its least eigenvalue.

Statement:   if m ≥ 32 κ² log(n/δ)/μ₀ then λ_min(G(0)) ≥ 3μ₀/4 with probability at least 1 − δ.
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1; κ = |X|₂, μ₀ = λ_min(G∞).
Kind:        lower bound with a probability
Label:       corollary
Paper:       lemma on the initial kernels (recollection): m of the order n² log(n/δ)/μ₀² gives λ_min(G(0)) ≥ 3μ₀/4.
Relation:    stronger: κ²/μ₀ ≤ n²/μ₀² stands in its place, with a constant.
Ours:        the width, from the matrix Chernoff inequality with e = 1/4.
Tags:        concentration, initialisation, kernel, width
"""

from sympy import Expr, Rational, log

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import chernoff_width
from wnverify.families.relu.concentration import CONCENTRATION, G_least, delta, kappa, m, mu_0, n

width = chernoff_width(mu_0)


def version(part: Expr, least_width: Expr) -> Claim:
    """The claim about another part of the eigenvalue, or from another width on."""
    given = {"wide enough": (m * mu_0, ">=", least_width * mu_0)}
    return Claim(G_least, ">=", part * mu_0, given=given, probability=1 - delta)


theorem = Theorem(
    claim=version(Rational(3, 4), width),
    family=CONCENTRATION,
    about_bound=[decreasing(mu_0, of=width, given={kappa: 1, n: 3}), increasing(n, of=width)],
    mutants={
        "the whole eigenvalue": version(Rational(1), width),
        "a width without the eigenvalue and the constant": version(Rational(3, 4), kappa**2 * log(n / delta) / 4),
    },
    corollary_of="dukler2020/chernoff_gain",
)
