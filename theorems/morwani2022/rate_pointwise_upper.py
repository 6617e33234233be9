"""Under EWN the exponential loss falls no faster than (LL log(n/LL))², up to a factor measured on the network.

Statement:   −LL′ ≤ K β² (LL log(n/LL))² with β = max_{u,i} ‖w_u‖‖∂f_i/∂w_u‖/min_j f_j; integrated, while β is
             bounded: 1/(LL_t log²(n/LL_t)) ≤ 1/(LL_0 log²(n/LL_0)) + Kβ² t. With rate_pointwise: LL = Θ(1/(t log²
             t)).
Hypotheses:  LL = Σ_{i≤n} e^{−f_i} < 1, ‖v_u‖ = 1.
Kind:        upper bound, tight (one sample, one node)
Label:       theorem
Paper:       Appendix H (read): for the flow, under A1–A3, ρ > 0 and a condition on how the direction of w settles,
             LL = Θ(1/(t log² t)) under EWN and Θ(1/(t log^{2−2/L} t)) without normalization.
Relation:    finite form: the half Ω(·) at every state, with β, which is measured, for the conditions.
Ours:        the explicit form: f_min e^{−f_i} summed is at most f_min LL, and LL ≤ n e^{−f_min}.
Tags:        rate, ewn, homogeneous
"""

from sympy import log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import BELOW_ONE, HOMOGENEOUS, K, beta, dissipation, loss, n

bound = K * beta**2 * (loss * log(n / loss)) ** 2

theorem = Theorem(
    claim=Claim(dissipation, "<=", bound, given=BELOW_ONE, tolerance=1e-9),
    family=HOMOGENEOUS,
    settings={"loss": ("exponential",)},
    mutants={
        "without K": bound / K,
        "half of the bound": bound / 2,
        "without the logarithm": K * beta**2 * loss**2,
    },
)
