"""EWN keeps the balance of log-norms between layers, exactly, even under gradient descent with any steps.

Statement:   Σ_{u in l} α_u/d_l − Σ_{u in l′} α_u/d_{l′} is conserved by gradient descent with any step sizes, for
             any loss; so the ratio ‖w_1‖/‖w_2‖ of two single-node layers of equal degree is frozen.
Hypotheses:  w = e^α v/‖v‖; outputs homogeneous of degree d_l in layer l. Six steps of changing size.
Kind:        identity
Label:       theorem
Paper:       not in it.
Ours:        the statement, from log_step and Euler's theorem.
Tags:        gradient descent, ewn, invariant, homogeneous
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import HOMOGENEOUS, LAYERED, ewn_log_drift, ewn_square_rate, swn_square_drift

theorem = Theorem(
    claim=Claim(ewn_log_drift, "=", Integer(0), tolerance=1e-12),
    family=HOMOGENEOUS,
    settings={**LAYERED, "loss": ("logistic",)},
    mutants={
        "squares in place of logarithms": Claim(ewn_square_rate, "=", Integer(0), tolerance=1e-12),
        "SWN under gradient descent": Claim(swn_square_drift, "=", Integer(0), tolerance=1e-12),
    },
)
