"""Convexity of the mirror potential for L = 2: a variance and a squared mean.

Statement:   dᵀΦ''(x)d = S [Var_p(d/x) + ηS (E_p d/x)²] > 0 with p = u² = x/‖x‖₁, S = r² = ‖x‖₁.
Hypotheses:  L = 2, x > 0, d ≠ 0.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement.
Tags:        identity, mirror flow, convexity
"""

from sympy import Integer

from wnverify import Claim, Theorem, below
from wnverify.bounds.chou2023 import ENTROPIC
from wnverify.families.diagonal.point import DIAGONAL, curvature, eta, r, slope_mean, slope_spread

form = r**2 * (slope_spread + eta * r**2 * slope_mean**2)

theorem = Theorem(
    claim=Claim(curvature, "=", form, tolerance=1e-9),
    family=DIAGONAL,
    settings=ENTROPIC,
    about_bound=[below(Integer(0), of=-form)],
    mutants={
        "second moment for the variance": r**2 * (slope_spread + slope_mean**2 + eta * r**2 * slope_mean**2),
        "eta for eta S": r**2 * (slope_spread + eta * slope_mean**2),
        "without the mean": r**2 * slope_spread,
    },
)
