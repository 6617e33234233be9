"""Infinite width without normalisation: the kernel is (π − θ) cos θ/(2π).

Statement:   E ⟨x, x′⟩ 1{u·x > 0} 1{u·x′ > 0} = (π − θ) cos θ/(2π), θ the angle between the unit inputs x, x′.
             Measured by quadrature.
Hypotheses:  u ~ N(0, I_d), d ≥ 2.
Kind:        identity
References:  Dukler, Gu, Montúfar, ICML 2020, arXiv:2006.06878 (as an expectation); arc-cosine kernel of order 0.
Tags:        kernel, infinite width, relu
"""

from sympy import Expr, Integer, Rational, cos, pi

from wnverify import Claim, Theorem, limit
from wnverify.bounds.dukler2020 import kernel_H
from wnverify.families.relu.kernels import KERNELS, PLANAR, H_pair, theta


def version(value: Expr) -> Claim:
    """The claim with another closed form."""
    return Claim(H_pair - value, "=", Integer(0), given=PLANAR, tolerance=1e-12)


theorem = Theorem(
    claim=version(kernel_H()),
    family=KERNELS,
    about_bound=[limit(theta, 0, Rational(1, 2), of=kernel_H()), limit(theta, pi, 0, of=kernel_H())],
    mutants={
        "theta for pi - theta": version(theta * cos(theta) / (2 * pi)),
        "without the cosine": version((pi - theta) / (2 * pi)),
        "1/pi for 1/(2 pi)": version(2 * kernel_H()),
    },
)
