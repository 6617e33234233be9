"""Signed model, L = 2: the product of the two halves of every coordinate.

Statement:   u₊u₋e^(ηr²) is constant in every coordinate of x = x₊ − x₋, i.e. x₊x₋ = ρ²x₊₀x₋₀ (measured: its
             logarithmic derivative).
Hypotheses:  L = 2. The stacked matrix [A, −A] has (v, v) in its kernel for every v.
Kind:        identity
References:  Chou, Rauhut, Ward: Robust implicit regularization via weight normalization, arXiv:2305.05448
             (the reparametrised flow); explicit form derived here.
Tags:        identity, invariant, signed
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem
from wnverify.bounds.chou2023 import ENTROPIC, SIGNED
from wnverify.families.diagonal.point import DIAGONAL, eta, pair_high, pair_low, pair_size, radial_push


def claim(rate: Expr) -> Claim:
    """All pairs change at this logarithmic rate."""
    defect = (abs(pair_low - rate) + abs(pair_high - rate)) / (pair_size * (1 + eta))
    return Claim(defect, "=", Integer(0), tolerance=1e-12)


theorem = Theorem(
    claim=claim(-2 * eta * radial_push),
    family=DIAGONAL,
    settings=SIGNED | ENTROPIC,
    mutants={
        "e^(eta r^2/2) for e^(eta r^2)": claim(-eta * radial_push),
        "without the radius": claim(Integer(0)),
    },
)
