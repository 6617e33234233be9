"""Infinite width: the part of the gains is the arc-cosine kernel of order 1, divided by the dimension.

Statement:   E a a′ 1{a > 0} 1{a′ > 0} = (sin θ + (π − θ) cos θ)/(2πd), a = ⟨v̄, x⟩, a′ = ⟨v̄, x′⟩, θ the angle between
             the unit inputs. Measured by quadrature.
Hypotheses:  v̄ uniform on the sphere of R^d, d ≥ 2.
Kind:        identity
Label:       lemma
Paper:       kernels (recollection): G∞ as an expectation over Gaussian directions.
Relation:    stronger: its value in closed form.
Ours:        the closed form, from the arc-cosine kernel, since |u| is independent of v̄ and E|u|² = d.
Tags:        kernel, infinite width, relu
"""

from sympy import pi, sin

from wnverify import Theorem, decreasing, limit
from wnverify.bounds.dukler2020 import closed_form, kernel_G
from wnverify.families.relu.kernels import KERNELS, G_pair, d, theta

theorem = Theorem(
    claim=closed_form(G_pair, kernel_G()),
    family=KERNELS,
    about_bound=[decreasing(d, of=kernel_G()), limit(theta, 0, 1 / (2 * d), of=kernel_G())],
    mutants={
        "without 1/d": closed_form(G_pair, d * kernel_G()),
        "1/(d+1) for 1/d": closed_form(G_pair, d * kernel_G() / (d + 1)),
        "minus the sine": closed_form(G_pair, kernel_G() - sin(theta) / (pi * d)),
    },
)
