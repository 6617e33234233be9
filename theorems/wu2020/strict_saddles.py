"""The stationary points with g = 0 are strict saddles, with an explicit direction of descent.

Statement:   At g = 0, ⟨Aw, y⟩ = 0 the least eigenvalue of the Riemannian Hessian of ½‖gAw − y‖² is
             (a − √(a² + 4‖Aᵀy‖²))/2 with a = ‖Aw‖²; it is at most −‖Aᵀy‖²/(a + ‖Aᵀy‖) < 0.
Hypotheses:  ‖w‖ = 1, y ≠ 0 in the range of A. Measured at w made orthogonal to Aᵀy, relative to a + ‖Aᵀy‖.
Kind:        identity
Label:       theorem
Paper:       the stationary points (recollection): those with g = 0 are strict saddles.
Relation:    finite form: the eigenvalue itself.
Ours:        the eigenvalue: the Hessian is [[a, −zᵀ], [−z, 0]] with z = Aᵀy, which is tangent.
Tags:        saddle, hessian, least-squares
"""

from sympy import Expr, Integer, sqrt

from wnverify import Claim, Theorem, below
from wnverify.families.least_squares.state import LEAST_SQUARES, SQUARED, saddle_eigenvalue, saddle_image, target_pull

a, b = saddle_image**2, target_pull


def version(eigenvalue: Expr) -> Claim:
    """The claim with another eigenvalue."""
    return Claim((saddle_eigenvalue - eigenvalue) / (a + b), "=", Integer(0), tolerance=1e-11)


eigenvalue = (a - sqrt(a**2 + 4 * b**2)) / 2

theorem = Theorem(
    claim=version(eigenvalue),
    family=LEAST_SQUARES,
    settings=SQUARED,
    about_bound=[below(-(b**2) / (a + b), of=eigenvalue)],
    mutants={
        "1 for 4 under the root": version((a - sqrt(a**2 + b**2)) / 2),
        "-|A^T y|": version(-b),
        "the other eigenvalue": version((a + sqrt(a**2 + 4 * b**2)) / 2),
    },
    paper_says={"the loss is not convex in g and w": None},
)
