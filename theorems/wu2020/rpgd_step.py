"""A projected step divides the kernel part of w by the norm of the step, whatever the loss.

Statement:   P_⊥w⁺ = P_⊥w/‖w − h∇_w f‖ for w⁺ = (w − h∇_w f)/‖w − h∇_w f‖. Measured along an arbitrary unit vector
             of ker A.
Hypotheses:  ‖w‖ = 1, any loss F(gAw), any step with w ≠ h∇_w f.
Kind:        identity
Label:       lemma
Paper:       setting (abstract): the predictor is gAw with a gain g and a unit vector w, trained on ½‖gAw − y‖² with
             learning rates of ratio c; a step of rPGD is followed by a projection.
Relation:    step of its proof: what the projection does in ker A.
Ours:        written out here.
Tags:        projected gradient descent, discrete, invariant
"""

from sympy import Expr, Integer, Rational

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import LEAST_SQUARES, null_part, step_norm, step_null

given = {"a step away from 0": (step_norm, ">", Rational(1, 100))}


def version(value: Expr) -> Claim:
    """The claim with another value of ⟨z, w⁺⟩."""
    return Claim(step_null - value, "=", Integer(0), given=given, tolerance=1e-11)


theorem = Theorem(
    claim=version(null_part / step_norm),
    family=LEAST_SQUARES,
    mutants={
        "kept": version(null_part),
        "the norm squared": version(null_part / step_norm**2),
        "multiplied by the norm": version(null_part * step_norm),
    },
)
