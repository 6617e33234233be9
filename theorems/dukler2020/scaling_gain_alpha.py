"""As α → 0 gains move as α²: only the directions learn.

Statement:   the slope of log rms|g_k(t) − g_k(0)| against log α, from α/2 to α ≤ 1/4 over times in proportion to
             α², is 2 up to 0.1, for ensembles of 12 Gaussian starts, nine times out of ten.
Hypotheses:  two inputs in three dimensions, |r(0)| = 0.3.
Kind:        empirical law: the bound α²τ of flow_width_V_gain has this order
Ours:        observed only; nothing is proved of the slope.
Tags:        gradient flow, movement, scaling, probability, relu
"""

from sympy import Expr, Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.scalings import RELU_SCALINGS, gain_exponent


def law(exponent: Expr) -> Claim:
    """The claim with another exponent."""
    return Claim(abs(gain_exponent - exponent), "<=", Rational(1, 10), probability=Rational(9, 10))


theorem = Theorem(
    claim=law(Integer(2)),
    family=RELU_SCALINGS,
    settings={"along": ("alpha",)},
    mutants={
        "alpha": law(Integer(1)),
        "alpha^3": law(Integer(3)),
    },
)
