"""Effective initialisation: at every time x_t looks like plain gradient flow from ρ_t x_0.

Statement:   log x_t − log(ρ_t x_0) (L = 2), x_t^(−(1−2/L)) − (ρ_t x_0)^(−(1−2/L)) (L > 2) lie in range(Aᵀ) with
             ρ_t = (r_t/r_0)^L e^(−(Lη/2)(r_t² − r_0²)) (measured in the middle of a run: the part in ker A).
Hypotheses:  the run converged.
Kind:        identity, up to the error of integration; ρ falls exponentially in η(r² − r_0²), proved
Label:       corollary
Paper:       the theorem on the limit (abstract): for L = 2 the flow acts as gradient flow without normalization from
             the start ρx_0, with a factor ρ that the growth of the radius makes small.
Relation:    stronger: at every time, and for L > 2 too.
Ours:        the form for L > 2.
Tags:        flow, effective initialisation
"""

import sympy
from sympy import Expr, Integer, exp, log

from wnverify import Claim, Theorem, decreasing, free_of, limit
from wnverify.bounds.chou2023 import log_rho, rho_after
from wnverify.families.diagonal.flow import (
    DIAGONAL_FLOW,
    L,
    converged,
    eta,
    r0,
    r_quarter,
    rho_stray,
    rho_weight,
    seen_log_rho,
)


def claim(value: Expr) -> Claim:
    """log ρ as seen in ker A has this value, and explains all that is seen there."""
    defect = rho_weight * abs(seen_log_rho - value) + rho_stray
    return Claim(defect, "=", Integer(0), given={"converged": (converged, "=", 1)}, tolerance=1e-7)


right = log_rho(L, eta, r0, r_quarter)
growth = L * log(r_quarter / r0)
gap = sympy.Symbol("gap", positive=True)
rho = rho_after(2, eta, r0, gap)

theorem = Theorem(
    claim=claim(right),
    family=DIAGONAL_FLOW,
    corollary_of="chou2023/invariant_on_runs",
    about_bound=[decreasing(eta, of=rho), limit(eta, sympy.oo, 0, of=rho), free_of(eta, of=rho * exp(eta * gap))],
    mutants={
        "without the exponential": claim(growth),
        "L eta/4 in the exponent": claim((right + growth) / 2),
        "without the power": claim(right - growth),
        "rho = 1": claim(Integer(0)),
    },
)
