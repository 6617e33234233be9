"""The covariance of the outputs at the initialisation is d times the kernel of the gains.

Statement:   E relu(u·x) relu(u·x′) = d G∞ = (sin θ + (π − θ) cos θ)/(2π); for signs c_k of mean zero this is
             E f(0)f(0)ᵀ, so E|f(0)|² = n/2. Measured by quadrature.
Hypotheses:  u ~ N(0, I_d), d ≥ 2, |x| = |x′| = 1.
Kind:        identity
Label:       corollary
Paper:       lemma on the initial residual (recollection): |f(0) − y|² is of the order n log(n/δ) with probability 1 −
             δ.
Relation:    weaker: in the mean instead of with a probability, but exact.
Ours:        the statement.
Tags:        initialisation, output, kernel
"""

from sympy import Rational

from wnverify import Theorem, free_of, limit
from wnverify.bounds.dukler2020 import closed_form, kernel_G
from wnverify.families.relu.kernels import KERNELS, d, output_moment, theta

covariance = d * kernel_G()

theorem = Theorem(
    claim=closed_form(output_moment, covariance),
    family=KERNELS,
    about_bound=[free_of(d, of=covariance), limit(theta, 0, Rational(1, 2), of=covariance)],
    mutants={
        "without the factor d": closed_form(output_moment, kernel_G()),
        "(d + 1) for d": closed_form(output_moment, (d + 1) * kernel_G()),
    },
    corollary_of="dukler2020/kernel_gain",
)
