"""A certificate computed from the initialisation alone bounds the rate of the gradient flow for all time.

Statement:   if φ > 0 satisfies Φ(p) ≥ φ at p = κR₀/(φ√m), then |r(t)| ≤ e^{−φt} R₀ for all t. Φ(p) is the lower
             bound of λ_min(Λ) over all states within reach of p (wnverify/families/relu/certificates.py). The
             ratio reported is φ over the measured rate.
Hypotheses:  such a φ exists; no probability, any α, any signs c.
Kind:        upper bound, tight as R₀ → 0
Label:       theorem
Paper:       theorem on the flow for V and theorem on the flow for G (recollection): |f(t) − y|² ≤ e^{−ωt} |f(0) − y|²
             with high probability, ω = λ₀/α² or μ₀.
Relation:    finite form: of one initialisation that was drawn, without a probability and without a condition on the
             width.
Ours:        the statement: Φ and the proof.
Tags:        gradient flow, convergence, certificate, relu
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.runs import CERTIFIED, RELU_RUNS, certified_rate, initial_least, rate

theorem = Theorem(
    claim=Claim(rate, ">=", certified_rate, given=CERTIFIED, tolerance=1e-6),
    family=RELU_RUNS,
    mutants={
        "1.5 times the least eigenvalue at the start": Rational(3, 2) * initial_least,
        "1.5 times the certified rate": Rational(3, 2) * certified_rate,
    },
    unrefutable={"U_ik omitted": "flips are rare in certified runs; refuted entry by entry in turn_V"},
)
