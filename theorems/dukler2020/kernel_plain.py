"""Infinite width without normalisation: the kernel is (π − θ) cos θ/(2π).

Statement:   E ⟨x, x′⟩ 1{u·x > 0} 1{u·x′ > 0} = (π − θ) cos θ/(2π), θ the angle between the unit inputs x, x′.
             Measured by quadrature.
Hypotheses:  u ~ N(0, I_d), d ≥ 2.
Kind:        identity
Label:       lemma
Paper:       kernels (recollection): H∞ = V∞ + G∞ is the kernel without normalisation, as an expectation.
Relation:    stronger: its value in closed form, the arc-cosine kernel of order 0 times the cosine.
Ours:        that it is measured.
Tags:        kernel, infinite width, relu
"""

from sympy import Rational, cos, pi

from wnverify import Theorem, limit
from wnverify.bounds.dukler2020 import closed_form, kernel_H
from wnverify.families.relu.kernels import KERNELS, H_pair, theta

theorem = Theorem(
    claim=closed_form(H_pair, kernel_H()),
    family=KERNELS,
    about_bound=[limit(theta, 0, Rational(1, 2), of=kernel_H()), limit(theta, pi, 0, of=kernel_H())],
    mutants={
        "theta for pi - theta": closed_form(H_pair, theta * cos(theta) / (2 * pi)),
        "without the cosine": closed_form(H_pair, (pi - theta) / (2 * pi)),
        "1/pi for 1/(2 pi)": closed_form(H_pair, 2 * kernel_H()),
    },
)
