"""Along a certified descent the lengths of the directions hardly grow: log(|v_k(s)|²/|v_k(0)|²) ≤ ν_k.

Statement:   1 ≤ |v_k(s)|²/|v_k(0)|² ≤ exp(ν), ν = A(1+q)ηκR₀/(√m α²|u_k|), A = (q + q²/2)/α², q = κR₀/(φ√m|u_k|),
             for the first neuron and 40 steps. (The lower side is step_norm.)
Hypotheses:  the certificate applies, and η times the smoothness is at most 1.
Kind:        upper bound
Label:       corollary
Paper:       not in it.
Ours:        the statement.
Tags:        gradient descent, norm growth, certificate, relu
"""

from wnverify import Claim, Theorem, decreasing, increasing
from wnverify.bounds.dukler2020 import PHI, norm_exponent, reach
from wnverify.families.relu.runs import CERTIFIED_STEPS, RELU_RUNS, alpha, certified_step_rate, m, norm_growth, step

nu = norm_exponent(reach(certified_step_rate))
applies = {certified_step_rate: PHI}

theorem = Theorem(
    claim=Claim(norm_growth, "<=", nu, given=CERTIFIED_STEPS, tolerance=1e-6),
    family=RELU_RUNS,
    about_bound=[decreasing(m, given=applies), increasing(step, given=applies)],
    mutants={"a twentieth of it": nu / 20, "1/m^2 for 1/m": nu / m, "without 1/alpha^4": alpha**4 * nu},
    corollary_of=("dukler2020/descent_certificate", "dukler2020/direction_gradient_bound", "dukler2020/step_norm"),
)
