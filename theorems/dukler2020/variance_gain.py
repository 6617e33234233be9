"""Second moments of the gain kernel: its squared fluctuation is a closed form over the width.

Statement:   Var a a′ 1 1 = J2/(2πd(d+2)) − G∞², J2 = 3 sin θ cos θ + (π−θ)(1 + 2 cos² θ);
             so m E|G(0) − G∞|_F² is the sum of these over all pairs of inputs.
Hypotheses:  v̄ uniform on the sphere of R^d, d ≥ 2.
Kind:        identity
References:  derived here, from E|u|⁴ = d(d+2); the kernels of Dukler, Gu, Montúfar, ICML 2020, arXiv:2006.06878.
Tags:        kernel, variance, concentration
"""

from sympy import Expr, Integer, pi

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import j2, kernel_G
from wnverify.families.relu.kernels import KERNELS, PLANAR, G_variance, d


def version(value: Expr) -> Claim:
    """The claim with another closed form."""
    return Claim(G_variance - value, "=", Integer(0), given=PLANAR, tolerance=1e-12)


moment = j2() / (2 * pi * d * (d + 2))

theorem = Theorem(
    claim=version(moment - kernel_G() ** 2),
    family=KERNELS,
    mutants={
        "1/d^2 for 1/(d(d+2))": version((d + 2) * moment / d - kernel_G() ** 2),
        "the mean not removed": version(moment),
    },
)
