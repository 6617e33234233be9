"""The difference between a claim and a mutant is the smallest part that is not the same."""

from __future__ import annotations

import sympy

from wnverify.claim import Claim
from wnverify.report.difference import Change, changes

X, M, L = sympy.symbols("x m L", positive=True)
BOUND = 3 * sympy.sqrt(L + M) / M**2 + sympy.Max(X, L)
CLAIM = Claim(X, "<=", BOUND, given={"small": (X, "<=", 1)})


def test_what_is_the_same_is_not_told() -> None:
    assert changes(CLAIM, CLAIM) == []
    wrong = Claim(X, "<=", 3 * sympy.sqrt(L + M) / M + sympy.Max(X, L), given=CLAIM.given)
    assert changes(CLAIM, wrong) == [Change("right side", M**-2, 1 / M)]


def test_a_lost_hypothesis_and_a_lost_argument() -> None:
    found = changes(CLAIM, Claim(X, "<=", BOUND.subs(sympy.Max(X, L), X)))
    assert found[0] == Change("right side", L, None, "argument")
    assert (found[1].where, found[1].new) == ("hypothesis “small”", None)


def test_a_factor_that_was_multiplied_out_is_one_factor() -> None:
    assert changes(Claim(X, "<=", 2 + 4 * L), Claim(X, "<=", 1 + 2 * L)) == [
        Change("right side", None, sympy.Rational(1, 2), "factor")
    ]
