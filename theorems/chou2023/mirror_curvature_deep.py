"""Convexity of the mirror potential for L > 2: a variance and a squared mean.

Statement:   dᵀΦ''(x)d = K [Var_p(d/x) + ηS (E_p d/x)²] > 0 with p = u², S = r², a = (L − 2)/2 and
             K = (L/2)(S e^(−ηS))^a S · 2(L − 2)/L² (both sides times e^(aηr²)).
Hypotheses:  L > 2, x > 0, d ≠ 0.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement.
Tags:        identity, mirror flow, convexity, depth
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, below
from wnverify.bounds.chou2023 import DEEP
from wnverify.families.diagonal.point import DIAGONAL, L, curvature, eta, r, slope_mean, slope_spread


def form(factor: Expr, S: Expr = r**2) -> Expr:
    """factor·S^{L/2} [Var_p(d/x) + ηS (E_p d/x)²]."""
    return factor * r**L * (slope_spread + eta * S * slope_mean**2)


theorem = Theorem(
    claim=Claim(curvature, "=", form((L - 2) / L), tolerance=1e-9),
    family=DIAGONAL,
    settings=DEEP,
    about_bound=[below(Integer(0), of=-form((L - 2) / L), given={L: L + 1})],
    mutants={
        "(L-1)/L for (L-2)/L": form((L - 1) / L),
        "eta for eta S": form((L - 2) / L, S=Integer(1)),
        "without the mean": form((L - 2) / L, S=Integer(0)),
    },
)
