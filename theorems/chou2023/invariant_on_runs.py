"""Invariants of the flow, followed along whole runs.

Statement:   ⟨z, log u⟩ + (η/2) r²⟨z, 1⟩ (L = 2) and e^(−(L−2)ηr²/2) ⟨z, u^(−(L−2))⟩ (L > 2) keep their value for
             every z in ker A (measured: greatest change, relative to 1 + size).
Hypotheses:  the run converged.
Kind:        identity, up to the error of integration
Label:       lemma
Paper:       the invariants (abstract): ⟨z, log u⟩ + (η/2) r²⟨z, 1⟩ is constant for every z in ker A, at L = 2.
Relation:    same: along integrated runs, and for L > 2 in a form of our own.
Ours:        the form for L > 2.
Tags:        flow, invariant
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, converged, drift, drift_half, drift_without


def claim(change: Expr) -> Claim:
    """Nothing changes along the run."""
    return Claim(change, "=", Integer(0), given={"converged": (converged, "=", 1)}, tolerance=1e-7)


theorem = Theorem(
    claim=claim(drift),
    family=DIAGONAL_FLOW,
    mutants={"half the eta": claim(drift_half), "without eta": claim(drift_without)},
)
