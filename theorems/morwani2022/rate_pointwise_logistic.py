"""The same rate for the logistic loss, with the logistic transform of the loss.

Statement:   −LL′ ≥ C [(1 − e^{−LL}) log(1/(e^{LL} − 1))]² with C = Σ_l d_l²/K_l under EWN.
Hypotheses:  A1: LL = Σ log(1 + e^{−f_i}) < log 2; ‖v_u‖ = 1; LL > 10⁻¹², so that it does not underflow.
Kind:        lower bound, tight (one sample, equal nodes, everything aligned)
Label:       theorem
Paper:       Theorem 15 (read): under A1, LL = O(1/t) for the cross-entropy.
Relation:    stronger: 1/(t log² t), for two classes; finite_time_cross_entropy has several.
Ours:        log² and the constant, with the concavity of 1 − e^{−x}.
Tags:        rate, ewn, logistic, homogeneous
"""

from sympy import Rational, log

from wnverify import Claim, Theorem
from wnverify.families.homogeneous.state import HOMOGENEOUS, C, D, dissipation, logistic_phi, logistic_share, loss

given = {"loss below log 2": (loss, "<", log(2)), "above underflow": (loss, ">", Rational(1, 10**12))}
floor = (logistic_share * logistic_phi) ** 2

theorem = Theorem(
    claim=Claim(dissipation, ">=", C * floor, given=given, tolerance=1e-9),
    family=HOMOGENEOUS,
    settings={"loss": ("logistic",)},
    mutants={
        "D^2 for C": D**2 * floor,
        "2C": 2 * C * floor,
        "log^3 for log^2": C * floor * logistic_phi,
    },
)
