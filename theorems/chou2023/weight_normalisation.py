"""Weight normalization itself is this flow, run at another speed.

Statement:   w = g v/‖v‖ with steps c for g and 1 for v, ‖v‖ = 1, moves by w' = −c(uuᵀ + ηr²(I − uuᵀ))∇_w l with
             η = 1/c: the orbit depends on the ratio of the two learning rates only.
Hypotheses:  ‖v‖₂ = 1, c > 0.
Kind:        identity
Label:       lemma
Paper:       setting (abstract): the weights are written in polar coordinates, w = ru with ‖u‖ = 1 and x = w^L, and
             gradient flow is applied to r and u, with learning rates of ratio η.
Relation:    same: for the parameters (g, v) that are trained in practice, at ‖v‖ = 1.
Ours:        the reduction to the ratio.
Tags:        identity, flow, learning rate
"""

import sympy
from sympy import Expr, Integer

from wnverify import Claim, Theorem, free_of
from wnverify.bounds.chou2023 import distance, orbit_slope
from wnverify.families.diagonal.point import (
    DIAGONAL,
    eta,
    r,
    radial_gradient,
    tangent_gradient,
    wn_radial,
    wn_stray,
    wn_tangent,
)

pace = sympy.Symbol("s", positive=True)


def defect(speed: Expr, rate: Expr) -> Expr:
    """Length of w'/speed + (uuᵀ + rate·(I − uuᵀ))G, relative to its two parts."""
    length = distance(
        (wn_radial / speed, radial_gradient),
        (wn_tangent / speed, rate * tangent_gradient),
        rest=wn_stray / speed,
    )
    return length / (abs(radial_gradient) + eta * r**2 * tangent_gradient)


theorem = Theorem(
    claim=Claim(defect(1 / eta, eta * r**2), "=", Integer(0), tolerance=1e-9),
    family=DIAGONAL,
    about_bound=[free_of(pace, of=orbit_slope(2)), free_of(pace, of=orbit_slope(3))],
    mutants={
        "eta = c": Claim(defect(1 / eta, r**2 / eta), "=", Integer(0), tolerance=1e-9),
        "at the same speed": Claim(defect(Integer(1), eta * r**2), "=", Integer(0), tolerance=1e-9),
    },
)
