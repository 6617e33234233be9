"""sympy no longer replaces a bound by one of its parts where neither is always the larger."""

import pytest
from sympy import Abs, Max, Min, Rational, Symbol, sign

from wnverify import sympy_signs
from wnverify.families.networks.setting import L, d, m
from wnverify.typed.parser import read, relation_of

k = Symbol("k", integer=True, positive=True)
UNDECIDED = [
    Max(1, 40 / (L * m)), Min(1, 40 / (L * m)), Max(Rational(1, 2), 1 / (L * m)), Max(1, 40 / (L * m * d)),
    Max(1, 40 / (L * m) ** 2), Max(1, 7 / (L * (k + 1))), Abs(40 / (L * m) - 1), sign(1 - 40 / (m * k)),
    Max(-1, -40 / (L * m)),
]  # fmt: skip


@pytest.mark.parametrize("expression", UNDECIDED, ids=str)
def test_a_choice_that_depends_on_the_sizes_stays_one(expression):
    assert expression.has(Max, Min, Abs, sign)
    small, large = expression.subs({L: 1, m: 1, d: 1, k: 1}), expression.subs({L: 9, m: 9, d: 9, k: 9})
    assert small.is_number
    assert large.is_number


def test_what_is_certain_is_still_seen():
    assert Max(0, 40 / (L * m)) == 40 / (L * m)
    assert (1 + 40 / (L * m)).is_positive
    assert (-1 - 40 / (L * m)).is_negative
    assert (L * m - 1).is_nonnegative
    assert Max(1, L * m) == L * m
    assert (40 / (L * m)).is_positive


def test_a_typed_claim_is_read_as_it_stands():
    relation = relation_of(read("output_abs <= Max(1, 40/(L*m))"), {"output_abs": Symbol("y"), "L": L, "m": m})
    assert relation.rhs == Max(1, 40 / (L * m))
    assert relation.rhs.subs({L: 10, m: 10}) == 1


def test_mending_twice_changes_nothing():
    before = getattr(sympy_signs.exprtools, sympy_signs.NAME)
    sympy_signs.mend()
    assert getattr(sympy_signs.exprtools, sympy_signs.NAME) is before
