"""At the initialisation the gains' kernel seldom loses much of its least eigenvalue.

Statement:   λ_min(G(0)) > (1 − e)μ₀ with probability at least 1 − n exp(−e² m μ₀/(2κ²)), for every 0 < e < 1.
Hypotheses:  u_k ~ N(0, I_d) independent, v = αu, g = |u|, |x_i| = 1; κ = |X|₂, μ₀ = λ_min(G∞).
Kind:        lower bound with a probability
Label:       lemma
Paper:       lemma on the initial kernels (recollection): λ_min(G(0)) ≥ 3μ₀/4 from m of the order n² log(n/δ)/μ₀² on.
Relation:    stronger: the exponent is linear in μ₀, not quadratic, and has κ² ≤ n in place of n²; for every share e.
Ours:        the statement, by the matrix Chernoff inequality (Tropp), summands between 0 and κ².
Tags:        concentration, initialisation, kernel, eigenvalues
"""

from sympy import Expr, exp

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import chernoff_exponent
from wnverify.families.relu.concentration import CONCENTRATION, G_least, kappa, m, mu_0, n, share

rate = chernoff_exponent(mu_0)


def version(exponent: Expr) -> Claim:
    """The claim with another exponent, where it says anything at all."""
    chance = n * exp(-exponent)
    part = (1 - share) * mu_0
    return Claim(G_least, ">=", part, given={"chance below 1": (chance, "<", 1)}, probability=1 - chance)


theorem = Theorem(
    claim=version(rate),
    family=CONCENTRATION,
    about_bound=[decreasing(m, of=exp(-rate)), increasing(kappa, of=exp(-rate)), decreasing(mu_0, of=exp(-rate))],
    mutants={
        "16 times the exponent": version(16 * rate),
        "without the eigenvalue": version(2 * share**2 * m),
    },
    unrefutable={"half the constant 2": "the union over n eigenvalues and Chernoff's bound hide any factor below 3"},
)
