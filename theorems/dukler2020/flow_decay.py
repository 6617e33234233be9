"""Along the gradient flow the residual falls at least as exp(−∫ λ_min(Λ_s)), sliding runs included.

Statement:   |r(t)| ≤ |r(0)| exp(−∫₀ᵗ λ_min(Λ_s)), where s_ik is the indicator of neuron k on input i, and on a run
             that slides along a kink Filippov's value in between, here the mean of the indicators over 20 Euler
             steps.
Hypotheses:  g_k > 0 along the run.
Kind:        upper bound, tight (equality for r along the lowest eigenvector)
Label:       lemma
Paper:       lemma on conditional convergence (recollection): while λ_min(Λ) ≥ ω/2, the residual falls as |r(t)|² ≤
             e^{−ωt}|r(0)|².
Relation:    stronger: of runs that slide along a kink too, where Filippov's indicators lie between 0 and 1.
Ours:        the averaged indicators.
Tags:        gradient flow, relu, sliding
"""

from sympy import Rational, exp

from wnverify import Claim, Theorem
from wnverify.families.relu.paths import POSITIVE, RELU_PATHS, end_residual, exponent, start_residual

theorem = Theorem(
    claim=Claim(end_residual, "<=", start_residual * exp(-exponent), given=POSITIVE, tolerance=1e-3),
    family=RELU_PATHS,
    mutants={
        "exponent times 1.5": start_residual * exp(-Rational(3, 2) * exponent),
        "twice the exponent": start_residual * exp(-2 * exponent),
    },
)
