"""Weight normalization conserves the length of its direction, so that the polar flow lives on the unit sphere.

Statement:   d‖v‖²/dt = 0 where (g, v) follow the gradient of l((g v/‖v‖)^L): ⟨v, ∇_v l⟩ = 0 (measured at v = w and
             g = ‖w‖, relative to the summands of ∇_w l; the loss is differentiated as it is written, nothing is
             projected).
Hypotheses:  v ≠ 0.
Kind:        identity
Label:       lemma
Paper:       setting (abstract): the weights are written in polar coordinates, a radius times a unit vector, and
             gradient flow is applied to these.
Relation:    step of its proof: why the direction needs no projection but that of its reparametrisation.
Tags:        identity, flow, gauge
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.families.diagonal.point import DIAGONAL, raw_drift, wn_drift, wn_turn


def claim(drift: Expr) -> Claim:
    """The direction keeps its length."""
    return Claim(drift, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=claim(wn_drift),
    family=DIAGONAL,
    mutants={
        "w = v, not normalised": claim(raw_drift),
        "a thousandth of the radial part is left": claim(wn_drift + raw_drift / 1000),
        "turned by an angle of 1e-6": claim(wn_drift + wn_turn / 10**6),
    },
)
