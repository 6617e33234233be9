"""On a model with several samples, SWN makes the quotients ‖w_u‖/‖G_u‖ equal.

Statement:   |log((‖W‖/‖G_W‖)/(‖a‖/‖G_a‖))| ≤ |Δ|/min(‖W‖², ‖a‖²) + 0.005 after ‖a‖ has grown by e³, for f_i = aᵀW
             x_i, with Δ = ‖W‖² − ‖a‖² at the start, which is conserved; the first summand tends to 0. Equal
             quotients do not say that weights and gradients are parallel; for that see alignment_swn.
Hypotheses:  A1 with LL < e^{−2} at the start, positive margins; SWN with ‖v‖ = 1; the run finished.
Kind:        upper bound (the second summand is a choice)
Label:       experiment
Paper:       Theorem 4 (read): (i) ‖w_u‖/‖w_v‖ → c under SWN, so the quotients ‖w_u‖/‖G_u‖ become equal.
Relation:    finite form: on one model, to a tolerance; growth_swn has what is proved.
Ours:        the first summand.
Tags:        asymptotic relation, swn, flow, homogeneous
"""

from sympy import Abs, Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.layer_flow import LAYER_FLOW, SETTLED, imbalance, least_square, quotient_ratio

settling = Rational(5, 1000)
claim = Claim(Abs(quotient_ratio), "<=", imbalance / least_square + settling, given=SETTLED, tolerance=1e-6)

theorem = Theorem(
    claim=claim,
    family=LAYER_FLOW,
    settings={"normalization": ("swn",)},
    mutants={"squared": (imbalance / least_square) ** 2 + settling / 1000, "nothing but 0.0001": settling / 50},
)
