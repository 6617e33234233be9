"""On a model with several samples, SWN makes the quotients ‖w_u‖/‖G_u‖ equal.

Statement:   |log((‖W‖/‖G_W‖)/(‖a‖/‖G_a‖))| ≤ |Δ|/min(‖W‖², ‖a‖²) + 0.005 after ‖a‖ has grown by e³, for f_i = aᵀW
             x_i, with Δ = ‖W‖² − ‖a‖² at the start, which is conserved; so the ratio tends to 1.
Hypotheses:  SWN with ‖v‖ = 1; LL < e^{−2} at the start, positive margins; the run finished.
Kind:        upper bound (the second summand is a choice)
Paper:       the asymptotic relation under SWN.
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
