"""Without normalization a product of layers is slowest where its layers are balanced.

Statement:   f′ ≥ L f^{2−2/L} e^{−f} for f = ‖w_1‖⋯‖w_L‖ on one aligned sample with loss e^{−f}.
Hypotheses:  gradient flow in the norms.
Kind:        lower bound, tight (equal norms)
Label:       lemma
Paper:       not in it.
Ours:        the statement, by the inequality of arithmetic and geometric means.
Tags:        rate, unnormalised, depth, scalar
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.scalar_nodes import SCALAR_NODES, L, margin, plain_speed

bound = L * margin ** (2 - 2 / L)

theorem = Theorem(
    claim=Claim(plain_speed, ">=", bound, tolerance=1e-12),
    family=SCALAR_NODES,
    mutants={
        "as under EWN": L * margin**2,
        "L^2 for L": L * bound,
        "1.01 of the bound": Rational(101, 100) * bound,
        "equality for any norms": Claim(plain_speed, "=", bound),
    },
)
