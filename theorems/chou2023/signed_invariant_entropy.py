"""Signed model, L = 2: the product of the two halves of every coordinate.

Statement:   u₊u₋e^(ηr²) is constant in every coordinate of x = x₊ − x₋, i.e. x₊x₋ = ρ²x₊₀x₋₀ (measured: its
             logarithmic derivative).
Hypotheses:  L = 2. The stacked matrix [A, −A] has (v, v) in its kernel for every v.
Kind:        identity
Label:       corollary
Paper:       setting (recollection): a solution with entries of any sign is a difference x₊ − x₋, whose parts have
             weights of their own.
Relation:    finite form: what the invariants say of the two parts of a coordinate.
Ours:        the explicit form.
Tags:        identity, invariant, signed
"""

from sympy import Integer

from wnverify import Theorem
from wnverify.bounds.chou2023 import ENTROPIC, SIGNED, pairs_move
from wnverify.families.diagonal.point import DIAGONAL, eta, radial_push

theorem = Theorem(
    claim=pairs_move(-2 * eta * radial_push),
    family=DIAGONAL,
    settings=SIGNED | ENTROPIC,
    corollary_of="chou2023/invariant_entropy",
    mutants={
        "e^(eta r^2/2) for e^(eta r^2)": pairs_move(-eta * radial_push),
        "without the radius": pairs_move(Integer(0)),
    },
)
