"""Limit of weight normalization: the entropic projection of a rescaled start.

Statement:   x_∞ = argmin of D_h(z, ρ x_0) over S₊ with h = Σ z log z − z (L = 2), h = −(L/2) Σ z^(2/L) (L > 2) and
             the effective initialisation ρ = (r_∞/r_0)^L e^(−(Lη/2)(r_∞² − r_0²)), r_∞² = Σ x_∞^(2/L), for the
             Bregman limit x_∞ = argmin D_Φ(z, x_0) (measured: largest difference relative to max x_∞).
Hypotheses:  S₊ has a positive point.
Kind:        identity; ρ falls exponentially in η(r_∞² − r_0²), proved
Label:       theorem
Paper:       the theorem on the limit (abstract): for L = 2 the flow acts as gradient flow without normalization from
             the start ρx_0, with a factor ρ that the growth of the radius makes small.
Relation:    same: as the problem that the limit solves, for L > 2 in a form of our own.
Ours:        the form for L > 2.
Tags:        identity, limit, effective initialisation
"""

import sympy
from sympy import Expr, Integer, exp

from wnverify import Claim, Theorem, decreasing, free_of, limit
from wnverify.bounds.chou2023 import rho_after
from wnverify.families.diagonal.limits import (
    DIAGONAL_LIMITS,
    defect_half_exponent,
    defect_plain,
    defect_without_exponential,
    defect_without_power,
    eta,
    projected,
    projection_defect,
    r0,
    solved,
)

given = {"limit found": (solved, "=", 1), "projection found": (projected, "=", 1)}
gap = sympy.Symbol("gap", positive=True)
rho, deep_rho = rho_after(2, eta, r0, gap), rho_after(3, eta, r0, gap)


def claim(defect: Expr) -> Claim:
    """The projection from this start is the limit."""
    return Claim(defect, "=", Integer(0), given=given, tolerance=1e-9)


theorem = Theorem(
    claim=claim(projection_defect),
    family=DIAGONAL_LIMITS,
    about_bound=[
        decreasing(eta, of=rho),
        limit(eta, sympy.oo, 0, of=rho),
        free_of(eta, of=rho * exp(eta * gap)),
        decreasing(eta, of=deep_rho),
        free_of(eta, of=deep_rho * exp(3 * eta * gap / 2)),
    ],
    mutants={
        "rho without the exponential": claim(defect_without_exponential),
        "L eta/4 in the exponent": claim(defect_half_exponent),
        "rho without the power": claim(defect_without_power),
        "rho = 1 (plain gradient flow)": claim(defect_plain),
    },
)
