"""Along a certified flow the kernel stays positive: λ_min(Λ) ≥ φ at every time.

Statement:   λ_min(Λ(t)) ≥ φ for all t, φ the certified rate.
Hypotheses:  the certificate applies.
Kind:        lower bound, tight as R₀ → 0
Label:       lemma
Paper:       lemma on perturbed kernels (recollection): near the initialisation λ_min of V or of G stays above half of
             what it is at infinite width.
Relation:    finite form: Λ itself, along the whole flow, of one initialisation that was drawn.
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
