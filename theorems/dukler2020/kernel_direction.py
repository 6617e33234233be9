"""Infinite width: the part of the directions is what the gains leave over.

Statement:   E ⟨P x, P x′⟩ 1{a > 0} 1{a′ > 0} = ((d−1)(π−θ) cos θ − sin θ)/(2πd), P the projection across v̄,
             a = ⟨v̄, x⟩, a′ = ⟨v̄, x′⟩, θ the angle between the unit inputs. Measured by quadrature.
Hypotheses:  v̄ uniform on the sphere of R^d, d ≥ 2.
Kind:        identity
References:  Dukler, Gu, Montúfar, ICML 2020, arXiv:2006.06878 (as an expectation); closed form derived here.
Tags:        kernel, infinite width, relu
"""

from sympy import Expr, Integer, cos, pi, sin

from wnverify import Claim, Theorem, increasing, limit
from wnverify.bounds.dukler2020 import kernel_H, kernel_V
from wnverify.families.relu.kernels import KERNELS, PLANAR, V_pair, d, theta


def version(value: Expr) -> Claim:
    """The claim with another closed form."""
    return Claim(V_pair - value, "=", Integer(0), given=PLANAR, tolerance=1e-12)


theorem = Theorem(
    claim=version(kernel_V()),
    family=KERNELS,
    about_bound=[
        limit(theta, 0, (d - 1) / (2 * d), of=kernel_V()),
        increasing(d, of=kernel_V(Integer(1)), given={theta: 1}),
    ],
    mutants={
        "the kernel without normalisation": version(kernel_H()),
        "plus the sine": version(kernel_V() + sin(theta) / (pi * d)),
        "(1 - 1/d) of it": version((1 - 1 / d) * kernel_H()),
        "theta for pi - theta": version(((d - 1) * theta * cos(theta) - sin(theta)) / (2 * pi * d)),
    },
)
