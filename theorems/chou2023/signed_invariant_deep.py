"""Signed model, L > 2: the sum of the powers of the two halves of every coordinate.

Statement:   (u₊^(−(L−2)) + u₋^(−(L−2))) e^(−(L−2)ηr²/2) is constant in every coordinate (its logarithmic derivative).
Hypotheses:  L > 2. The stacked matrix [A, −A] has (v, v) in its kernel for every v.
Kind:        identity
References:  Chou, Rauhut, Ward: Robust implicit regularization via weight normalization, arXiv:2305.05448
             (the reparametrised flow); explicit form derived here.
Tags:        identity, invariant, signed
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import DEEP, SIGNED
from wnverify.families.diagonal.point import DIAGONAL, L, eta, pair_high, pair_low, pair_size, radial_push


def claim(rate: Expr) -> Claim:
    """All pairs change at this logarithmic rate."""
    defect = (abs(pair_low - rate) + abs(pair_high - rate)) / (pair_size * (1 + eta))
    return Claim(defect, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=claim((L - 2) * eta * radial_push),
    family=DIAGONAL,
    settings=SIGNED | DEEP,
    mutants={
        "twice the exponent": claim(2 * (L - 2) * eta * radial_push),
        "without the radius": claim(Integer(0)),
    },
)
