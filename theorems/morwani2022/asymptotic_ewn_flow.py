"""On a model with several samples, EWN makes the products ‖w_u‖‖G_u‖ equal, not the quotients.

Statement:   |log(‖W‖‖G_W‖/(‖a‖‖G_a‖))| ≤ 0.005 after the norms have grown by e^{2.5}, for f_i = aᵀW x_i; both layers
             are of degree 1, so this says that the weights have become parallel to their gradients.
Hypotheses:  EWN with ‖v‖ = 1; LL < e^{−2} at the start, positive margins; the run finished.
Kind:        upper bound (numerical: the tolerance is a choice)
Paper:       the asymptotic relation under EWN.
Tags:        asymptotic relation, ewn, flow, homogeneous
"""

from sympy import Expr, Rational, exp

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.layer_flow import LAYER_FLOW, SETTLED, product_ratio, quotient_ratio


def version(logarithm: Expr) -> Claim:
    """The claim about another ratio; without logarithms, so that a ratio of 1 is no bound of 0."""
    return Claim(exp(abs(logarithm)), "<=", exp(Rational(5, 1000)), given=SETTLED)


theorem = Theorem(
    claim=version(product_ratio),
    family=LAYER_FLOW,
    settings={"normalization": ("ewn",)},
    mutants={"the quotients": version(quotient_ratio)},
)
