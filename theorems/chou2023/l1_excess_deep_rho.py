"""ℓ₁ bias for L > 2 through the effective initialisation, uniform start.

Statement:   ‖x_∞‖₁ − Q ≤ Q (L/2) ((Nb)^γ − b^γ)/(Q^γ − (Nb)^γ), b = ρα, γ = 1 − 2/L, for x_0 = α(1, …, 1).
Hypotheses:  L > 2, Q > Nb, S₊ has a positive point.
Kind:        upper bound, loose (a ratio of about 0.3)
Label:       theorem
Paper:       the theorem on the limit (recollection): ‖x_∞‖₁ − Q is at most Q times a quotient of logarithms of Q and
             of the entries of ρx_0.
Relation:    other constants: for L > 2 powers take the place of logarithms.
Ours:        the constants.
Tags:        limit, sparsity, depth, effective initialisation
"""

from sympy import exp

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.chou2023 import DEEP
from wnverify.families.diagonal.limits import DIAGONAL_LIMITS, L, N, Q, excess, log_fill, solved, unevenness

given = {
    "limit found": (solved, "=", 1),
    "uniform start": (unevenness, "=", 0),
    "small effective start": (log_fill, ">", 0),
    "deep": (L, ">", 2),
}
gamma = 1 - 2 / L
bound = Q * L / 2 * (1 - N**-gamma) / (exp(gamma * log_fill) - 1)

theorem = Theorem(
    claim=Claim(excess, "<=", bound, given=given),
    family=DIAGONAL_LIMITS,
    settings=DEEP,
    about_bound=[decreasing(log_fill, given={L: L + 1}), increasing(N, given={L: L + 1})],
    mutants={"exponent 1 for 1-2/L": Q * L / 2 * (1 - 1 / N) / (exp(log_fill) - 1), "a tenth of it": bound / 10},
    unrefutable={"half of it": "the bound is loose: the largest ratio known is about 0.3"},
)
