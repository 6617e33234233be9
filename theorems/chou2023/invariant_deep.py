"""Invariant of the flow for L > 2: powers of the direction, damped by the radius.

Statement:   e^(−(L−2)ηr²/2) ⟨z, u^(−(L−2))⟩ is constant for every z in ker A, whatever the loss F(Ax) (measured:
             its derivative relative to its summands).
Hypotheses:  L > 2, Az = 0.
Kind:        identity; the derivative vanishes identically, proved for one row and L = 3, 4
Label:       theorem
Paper:       the invariants (abstract): the bias follows from invariants of the flow.
Relation:    finite form: written out for L > 2, where the paper's own form is not known to us.
Ours:        the form for L > 2.
Tags:        identity, invariant, depth
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, below
from wnverify.bounds.chou2023 import DEEP, invariant_derivative
from wnverify.families.diagonal.point import (
    DIAGONAL,
    L,
    eta,
    next_power_mass_rate,
    next_power_rate,
    next_power_size,
    power_mass_rate,
    power_rate,
    power_size,
)


def defect(factor: Expr) -> Expr:
    """The derivative of ⟨z, u^(−(L−2))⟩ e^(−factor·(L−2)ηr²) without its exponential, relative to its summands."""
    return abs(power_rate - 2 * factor * (L - 2) * eta * power_mass_rate) / power_size


next_power = abs(next_power_rate - (L - 1) * eta * next_power_mass_rate) / next_power_size
derivatives = [invariant_derivative(depth, 2) for depth in (3, 4)]

theorem = Theorem(
    claim=Claim(defect(Integer(1) / 2), "=", Integer(0), tolerance=1e-12),
    family=DIAGONAL,
    settings=DEEP,
    about_bound=[below(Integer(0), of=sign * value) for value in derivatives for sign in (1, -1)],
    mutants={
        "eta/4 for eta/2": Claim(defect(Integer(1) / 4), "=", Integer(0), tolerance=1e-12),
        "without the eta term": Claim(defect(Integer(0)), "=", Integer(0), tolerance=1e-12),
        "exponent L-1 for L-2": Claim(next_power, "=", Integer(0), tolerance=1e-12),
    },
)
