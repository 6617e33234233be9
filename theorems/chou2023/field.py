"""Field of the flow: the radius slows the direction by ηr².

Statement:   w' = −(uuᵀ + ηr²(I − uuᵀ))∇_w l for w = ru, x = w^L (measured: the length of the defect).
Hypotheses:  r' = −∂_r l, u' = −η(I − uuᵀ)∂_u l of l((ru)^L), ‖u‖ = 1, η > 0.
Kind:        identity
Label:       lemma
Paper:       setting (abstract): the weights are written in polar coordinates, w = ru with ‖u‖ = 1 and x = w^L, and
             gradient flow is applied to r and u, with learning rates of ratio η; then w' = −(uuᵀ +
             ηr²(I − uuᵀ))∇_w l.
Relation:    same: w' = r'u + ru' by the product rule.
Tags:        identity, flow
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import distance
from wnverify.families.diagonal.point import (
    DIAGONAL,
    eta,
    r,
    radial_gradient,
    radial_speed,
    stray_speed,
    tangent_gradient,
    tangent_speed,
)


def defect(rate: Expr) -> Expr:
    """Length of w' + (uuᵀ + rate·(I − uuᵀ))G, relative to its two parts."""
    length = distance((radial_speed, radial_gradient), (tangent_speed, rate * tangent_gradient), rest=stray_speed)
    return length / (abs(radial_gradient) + eta * r**2 * tangent_gradient)


theorem = Theorem(
    claim=Claim(defect(eta * r**2), "=", Integer(0), tolerance=1e-12),
    family=DIAGONAL,
    mutants={
        "r for r^2": Claim(defect(eta * r), "=", Integer(0), tolerance=1e-12),
        "without eta": Claim(defect(r**2), "=", Integer(0), tolerance=1e-12),
        "gradient flow of w": Claim(defect(Integer(1)), "=", Integer(0), tolerance=1e-12),
    },
)
