"""Signed model: the limit is an arcsinh of the effective initialisation.

Statement:   arcsinh(x_∞/(2αρ)) lies in range(Aᵀ) for x = x₊ − x₋ and the start x_±,0 = α (measured: its part in
             ker A, relative).
Hypotheses:  L = 2, u_0 uniform.
Kind:        identity
Label:       corollary
Paper:       setting (recollection): a solution with entries of any sign is a difference x₊ − x₋, whose parts have
             weights of their own.
Relation:    finite form: what the limit is in terms of the difference.
Ours:        the explicit form.
Tags:        identity, limit, signed
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC, SIGNED
from wnverify.families.diagonal.limits import (
    DIAGONAL_LIMITS,
    arcsinh_defect,
    arcsinh_defect_double,
    arcsinh_defect_plain,
    solved,
    unevenness,
)

given = {"limit found": (solved, "=", 1), "uniform start": (unevenness, "=", 0)}


def claim(defect: Expr) -> Claim:
    """The vector has no part in ker A."""
    return Claim(defect, "=", Integer(0), given=given, tolerance=1e-9)


theorem = Theorem(
    claim=claim(arcsinh_defect),
    family=DIAGONAL_LIMITS,
    settings=SIGNED | ENTROPIC,
    corollary_of="chou2023/limit_projection",
    mutants={
        "rho = 1": claim(arcsinh_defect_plain),
        "alpha rho for 2 alpha rho": claim(arcsinh_defect_double),
    },
)
