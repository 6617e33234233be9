"""Infinite width: the part of the directions is what the gains leave over.

Statement:   E ⟨P x, P x′⟩ 1{a > 0} 1{a′ > 0} = ((d−1)(π−θ) cos θ − sin θ)/(2πd), P the projection across v̄,
             a = ⟨v̄, x⟩, a′ = ⟨v̄, x′⟩, θ the angle between the unit inputs. Measured by quadrature.
Hypotheses:  v̄ uniform on the sphere of R^d, d ≥ 2.
Kind:        identity
Label:       corollary
Paper:       kernels (recollection): V∞ as an expectation over Gaussian directions.
Relation:    stronger: its value in closed form.
Ours:        the closed form.
Tags:        kernel, infinite width, relu
"""

from sympy import Integer, cos, pi, sin

from wnverify import Theorem, increasing, limit
from wnverify.bounds.dukler2020 import closed_form, kernel_H, kernel_V
from wnverify.families.relu.kernels import KERNELS, V_pair, d, theta

theorem = Theorem(
    claim=closed_form(V_pair, kernel_V()),
    family=KERNELS,
    about_bound=[
        limit(theta, 0, (d - 1) / (2 * d), of=kernel_V()),
        increasing(d, of=kernel_V(Integer(1)), given={theta: 1}),
    ],
    mutants={
        "the kernel without normalisation": closed_form(V_pair, kernel_H()),
        "plus the sine": closed_form(V_pair, kernel_V() + sin(theta) / (pi * d)),
        "(1 - 1/d) of it": closed_form(V_pair, (1 - 1 / d) * kernel_H()),
        "theta for pi - theta": closed_form(V_pair, ((d - 1) * theta * cos(theta) - sin(theta)) / (2 * pi * d)),
    },
    corollary_of=("dukler2020/kernel_plain", "dukler2020/kernel_gain"),
)
