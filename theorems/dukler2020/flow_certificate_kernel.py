"""Along a certified flow the kernel stays positive: λ_min(Λ) ≥ φ at every time.

Statement:   λ_min(Λ(t)) ≥ φ for all t, φ the certified rate.
Hypotheses:  the certificate applies.
Kind:        lower bound, tight as R₀ → 0
Paper:       the theorems of which this is a deterministic version.
Ours:        the statement.
Tags:        gradient flow, kernel, certificate, relu
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.runs import CERTIFIED, RELU_RUNS, certified_rate, path_least

theorem = Theorem(
    claim=Claim(path_least, ">=", certified_rate, given=CERTIFIED, tolerance=1e-6),
    family=RELU_RUNS,
    mutants={"1.2 times the certified rate": Rational(6, 5) * certified_rate},
)
