"""Signed model, L > 2: the sum of the powers of the two halves of every coordinate.

Statement:   (u₊^(−(L−2)) + u₋^(−(L−2))) e^(−(L−2)ηr²/2) is constant in every coordinate (its logarithmic derivative).
Hypotheses:  L > 2. The stacked matrix [A, −A] has (v, v) in its kernel for every v.
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
from wnverify.bounds.chou2023 import DEEP, SIGNED, pairs_move
from wnverify.families.diagonal.point import DIAGONAL, L, eta, radial_push

theorem = Theorem(
    claim=pairs_move((L - 2) * eta * radial_push),
    family=DIAGONAL,
    settings=SIGNED | DEEP,
    corollary_of="chou2023/invariant_deep",
    mutants={
        "twice the exponent": pairs_move(2 * (L - 2) * eta * radial_push),
        "without the radius": pairs_move(Integer(0)),
    },
)
