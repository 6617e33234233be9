"""Gaussian width of the featurizer: √(2m/π) whatever the depth, if φ(0) = 0.

Statement:   w(A^L) = E_g sup ⟨α^L(θ; x), g⟩ ≤ √(2m/π)·a_{L−1}, a_l = 1 + l√m c0, over all rows, g ~ N(0, I_m); for n
             samples the mean of it.
Hypotheses:  φ increasing, |φ′| ≤ 1, ‖x_i‖₂ ≤ 1, equal hidden widths.
Kind:        upper bound; attained by the identity for every L and m
Label:       lemma
Paper:       not in it.
Ours:        the statement.
References:  Cauchy–Schwarz would give √m·a_L.
Tags:        gaussian-width, output, depth, width

Proof. |z_i| ≤ ‖α^{L−1}‖/√m ≤ a_{L−1}/√m = r for every row, so α^L lies in the cube [φ(−r), φ(r)]^m, whose side is at
most 2r; and E max(bg, ag) = (b − a)/√(2π) for a draw g. ∎ Each row of the last layer chooses its own z_i,
and equal rows below make all entries of α^{L−1} alike, so w(A^L) is that of the cube, with r the largest |z|: this is
what is measured, and `featurizer_reached` compares it with networks that were found.
"""

from sympy import Integer, Rational, sqrt

from wnverify import Claim, Theorem, below, free_of, increasing
from wnverify.bounds.banerjee2024 import activation_norm
from wnverify.bounds.banerjee2024lggw import featurizer_width
from wnverify.families.networks import gradient_width as measured
from wnverify.families.networks.gradient_width import GRADIENT_WIDTHS, LIPSCHITZ, L, c0, d, m, omega

bound = featurizer_width()
depth = free_of(L, given={c0: 0})

theorem = Theorem(
    claim=Claim(measured.featurizer_width, "<=", bound, given=LIPSCHITZ),
    family=GRADIENT_WIDTHS,
    settings={"loss": ("output",)},
    about_bound=[depth, increasing(m), free_of(d), free_of(omega), below(sqrt(m) * activation_norm(L))],
    mutants={
        "0.999 of it": Rational(999, 1000) * bound,
        "without the offset": featurizer_width(size=Integer(1)),
        "without sqrt(m)": bound / sqrt(m),
        "the mean of one normal variable": bound / sqrt(2),
    },
)
