"""A step of gradient descent changes the outputs by −ηΛr up to curvature and flips.

Statement:   |f'_i − f_i + η(Λr)_i| ≤ m^{-1/2}(Σ_k e_k + Σ_flips |L_ik|) for the first input: e_k over the neurons
             that are active on it before or after, |L_ik| over those whose sign changes; ξ_k = η|∂L/∂v_k|/|v_k| and
             e_k = 2|Δg_k| sin(atan(ξ_k)/2) + |g_k| ξ_k²/(1 + √(1+ξ_k²)).
Hypotheses:  v_k ≠ 0; any state, any η.
Kind:        upper bound, tight
Label:       lemma
Paper:       not in it.
Ours:        the statement.
Tags:        gradient descent, relu
"""

from sympy import Integer

from wnverify import Claim, Theorem
from wnverify.families.relu.steps import RELU_STEPS, curvature, flip_error, step_error

theorem = Theorem(
    claim=Claim(step_error, "<=", curvature + flip_error, tolerance=1e-8),
    family=RELU_STEPS,
    mutants={
        "no flips": curvature,
        "a quarter of it": (curvature + flip_error) / 4,
        "no error": Claim(step_error, "=", Integer(0)),
    },
)
