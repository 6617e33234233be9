"""With indicators 0 and 1 the decay along the flow holds for runs that do not slide along a kink.

Statement:   |r(t)| ≤ |r(0)| exp(−∫₀ᵗ λ_min(Λ)), Λ with the indicators themselves.
Hypotheses:  g_k > 0 along the run; no a_ik changes its sign more than twice (`flips` ≤ 2). Without the latter it is
             false: see controls/dukler_sliding_decay.
Kind:        upper bound, tight
Label:       corollary
Paper:       lemma on conditional convergence (recollection): while λ_min(Λ) ≥ ω/2, the residual falls as |r(t)|² ≤
             e^{−ωt}|r(0)|².
Relation:    conditional: with indicators 0 and 1 it needs a run that does not slide along a kink.
Ours:        the added hypothesis.
Tags:        gradient flow, relu, sliding
"""

from sympy import Rational, exp

from wnverify import Claim, Theorem
from wnverify.families.relu.paths import NO_SLIDING, RELU_PATHS, end_residual, indicator_exponent, start_residual

claim = Claim(end_residual, "<=", start_residual * exp(-indicator_exponent), given=NO_SLIDING, tolerance=1e-3)

theorem = Theorem(
    claim=claim,
    family=RELU_PATHS,
    mutants={
        "exponent times 1.5": start_residual * exp(-Rational(3, 2) * indicator_exponent),
        "sliding runs too": claim.without("no sliding"),
    },
    corollary_of="dukler2020/flow_decay",
)
