"""At a fixed residual gains move as m^{-1/2} in the width.

Statement:   the slope of log rms|g_k(t) − g_k(0)| against log m, from m to 4m at α = 1, is −1/2 up to 0.15, for
             ensembles of 12 Gaussian starts, nine times out of ten.
Hypotheses:  two inputs in three dimensions, |r(0)| = 0.3.
Kind:        empirical law: the bound κR₀/(φ√m) of flow_certificate_gain has this order
Ours:        observed only; nothing is proved of the slope.
Tags:        gradient flow, movement, scaling, probability, relu
"""

from sympy import Expr, Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.scalings import RELU_SCALINGS, gain_exponent


def law(exponent: Expr) -> Claim:
    """The claim with another exponent."""
    return Claim(abs(gain_exponent - exponent), "<=", Rational(3, 20), probability=Rational(9, 10))


theorem = Theorem(
    claim=law(-Rational(1, 2)),
    family=RELU_SCALINGS,
    settings={"along": ("width",)},
    mutants={
        "1/m": law(Integer(-1)),
        "free of the width": law(Integer(0)),
    },
)
