"""Distance to every solution falls: the divergence decreases at the rate of the loss.

Statement:   dD_Φ(z, x)/dt = −2κ l(x) ≤ 0 for every z with Az = y, z > 0, κ the speed of the mirror flow (both sides
             times e^(aηr²) for L > 2; the defect relative to the summands).
Hypotheses:  Az = y, z > 0; L = 2, 3, 4.
Kind:        identity
Label:       corollary
Paper:       not in it.
Ours:        the statement: ⟨d∇Φ(x)/dt, x − z⟩ with the mirror flow, and A(x − z) = e.
Tags:        identity, mirror flow, Lyapunov
"""

from sympy import Eq, Expr, Integer, Piecewise

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import kappa
from wnverify.families.diagonal.point import DIAGONAL, L, eta, loss_now, lyapunov_rate, lyapunov_size, r

speed = Piecewise((kappa(2, eta, r), Eq(L, 2)), (kappa(L, eta, r), True))


def claim(factor: Expr) -> Claim:
    """dD_Φ/dt = −factor·κ l."""
    return Claim(abs(lyapunov_rate + factor * speed * loss_now) / lyapunov_size, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=claim(Integer(2)),
    family=DIAGONAL,
    corollary_of=("chou2023/mirror_flow_entropy", "chou2023/mirror_flow_deep"),
    mutants={"once the loss": claim(Integer(1)), "four times the loss": claim(Integer(4))},
)
