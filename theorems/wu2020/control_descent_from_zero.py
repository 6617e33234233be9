"""Control: gradient descent finds the minimum-norm solution only when started at zero.

Statement:   from x₀ = gw ≠ 0 gradient descent ends farther than 10⁻⁶ X from x* = A⁺y.
Hypotheses:  g > 0, ‖w‖ = 1.
Kind:        control, false on purpose: it must be refuted, by a start in the range of Aᵀ
Label:       control
Paper:       abstract of the proceedings (abstract): gradient descent converges to the solution of least norm only
             when started at zero.
Relation:    false as printed: taken literally. The abstract on arXiv is right (gradient_descent_distance); this says
             nothing against the paper's theorems.
Tags:        control, gradient descent, minimum norm
"""

from wnverify import Claim, Theorem, Verdict
from wnverify.families.least_squares.flow import FLOW, SQUARED, X, descent_distance

theorem = Theorem(
    claim=Claim(descent_distance, ">=", X / 10**6),
    family=FLOW,
    settings=SQUARED,
    expect=Verdict.REFUTED,
    paper_says={"gradient descent finds the minimum-norm solution only when started at zero": None},
)
