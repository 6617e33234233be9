"""On a model with several samples, EWN makes the products ‖w_u‖‖G_u‖ equal, not the quotients.

Statement:   |log(‖W‖‖G_W‖/(‖a‖‖G_a‖))| ≤ 0.005 after the norms have grown by e^{2.5}, for f_i = aᵀW x_i; both layers
             are of degree 1, so this says that the weights have become parallel to their gradients.
Hypotheses:  EWN with ‖v‖ = 1; LL < e^{−2} at the start, positive margins; the run finished.
Kind:        upper bound (numerical: the tolerance is a choice)
Paper:       the asymptotic relation under EWN.
Tags:        asymptotic relation, ewn, flow, homogeneous
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.layer_flow import LAYER_FLOW, SETTLED, product_ratio, quotient_ratio

theorem = Theorem(
    claim=Claim(product_ratio, "=", Integer(0), given=SETTLED, tolerance=5e-3),
    family=LAYER_FLOW,
    settings={"normalization": ("ewn",)},
    mutants={"the quotients": Claim(quotient_ratio, "=", Integer(0), given=SETTLED, tolerance=5e-3)},
)
