"""Second moments of the direction kernel: its squared fluctuation is a closed form over the width.

Statement:   Var ⟨P x, P x′⟩ 1 1 = c²(π−θ)/(2π) − 2c J1/(2πd) + J2/(2πd(d+2)) − V∞², c = cos θ;
             so m E|V(0) − V∞|_F² is the sum of these over all pairs of inputs. Here
             J1 = sin θ + (π−θ)c, J2 = 3 sin θ c + (π−θ)(1 + 2c²).
Hypotheses:  v̄ uniform on the sphere of R^d, d ≥ 2.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement, from E|u|⁴ = d(d+2).
Tags:        kernel, variance, concentration
"""

from wnverify import Theorem
from wnverify.bounds.dukler2020 import closed_form, kernel_V, second_moment_V
from wnverify.families.relu.kernels import KERNELS, V_variance, d

theorem = Theorem(
    claim=closed_form(V_variance, second_moment_V() - kernel_V() ** 2),
    family=KERNELS,
    mutants={
        "1/d^2 for 1/(d(d+2))": closed_form(V_variance, second_moment_V(d**2) - kernel_V() ** 2),
        "the mean not removed": closed_form(V_variance, second_moment_V()),
        "twice the squared mean": closed_form(V_variance, second_moment_V() - 2 * kernel_V() ** 2),
    },
)
