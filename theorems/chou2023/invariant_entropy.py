"""Invariant of the flow for L = 2: logarithms and the squared radius.

Statement:   ⟨z, log u⟩ + (η/2) r²⟨z, 1⟩ is constant for every z in ker A, whatever the loss F(Ax) (measured: its
             derivative relative to its summands).
Hypotheses:  L = 2, Az = 0.
Kind:        identity; the derivative vanishes identically, proved for one row with two and three columns
Label:       theorem
Paper:       the invariants (abstract): ⟨z, log u⟩ + (η/2) r²⟨z, 1⟩ is constant for every z in ker A, at L = 2.
Relation:    same: as a derivative, for any loss F(Ax).
Tags:        identity, invariant
"""

from sympy import Expr, Integer

from wnverify import Claim, Theorem, below
from wnverify.bounds.chou2023 import ENTROPIC, invariant_derivative
from wnverify.families.diagonal.point import DIAGONAL, entropy_rate, entropy_size, eta, mass_rate


def defect(factor: Expr) -> Expr:
    """|d/dt (⟨z, log u⟩ + factor·η r²⟨z, 1⟩)| relative to its summands."""
    return abs(entropy_rate + 2 * factor * eta * mass_rate) / entropy_size


derivatives = [invariant_derivative(2, columns) for columns in (2, 3)]

theorem = Theorem(
    claim=Claim(defect(Integer(1) / 2), "=", Integer(0), tolerance=1e-12),
    family=DIAGONAL,
    settings=ENTROPIC,
    about_bound=[below(Integer(0), of=sign * value) for value in derivatives for sign in (1, -1)],
    mutants={
        "eta/4 for eta/2": Claim(defect(Integer(1) / 4), "=", Integer(0), tolerance=1e-12),
        "without the eta term": Claim(defect(Integer(0)), "=", Integer(0), tolerance=1e-12),
    },
    paper_says={"the flow has invariants that determine its bias": None},
)
