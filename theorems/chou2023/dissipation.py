"""Loss along the flow: it falls, and this fast.

Statement:   dl/dt = −(⟨u, G⟩² + ηr²‖(I − uuᵀ)G‖²) ≤ 0, G = ∇_w l.
Hypotheses:  none beyond the flow.
Kind:        identity
Label:       lemma
Paper:       setting (abstract): the weights are written in polar coordinates, w = ru with ‖u‖ = 1 and x = w^L, and
             gradient flow is applied to r and u, with learning rates of ratio η.
Relation:    step of its proof: the loss falls, and this fast.
Tags:        identity, flow, loss
"""

from sympy import Integer

from wnverify import Claim, Theorem, below, increasing
from wnverify.families.diagonal.point import DIAGONAL, eta, loss_decay, r, radial_gradient, tangent_gradient

fall = radial_gradient**2 + eta * r**2 * tangent_gradient**2

theorem = Theorem(
    claim=Claim(loss_decay, "=", fall, tolerance=1e-10),
    family=DIAGONAL,
    about_bound=[below(Integer(0), of=-fall), increasing(eta)],
    mutants={
        "r for r^2": radial_gradient**2 + eta * r * tangent_gradient**2,
        "without the radial part": eta * r**2 * tangent_gradient**2,
        "gradient flow of w": radial_gradient**2 + tangent_gradient**2,
    },
)
