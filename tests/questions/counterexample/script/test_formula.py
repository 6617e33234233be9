"""Formulas of the stand-alone script: what they say is what balls say, and what is no formula is damage."""

from __future__ import annotations

import random

import pytest
import sympy
from flint import arb, ctx

from wnverify.balls.expression import enclose
from wnverify.errors import DomainError
from wnverify.questions.counterexample.script.formula import Damaged, Formula, Scope
from wnverify.questions.counterexample.script.intervals import CannotMeasure, exact

X, Y = sympy.symbols("x y", real=True)
TWO = (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, sympy.Max, sympy.Min)
ONE = (
    sympy.exp, sympy.sin, sympy.cos, sympy.tanh, sympy.sinh, sympy.cosh, sympy.tan, sympy.atan, sympy.erf, sympy.Abs,
    lambda a: sympy.sqrt(sympy.Abs(a)), lambda a: sympy.log(1 + sympy.Abs(a)), lambda a: sympy.Abs(a) ** 3,
    lambda a: sympy.Abs(a) ** sympy.Rational(-2, 3), sympy.floor, sympy.ceiling,
)  # fmt: skip
LEAVES = (X, Y, sympy.Rational(7, 3), sympy.Integer(-2), sympy.pi, sympy.E)


def expression(rng: random.Random, depth: int) -> sympy.Expr:
    if not depth:
        return rng.choice(LEAVES)
    if rng.random() < 0.6:
        return rng.choice(TWO)(expression(rng, depth - 1), expression(rng, depth - 1))
    return rng.choice(ONE)(expression(rng, depth - 1))


def value(text: str, **numbers: float):
    return Formula(text, "it").value(Scope(lambda name: number(name, numbers)))


def number(name: str, numbers):
    if name not in numbers:  # zoo, say
        raise CannotMeasure(name)
    return exact(numbers[name])


def ball(low, high):
    return arb(str(low)).union(arb(str(high)))


@pytest.mark.parametrize("seed", range(4))
def test_random_formulas_hold_what_balls_hold(seed: int) -> None:
    rng = random.Random(seed)
    compared = 0
    for _ in range(120):
        numbers = {"x": rng.choice([0.5, 3.0, 1e-5, 7.25]), "y": rng.choice([2.0, 0.1, -3.5])}
        try:
            found = expression(rng, 3)
            truth = enclose(found, {X: numbers["x"], Y: numbers["y"]}, 400)
            low, high = value(str(found), **numbers)
        except (CannotMeasure, DomainError, ValueError):  # sympy's own poles
            continue
        if truth.is_finite() and low.is_finite() and high.is_finite():
            with ctx.workprec(500):
                assert ball(low, high).overlaps(truth), found
            compared += 1
    assert compared > 60


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("-2**2", -4, -4),
        ("2**-1", 0.5, 0.5),
        ("2**3**2", 512, 512),
        ("1 - 2 - 3", -4, -4),
        ("8/2/2", 2, 2),
        ("Min(3, 1, 2)", 1, 1),
        ("Sum(l**2, (l, 1, 3))", 14, 14),
        ("Product(2, (l, 1, 5))", 32, 32),
        ("Sum(Sum(i*j, (i, 1, j)), (j, 1, 3))", 25, 25),
        ("Sum(l, (l, 1, 0))", 0, 0),
        ("Abs(-2)*sign(-3)", -2, -2),
        ("floor(-1/2) + ceiling(1/2)", 0, 0),
        ("1e-30*10**30", 1, 1),
        ("log(exp(1))", 1, 1),
        ("sqrt(9/4)", 1.5, 1.5),
        ("gamma(5) + gamma(1)", 25, 25),
        ("sin(0) + cos(0)", 1, 1),
    ],
)
def test_known_values(text: str, low: float, high: float) -> None:
    ends = value(text)
    assert float(ends[0]) == pytest.approx(low, abs=1e-11)
    assert float(ends[1]) == pytest.approx(high, abs=1e-11)
    assert ends[0] <= ends[1]


def test_what_no_float_holds_is_a_number_all_the_same() -> None:
    huge, small = value("exp(1000)*10**400"), value("exp(-10**6)")
    assert huge[0].is_finite()
    assert huge[0].adjusted() == huge[1].adjusted() == 834
    assert 0 < small[0] <= small[1]
    assert value("exp(1000) - exp(999)")[0] > 0
    assert value("exp(10**25)")[1].is_infinite(), "no bound above"
    assert value("exp(10**25)")[0].is_finite()


@pytest.mark.parametrize("text", ["1/0", "log(0)", "log(-1)", "sqrt(-1)", "0**-1", "oo - oo", "0*oo", "mystery(2)"])
def test_what_is_no_number_is_not_measured(text: str) -> None:
    with pytest.raises(CannotMeasure):
        value(text)


@pytest.mark.parametrize(
    "text", ["Sum(1, (l, 1, 10**9))", "Sum(Sum(1, (i, 1, 900)), (j, 1, 900))", "Sum(1, (l, 1/2, 2))"]
)
def test_endless_sums_are_not_measured(text: str) -> None:
    with pytest.raises(CannotMeasure):
        value(text)


@pytest.mark.parametrize(
    "text",
    ["", "x +", "x x", "(x", "x)", "2rho", "x,y", "(1, 2)", "exp()", "exp(1, 2)", "Sum(x)", "Sum(x, 3)", "x..real",
     "__import__('os')", "x[0]", "x if x else y", "lambda: 1", "1_000", "0x10", "1e9999999999", "x == y", "√2",
     "x\n+y", "(" * 500 + "1" + ")" * 500, "2**" * 500 + "2", "1" + "+1" * 50_000],
)  # fmt: skip
def test_what_is_no_formula_is_damage(text: str) -> None:
    with pytest.raises(Damaged):
        Formula(text, "it").names()


def test_the_symbols_of_a_formula() -> None:
    assert Formula("Sum(rho**l, (l, 0, L - 1))*pi + Max(m, sqrt(d))", "it").names() == {"rho", "L", "m", "d"}
