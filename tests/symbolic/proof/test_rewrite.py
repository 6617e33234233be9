"""An expression in other symbols has the values that sympy's own replacement gives."""

import numpy as np
import pytest
import sympy
from sympy import Abs, Integer, Max, Min, Rational, Sum, exp, floor, log, sqrt

from tests.symbolic.theory_bounds import L, m, x, y
from wnverify.balls.expression import enclose
from wnverify.symbolic.broken import vanishes
from wnverify.symbolic.landmarks import landmarks
from wnverify.symbolic.proof.domain import Domain
from wnverify.symbolic.proof.rewrite import factored, in_terms_of, twin

k = sympy.Symbol("k", integer=True, positive=True)
t = sympy.Dummy("t", positive=True)
EXPRESSIONS = [
    sqrt(1 + x * y) / Max(x, y, 1), Min(1, L - 1) * x + Max(L, m), Abs(x - y) + floor(3 * x),
    exp(-x) * log(1 + x / y),
    Sum(x**k / k, (k, 1, 5)) + y * x, Max(Min(x, y), x * y - 1) ** Rational(-3, 2),
]  # fmt: skip
POINT = {x: Rational(3, 7), y: Rational(5, 4), L: Integer(3), m: Integer(2)}


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_values_are_those_of_the_replaced_expression(expression):
    moves = {x: 1 + 1 / t, L: t}
    there = {**POINT, t: Integer(4)}
    known = enclose(expression.xreplace(moves), there)
    assert enclose(in_terms_of(expression, moves), there).overlaps(known)
    assert enclose(twin(expression, x, t), there).overlaps(enclose(expression.xreplace({x: t}), there))


def test_two_symbols_that_become_one_leave_one_argument():
    assert in_terms_of(Max(L, m), {L: t, m: t}) == t


def test_factoring_is_that_of_sympy():
    assert factored(x * y + x) == sympy.factor_terms(x * y + x)


def test_the_index_of_a_sum_is_not_the_symbol_of_its_name():
    inside = k**2 + 1
    assert enclose(inside + Sum(inside, (k, 1, 3)) + inside, {k: 5}) == 26 + 17 + 26


def test_what_hardly_differs_from_zero_does_not_vanish():
    assert not vanishes(exp(x) - 1, {x: Integer(10) ** -300})
    assert vanishes((sqrt(x) + 1) * (sqrt(x) - 1) - x + 1, {x: Integer(3)})


def test_roots_of_short_polynomials_are_those_of_sympy():
    rng = np.random.default_rng(0)
    line = Domain(-sympy.oo, sympy.oo)
    for _ in range(30):
        a, b, c = (Rational(int(n), 6) for n in rng.integers(-9, 10, 3))
        node = a * x**2 + b * y * x + c
        known = [root for root in sympy.roots(sympy.Poly(node.subs(y, 2), x)) if root.is_real]
        assert set(landmarks([node], x, line, {y: Integer(2)})) == set(known)
