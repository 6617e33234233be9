"""The part of w in the kernel of A times e^{g²/(2c)} is conserved, for every loss.

Statement:   (P_⊥w)′ = −(g g′/c) P_⊥w along the flow, c = rate_g/rate_w; so P_⊥w e^{g²/(2c)} is constant.
             Measured along an arbitrary unit vector of ker A, relative to the largest velocity rate_w |g| ‖q‖.
Hypotheses:  p = gAw, ‖w‖ = 1, any differentiable loss F(p); A of full row rank.
Kind:        identity
Label:       theorem
Paper:       the invariant (abstract): P_⊥w e^{g²/(2c)} is constant along the flow.
Relation:    same: as a derivative, for every loss; P_⊥Aᵀ = 0 is all that is used.
Tags:        invariant, flow, least-squares
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, below, free_of
from wnverify.bounds.wu2020 import ONLY_RATIO, invariant_derivative, ratio, velocity_per_rate
from wnverify.families.least_squares.state import (
    LEAST_SQUARES,
    field_scale,
    g,
    gain_rate,
    null_part,
    null_rate,
    rate_w,
)


def defect(factor: Expr) -> Expr:
    """(z-component of w′ − factor·(−g g′/c)⟨z,w⟩)/scale."""
    return (null_rate + factor * g * gain_rate * null_part) / field_scale


def version(factor: Expr) -> Claim:
    """The claim with another factor."""
    return Claim(defect(factor), "=", Integer(0), tolerance=1e-11)


theorem = Theorem(
    claim=version(1 / ratio()),
    family=LEAST_SQUARES,
    about_bound=[
        *(below(Integer(0), of=sign * invariant_derivative(rows)) for rows in (1, 2) for sign in (1, -1)),
        free_of(rate_w, of=velocity_per_rate(), given=ONLY_RATIO),
    ],
    mutants={
        "g^2/c in the exponent": version(2 / ratio()),
        "g^2/2 in the exponent": version(Integer(1)),
        "c inverted": version(ratio()),
        "the other sign": version(-1 / ratio()),
    },
)
