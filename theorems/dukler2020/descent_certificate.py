"""A certificate computed from the initialisation and η alone bounds the rate of gradient descent for all steps.

Statement:   if φ > 0 satisfies Φ(p) − ε ≥ φ at p = κR₀/(φ√m), then |r(s)| ≤ (1 − ηφ)^s R₀ for all s. Φ is as for
             the flow; ε bounds the curvature and the flips of a step. The ratio reported is φ over the measured
             rate.
Hypotheses:  such a φ exists; η κ² (1/m) Σ_k max(1, (1+q_k)²/α²) ≤ 1.
Kind:        upper bound, tight as R₀ → 0
Label:       theorem
Paper:       theorem on descent for V and theorem on descent for G (recollection): |f(s) − y|² ≤ (1 − ηω/2)^s |f(0) −
             y|² with high probability, ω = λ₀/α² or μ₀.
Relation:    finite form: of one initialisation that was drawn, without a probability and without a condition on the
             width.
Ours:        the statement: Φ, ε and the proof.
Tags:        gradient descent, convergence, certificate, relu
"""

from sympy import Rational

from wnverify import Claim, Theorem
from wnverify.families.relu.runs import CERTIFIED_STEPS, RELU_RUNS, certified_step_rate, initial_least, step_rate

claim = Claim(step_rate, ">=", certified_step_rate, given=CERTIFIED_STEPS, tolerance=1e-6)

theorem = Theorem(
    claim=claim,
    family=RELU_RUNS,
    mutants={
        "1.3 times the least eigenvalue at the start": Rational(13, 10) * initial_least,
        "1.3 times the certified rate": Rational(13, 10) * certified_step_rate,
        "any step size": claim.without("step at most 1/smoothness"),
    },
    unrefutable={"without epsilon": "curvature and flips are a few per cent of it in certified runs; see step_error"},
)
