"""Certificates in words: they are what the checker does, say each step once, and name what is long."""

import pytest
import sympy
from sympy import Integer, Max, Min, Rational, exp, log, pi, sin, sqrt

from wnverify.symbolic.goal import Goal
from wnverify.symbolic.monotone import monotone
from wnverify.symbolic.proof.domain import box_of
from wnverify.symbolic.proof.trace import Trace, listening, note, silence, step
from wnverify.symbolic.proof.tree import Proof
from wnverify.symbolic.proof.verify import AtMost, Moves, Tends, certified, explained
from wnverify.symbolic.prove import at_most
from wnverify.symbolic.region import Region

x, y = (sympy.Symbol(name, positive=True) for name in "xy")
k = sympy.Symbol("k", integer=True, positive=True)


def told(lhs, rhs):
    box = box_of([lhs, rhs])
    return explained(certified(AtMost(lhs, rhs), box, at_most(Goal(lhs, rhs, Region(box)))))


def test_a_sum_of_squares_is_told_by_its_polynomial():
    assert told(2 * sqrt(x * y), x + y) == [
        "for x > 0, y > 0:",
        "  every part is real and finite",
        "  2*sqrt(x)*sqrt(y) ≤ x + y, since the difference is a quotient of polynomials "
        "without negative coefficients",
        "    x = (t1)**2 with t1 ≥ 0",
        "    y = (t2)**2 with t2 ≥ 0",
        "    times the denominator 1:",
        "    t1**2 - 2*t1*t2 + t2**2 ≥ 0, for t1 = t2 + u and t2 = t1 + u, u written like the larger",
        "      t1**2 ≥ 0, without negative coefficients",
        "      t2**2 ≥ 0, without negative coefficients",
    ]


def test_an_exponential_is_told_by_its_logarithm():
    lines = told(exp(x * log(1 + 1 / x)), sympy.E)
    assert "  exp(x*log(1 + 1/x)) ≤ E, by the logarithms of both sides" in lines


@pytest.mark.parametrize("rhs", [x - 1, 1 + x / 2, -exp(x)], ids=str)
def test_logarithms_prove_nothing_of_what_is_no_larger_or_not_positive(rhs):
    for part in ("same", "signs"):
        proof = Proof("logarithms", (Proof(part),))
        assert certified(AtMost(exp(x), rhs), box_of([x]), proof) is None


def test_signs_are_told_by_the_intervals_of_the_parts():
    assert told(1 / (1 + x), 1 + y)[-1] == (
        "  1/(x + 1) ≤ y + 1, since the difference lies in (0, oo): y in (0, oo), -1/(x + 1) in (-1, 0)"
    )


def test_cases_cuts_and_bounds_are_told():
    lines = told(Min(x, x**2), x)
    assert any("for" in line and "Min(x, x**2)" in line for line in lines)
    lines = told(sin(pi / (2 * k)), pi / (2 * k))
    assert any("sin(pi/(2*k))" in line for line in lines)


def test_a_trend_is_told_part_by_part():
    expr = (1 + y) / (x**2 + 1)
    box = box_of([expr])
    lines = explained(certified(Moves(expr, x, False), box, monotone(expr, x, Region(box), rising=False)))
    assert lines == [
        "for x > 0, y > 0:",
        "  every part is real and finite, since x**2 + 1 in (1, oo)",
        "  x**2 rises in x",
        "  x**2 + 1 rises in x",
        "  1/(x**2 + 1) falls in x",
        "  (y + 1)/(x**2 + 1) falls in x, since y + 1 ≥ 0",
    ]


def test_a_limit_is_told_by_its_leading_term():
    statement = Tends((2 * x + log(x)) / (x + 1), x, sympy.oo, Integer(2))
    lines = explained(certified(statement, box_of([x]), Proof("growth")))
    assert lines[-1] == "  as x → oo, the leading term of (2*x + log(x))/(x + 1) is 2: it tends to 2"


def test_what_is_not_accepted_has_no_certificate():
    assert certified(AtMost(x, Integer(1)), box_of([x]), Proof("signs")) is None
    assert certified(AtMost(x, Integer(1)), box_of([x]), None) is None
    assert (
        explained(Proof("claim", (Proof("signs"),), {"statement": AtMost(x, Integer(1)), "box": box_of([x])})) == []
    )


def test_steps_that_fail_are_struck_with_the_names_that_they_told():
    long = sum((sqrt(1 + x / n) * exp(-y * n) for n in range(1, 9)), Integer(0))
    with listening() as trace:
        step(lambda t: t.shown(long), lambda: False)
        assert trace.lines == []
        assert trace.parts == {}
        with silence():
            note(lambda t: "nothing")
        step(lambda t: t.shown(long), lambda: True)
    assert trace.lines[0].startswith("with A1 = ")
    assert all(len(line) < 130 for line in trace.lines)
    note(lambda t: pytest.fail("nobody listens"))


def test_long_parts_are_named_once_and_put_back_give_the_expression():
    inner = sqrt(x + 1) + Rational(1, 3) * exp(-x * y) + y**2
    expr = inner**2 * Max(inner, y) + log(1 + inner) / (1 + x + y)
    trace = Trace()
    text = trace.shown(expr)
    names = {str(name): part for part, name in trace.parts.items()}
    assert text.count("sqrt") == 0
    whole = sympy.sympify(text, locals={"x": x, "y": y, **{name: sympy.Symbol(name) for name in names}})
    for _ in names:
        whole = whole.xreplace({sympy.Symbol(name): part for name, part in names.items()})
    assert sympy.simplify(whole - expr) == 0
    assert trace.shown(sympy.Dummy("t")) == "t"
    assert trace.shown(sympy.Dummy("t")) == "t2"
