"""The mean of a ReLU over the sphere.

Statement:   b_d = E relu(v̄₁) = Γ(d/2)/(2√π Γ((d+1)/2)). Measured by quadrature in the polar angle.
Hypotheses:  v̄ uniform on the sphere of R^d, d ≥ 2.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement; it is the constant mode of the kernels.
Tags:        kernel, lemma
"""

from sympy import pi, sqrt

from wnverify import Claim, Theorem
from wnverify.bounds.dukler2020 import mean_relu as formula
from wnverify.families.relu.kernels import KERNELS, PLANAR, d, mean_relu

theorem = Theorem(
    claim=Claim(mean_relu, "=", formula(), given=PLANAR, tolerance=1e-12),
    family=KERNELS,
    mutants={
        "the Gaussian approximation": 1 / sqrt(2 * pi * d),
        "one dimension more": formula().subs(d, d + 1),
        "without the factor 1/2": 2 * formula(),
    },
)
