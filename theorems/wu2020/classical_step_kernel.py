"""In classical weight normalization, v not renormalised, a step multiplies the kernel part of v by a known factor.

Statement:   P_⊥v⁺ = (1 + h g ⟨v/‖v‖, q⟩/‖v‖²) P_⊥v for v⁺ = v − h∇_v F(gAv/‖v‖), q = AᵀF′. Measured along an
             arbitrary unit vector of ker A, relative to ‖v‖ + h‖∇_v‖ and the factor.
Hypotheses:  v ≠ 0, any loss.
Kind:        identity
Label:       lemma
Paper:       not in it.
Ours:        the statement, for comparison with rPGD (rpgd_step).
Tags:        gradient descent, discrete, invariant
"""

from sympy import Abs, Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.least_squares.state import (
    LEAST_SQUARES,
    g,
    gain_rate,
    null_part,
    pull_norm,
    rate_g,
    step,
    v_next_null,
    v_norm,
)

along = -gain_rate / rate_g  # ⟨v/‖v‖, q⟩


def version(change: Expr) -> Claim:
    """The claim with another relative change of the kernel part."""
    scale = v_norm + step * Abs(g) * pull_norm / v_norm
    return Claim((v_next_null - (1 + change) * v_norm * null_part) / scale, "=", Integer(0), tolerance=1e-11)


theorem = Theorem(
    claim=version(step * g * along / v_norm**2),
    family=LEAST_SQUARES,
    mutants={
        "kept": version(Integer(0)),
        "|v| for |v|^2": version(step * g * along / v_norm),
        "without the gain": version(step * along / v_norm**2),
        "the other sign": version(-step * g * along / v_norm**2),
    },
)
