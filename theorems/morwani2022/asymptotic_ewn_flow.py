"""On a model with several samples, EWN makes the products ‖w_u‖‖G_u‖ equal, not the quotients.

Statement:   |log(‖W‖‖G_W‖/(‖a‖‖G_a‖))| ≤ 0.005 after the norms have grown by e^{2.5}, for f_i = aᵀW x_i. Both layers
             are of degree 1, so ⟨W, G_W⟩ = ⟨a, G_a⟩ and equal products say that the cosines of weights and gradients
             are equal, not that they are near 1 (seen: a logarithm of 0.003 with both cosines 0.080); for that see
             alignment_ewn.
Hypotheses:  A1 with LL < e^{−2} at the start, positive margins; EWN with ‖v‖ = 1; the run finished.
Kind:        upper bound (numerical: the tolerance is a choice)
Label:       experiment
Paper:       Theorem 4 (read): (ii) under EWN the limit of ‖w_u‖/‖w_v‖ is 0, ∞ or 1/c; if 1/c, the products
             ‖w_u‖‖G_u‖ become equal.
Relation:    special case: the case 1/c, which must occur here, since the ratio of the norms is frozen
             (balance_ewn_flow); to a tolerance.
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
