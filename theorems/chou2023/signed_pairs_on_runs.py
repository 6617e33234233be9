"""Signed model along whole runs: x₊x₋ = ρ_t² x₊₀x₋₀ in every coordinate.

Statement:   log(x₊x₋) − 2 log ρ_t keeps its value, ρ_t = (r_t/r_0)² e^(−η(r_t² − r_0²)) (measured: greatest change,
             relative to 1 + size).
Hypotheses:  L = 2; the run converged.
Kind:        identity, up to the error of integration
Label:       corollary
Paper:       setting (recollection): a solution with entries of any sign is a difference x₊ − x₋, whose parts have
             weights of their own.
Relation:    finite form: what the invariants say of the two parts of a coordinate, along runs.
Ours:        the explicit form.
Tags:        flow, invariant, signed
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC, SIGNED
from wnverify.families.diagonal.flow import DIAGONAL_FLOW, converged, pair_drift, pair_drift_half


def claim(change: Expr) -> Claim:
    """Nothing changes along the run."""
    return Claim(change, "=", Integer(0), given={"converged": (converged, "=", 1)}, tolerance=1e-7)


theorem = Theorem(
    claim=claim(pair_drift),
    family=DIAGONAL_FLOW,
    settings=SIGNED | ENTROPIC,
    corollary_of="chou2023/invariant_on_runs",
    mutants={"rho for rho^2": claim(pair_drift_half)},
)
