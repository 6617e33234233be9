"""Under the flow, SWN keeps the balance of squared norms between layers.

Statement:   (Σ_{u in l} ‖w_u‖²/d_l)′ is the same for every layer l, for any loss. Measured as the largest
             difference, relative to the sum of the sizes of the terms of all these derivatives.
Hypotheses:  w = γ v/‖v‖, gradient flow; outputs homogeneous of degree d_l in layer l.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement: (‖w_u‖²/2)′ = −⟨w_u, G_u⟩ and Euler's theorem.
Tags:        flow, swn, invariant, homogeneous
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import (
    HOMOGENEOUS,
    LAYERED,
    ewn_square_rate,
    swn_log_rate,
    swn_square_drift,
    swn_square_rate,
)


def version(difference: Expr) -> Claim:
    """No difference between layers."""
    return Claim(difference, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=version(swn_square_rate),
    family=HOMOGENEOUS,
    settings={**LAYERED, "loss": ("logistic",)},
    mutants={
        "logarithms in place of squares": version(swn_log_rate),
        "EWN": version(ewn_square_rate),
        "exact under gradient descent": version(swn_square_drift),
    },
)
