"""The loss falls as the divergence of the start over the mirror flow's own time.

Statement:   ‖e(t)‖² ∫₀ᵗ rate_w g e^{g²/(2c)} ≤ D_Φ(x_∞, x₀) with Φ(x) = ∫₀^{‖x‖} e^{s²/(2c)} ds.
Hypotheses:  ‖gAw − y‖ < ‖y‖, g > 0, squared loss; the run converged.
Kind:        upper bound
Label:       theorem
Paper:       not in it.
Ours:        the statement: on the clock dτ = κ dt one has D_Φ(x_∞, x)′ = −‖e‖², and ‖e‖ never increases.
Tags:        mirror flow, rate, least-squares
"""

from wnverify import Claim, Theorem
from wnverify.families.least_squares.flow import FLOW, TO_SOLUTION, flow_bregman, mirror_time, reached_error

theorem = Theorem(
    claim=Claim(reached_error**2 * mirror_time, "<=", flow_bregman, given=TO_SOLUTION, tolerance=1e-6),
    family=FLOW,
    settings={"loss": ("squared",)},
    mutants={
        "a quarter of the divergence": flow_bregman / 4,
        "the error for its square": Claim(reached_error * mirror_time, "<=", flow_bregman, given=TO_SOLUTION),
    },
)
