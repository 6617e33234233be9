"""Certified expressions against mpmath at 60 digits, and comparisons that must never be wrong."""

from __future__ import annotations

import json
import math
import pickle
from dataclasses import asdict
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, ctx
from hypothesis import HealthCheck, assume, example, given, reject, settings
from hypothesis import strategies as st
from sympy import oo
from sympy.printing.pycode import MpmathPrinter

from wnverify.balls.ball import Ball, lower_float, upper_float
from wnverify.balls.expression import Decision, compare, enclose
from wnverify.errors import DomainError, RecordError

x, y = sympy.symbols("x y", real=True)
m, L, omega = sympy.symbols("m L omega", positive=True)

UNARY = [
    sympy.exp,
    sympy.sin,
    sympy.cos,
    sympy.tan,
    sympy.tanh,
    sympy.sinh,
    sympy.cosh,
    sympy.atan,
    sympy.erf,
    sympy.Abs,
    lambda e: sympy.log(1 + e**2),
    lambda e: sympy.sqrt(1 + sympy.Abs(e)),
    lambda e: sympy.asin(sympy.tanh(e)),
    lambda e: sympy.acos(sympy.sin(e)),
    lambda e: sympy.gamma(1 + e**2 / (1 + e**2)),
    lambda e: e**2,
    lambda e: e**-3,
    lambda e: sympy.Abs(e) ** sympy.Rational(2, 3),
]
BINARY = [
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a / b,
    lambda a, b: a - b,
    lambda a, b: sympy.Max(a, b),
    lambda a, b: sympy.Min(a, b),
    lambda a, b: (1 + sympy.Abs(a)) ** b,
    lambda a, b: sympy.Piecewise((a, a < b), (b**2, True)),
]
LEAVES = st.sampled_from([x, y, sympy.pi, sympy.E, sympy.Rational(1, 3), sympy.Integer(-2), sympy.Float(0.1)])
VALUES = st.floats(-4, 4).filter(lambda value: value == 0 or abs(value) > 1e-6)


def build(function, *arguments):
    try:
        return function(*arguments)
    except (TypeError, ValueError):  # sympy refuses to order zoo and complex numbers
        reject()


def expressions():
    def extend(children):
        return st.one_of(
            st.builds(build, st.sampled_from(UNARY), children),
            st.builds(build, st.sampled_from(BINARY), children, children),
        )

    return st.recursive(LEAVES, extend, max_leaves=6)


class ExactPrinter(MpmathPrinter):
    """Prints integers as mpf: 16/17 of two Python integers would be a double."""

    def _print_Integer(self, expr):
        return f"mpf({int(expr)})"


PRINTER = ExactPrinter({"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True})


def sixty_digits(expr, values):
    """The value as an exact rational with error below 1e-50 of max(1, |value|), or reject the example."""
    results = []
    for digits in (60, 120):
        with mpmath.workdps(digits):
            arguments = [mpmath.mpf(value) for value in values]
            try:
                results.append(sympy.lambdify((x, y), expr, modules="mpmath", printer=PRINTER)(*arguments))
            except (ZeroDivisionError, ValueError, TypeError, OverflowError, NotImplementedError, KeyError):
                assume(False)
    with mpmath.workdps(120):
        coarse, fine = (mpmath.mpmathify(result) for result in results)
        assume(isinstance(fine, mpmath.mpf) and mpmath.isfinite(fine) and abs(fine) < 1e30)
        assume(abs(coarse - fine) < mpmath.mpf(10) ** -50 * max(1, abs(fine)))
        sign, mantissa, exponent, _ = fine._mpf_
    return Fraction(-mantissa if sign else mantissa) * Fraction(2) ** exponent


def as_arb(value):
    return enclose(sympy.Rational(value.numerator, value.denominator), {}, 400)


SETTINGS = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@SETTINGS
@given(expressions(), VALUES, VALUES, st.sampled_from([64, 128, 300]))
@example(sympy.sqrt(x**2), 0.0, 0.0, 64)
@example(x**2 * sympy.exp(-x), 3.5, 0.0, 64)
def test_the_ball_contains_the_value(expr, first, second, precision):
    value = sixty_digits(expr, (first, second))
    ball = enclose(expr, {x: first, y: second}, precision)
    if ball.is_finite():
        slack = Fraction(1, 10**50) * max(1, abs(value))
        with ctx.workprec(400):
            assert as_arb(value - slack) <= ball.upper()
            assert ball.lower() <= as_arb(value + slack)


@SETTINGS
@given(expressions(), VALUES, VALUES, st.sampled_from([1e-9, 0.01, 1.0, 5.0]), st.floats(-0.9, 0.9))
@example(sympy.sqrt(x**2 + y**2), 0.0, 0.0, 1.0, 0.5)
def test_a_wide_ball_contains_the_values_at_its_points(expr, first, second, radius, place):
    wide = enclose(expr, {x: arb(first, radius), y: arb(second, radius)})
    point = {x: first + radius * place, y: second - radius * place}
    exact = enclose(expr, point, 300)
    if wide.is_finite() and exact.is_finite():
        assert wide.overlaps(exact)


@SETTINGS
@given(expressions(), VALUES, VALUES, st.sampled_from([-1e-3, -1e-12, -1e-30, 1e-30, 1e-12, 1e-3]))
def test_compare_is_never_wrong_and_decides_gaps_of_1e_12(expr, first, second, gap):
    value = sixty_digits(expr, (first, second))
    target = value + Fraction(gap)
    rhs = sympy.Rational(target.numerator, target.denominator)
    values = {x: first, y: second}
    truth = {"<=": gap > 0, "<": gap > 0, ">=": gap < 0, ">": gap < 0, "==": False}
    decisions = {relation: compare(expr, rhs, values, relation, 512) for relation in truth}
    slack = 1e-50 * max(1, abs(value))
    for relation, true in truth.items():
        if abs(gap) > slack and decisions[relation] is not Decision.UNKNOWN:
            assert (decisions[relation] is Decision.TRUE) == true, relation
    # a branch taken if g < h stays open for ever where g = h, and leaves the hull of both branches
    if abs(gap) >= 1e-12 and enclose(expr, values, 512).rad() < 1e-30:
        assert Decision.UNKNOWN not in decisions.values()


# expressions that catalogues write, with values known in closed form


@pytest.mark.parametrize(
    ("expr", "values", "exact"),
    [
        (sympy.sqrt(x), {x: 4}, 2),
        (x, {x: 0.1}, Fraction(0.1)),
        (x, {x: Fraction(1, 3)}, Fraction(1, 3)),
        (x, {x: np.float32(0.1)}, Fraction(float(np.float32(0.1)))),
        (x, {x: np.int64(7)}, 7),
        (x, {x: sympy.Rational(22, 7)}, Fraction(22, 7)),
        (x**2 + x, {x: -3}, 6),
        (x**-2, {x: -2}, Fraction(1, 4)),
        (x**y, {x: -2, y: 3}, -8),
        (x**y, {x: 0, y: 2}, 0),
        (x**y, {x: 0, y: 0}, 1),
        (sympy.Max(x, y, 1), {x: -1, y: 3}, 3),
        (sympy.Min(x, y, 1), {x: -1, y: 3}, -1),
        (sympy.sign(x), {x: -0.5}, -1),
        (sympy.floor(x) + sympy.ceiling(y), {x: 2.5, y: 2.5}, 5),
        (sympy.Sum(x**2, (x, 1, m)), {m: 10}, 385),
        (sympy.Sum(x * y, (x, 1, y), (y, 1, 3)), {}, 25),
        (sympy.Sum(x, (x, 1, m)), {m: 0}, 0),
        (sympy.Product(x, (x, 1, m)), {m: 5}, 120),
        (sympy.Piecewise((x, x < 0), (2 * x, x < 5), (0, True)), {x: 3}, 6),
        (sympy.Piecewise((1, (x > 0) & (y > 0)), (2, (x > 0) | (y > 0)), (3, True)), {x: -1, y: 1}, 2),
        (sympy.gamma(x), {x: 5}, 24),
        (sympy.exp(-x), {x: sympy.oo}, 0),
    ],
)
def test_known_values(expr, values, exact):
    ball = enclose(expr, values)
    exact = Fraction(exact)
    assert ball.overlaps(enclose(sympy.Rational(exact.numerator, exact.denominator), {}))
    assert ball.is_finite()
    assert float(ball.rad()) <= 1e-30 * max(1, abs(exact))


def test_the_hessian_bound_at_depth_ten():
    lam = 1 / (4 * sympy.sin(sympy.pi / (4 * L + 2)) ** 2)
    bound = 2 * lam / (sympy.sqrt(m) * omega**2)
    exact = 2 / (4 * math.sin(math.pi / 42) ** 2) / 32 / 1e-12
    assert float(enclose(bound, {m: 1024, L: 10, omega: 1e-6})) == pytest.approx(exact, rel=1e-12)


# unknown stays unknown


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (1 / x, 0),
        (sympy.log(x), 0),
        (sympy.log(x), -1),
        (sympy.sqrt(x), -1),
        (x ** sympy.Rational(1, 3), -8),
        (sympy.asin(x), 2),
        (sympy.sign(sympy.log(x)), -1),
        (sympy.log(x) ** y, -1),
        (sympy.Max(sympy.log(x), 1), -1),
        (sympy.Piecewise((1, sympy.log(x) < 0), (2, True)), Ball("nan", "0x0p+0", -math.inf, math.inf)),
        (sympy.Piecewise((1, x < 0)), 1),
        (1 / x, arb(0, 1)),
        (sympy.tan(x), arb(1.5, 1)),
        (sympy.zoo, 0),
        (sympy.nan, 0),
    ],
)
def test_undefined_values_decide_nothing(expr, value):
    values = {x: value, y: 0}
    if isinstance(expr, sympy.Piecewise) and isinstance(value, Ball):
        assert enclose(expr, values).contains(arb(1))
        assert enclose(expr, values).contains(arb(2))
        return
    for relation in ("<=", "<", ">=", ">", "=="):
        assert compare(expr, sympy.Integer(3), values, relation) is Decision.UNKNOWN
    assert (lower_float(enclose(expr, values)), upper_float(enclose(expr, values))) == (-math.inf, math.inf)


def test_a_false_assumption_of_a_symbol_makes_no_certainty():
    assert compare(sympy.sqrt(m), sympy.Integer(0), {m: arb(-1, 1e-3)}, ">=") is Decision.UNKNOWN
    even = sympy.Symbol("n", even=True)
    assert enclose(sympy.sqrt(x**even + y**2), {x: arb(0, 1), y: 0, even: 3}).is_nan()


def test_the_root_of_a_square_survives_a_ball_around_zero():
    ball = enclose(sympy.sqrt(x**2 + y**2), {x: arb(0, 1e-3), y: arb(0, 1e-3)})
    assert ball.is_finite()
    assert ball.contains(arb(0))
    assert 1.414e-3 < float(ball.upper()) < 1.42e-3


@pytest.mark.parametrize("exponent", [2, 3, 4, 5, -2])
def test_integer_powers_of_balls_contain_both_ends(exponent):
    for ball in (arb(0, 1), arb(0.5, 1), arb(-0.5, 1), arb(3, 1), arb(-3, 1)):
        power = enclose(x**exponent, {x: ball})
        ends = [end for end in (ball.lower(), ball.upper(), ball.mid()) if end != 0]
        assert power.is_nan() or all(power.overlaps(end**exponent) for end in ends)


def test_infinity_compares():
    assert compare(sympy.exp(x), oo, {x: 1}, "<") is Decision.TRUE
    assert compare(sympy.exp(x), -oo, {x: 1}, "<=") is Decision.FALSE
    assert compare(x, y, {x: float("inf"), y: 1.0}) is Decision.FALSE
    assert compare(x, y, {x: float("nan"), y: 1.0}) is Decision.UNKNOWN


def test_equal_numbers_are_unknown_unless_exact():
    one = sympy.Integer(1)
    hidden_one = sympy.sin(x) ** 2 + sympy.cos(x) ** 2
    for relation in ("<=", "<", ">=", ">", "=="):
        assert compare(hidden_one, one, {x: 0.7}, relation) is Decision.UNKNOWN
    exact = {relation: compare(x, one, {x: 1.0}, relation).value for relation in ("<=", "<", ">=", ">", "==")}
    assert exact == {"<=": "true", "<": "false", ">=": "true", ">": "false", "==": "true"}


def test_precision_grows_until_a_tiny_gap_is_decided():
    lhs = sympy.exp(sympy.pi * sympy.sqrt(163))
    assert compare(lhs, sympy.Integer(262537412640768744), {}, "<") is Decision.TRUE
    assert compare(lhs, sympy.Integer(262537412640768744), {}, "<", max_precision=64) is Decision.UNKNOWN
    assert compare(sympy.sqrt(2), sympy.sqrt(2) + sympy.Rational(1, 10**500), {}) is Decision.TRUE


def test_a_decision_has_no_truth_value():
    with pytest.raises(TypeError, match="is Decision"):
        bool(Decision.FALSE)


def test_work_does_not_change_the_global_precision():
    before = ctx.prec
    enclose(sympy.sin(x), {x: 1}, 999)
    assert ctx.prec == before


# misuse


@pytest.mark.parametrize(
    ("expr", "values", "message"),
    [
        (sympy.besselj(0, x), {x: 1}, "besselj.*use .*tanh"),
        (sympy.I * x, {x: 1}, "ImaginaryUnit"),
        (sympy.Derivative(sympy.Function("g")(x), x), {x: 1}, "Derivative"),
        (x + y, {x: 1}, "value for the symbol y.*values for x"),
        (sympy.Symbol("x"), {x: 1}, "different assumptions"),
        (x, {x: "1"}, "real number for x"),
        (x, {x: 1j}, "real number for x"),
        (sympy.Sum(x, (x, 1, m)), {m: 2.5}, "explicit range"),
        (sympy.Sum(x, (x, 1, m)), {m: 10**9}, "explicit range"),
        (sympy.Sum(x, (x, 1, m)), {m: -5}, "explicit range"),
        (sympy.Sum(x, (x, 1, oo)), {}, "explicit range"),
        (sympy.Piecewise((1, sympy.Contains(x, sympy.Interval(0, 1))), (2, True)), {x: 1}, "compares numbers"),
    ],
)
def test_misuse_is_named(expr, values, message):
    with pytest.raises(DomainError, match=message):
        enclose(expr, values)


def test_an_unknown_relation_is_named():
    with pytest.raises(DomainError, match="=<"):
        compare(x, y, {x: 1, y: 2}, "=<")


def test_huge_powers_stay_cheap():
    assert compare(x**y, sympy.Integer(1), {x: 9.0, y: 9.0**300}, ">") in (Decision.TRUE, Decision.UNKNOWN)
    assert enclose(x ** (y**x), {x: 2.0**60, y: 2}).is_nan() is False


# balls as data


@pytest.mark.parametrize("value", [0.0, -0.75, 1e308, 5e-324, arb(1) / 3, arb("1e400"), arb("-1e-400"), arb(2, 0.1)])
def test_a_ball_survives_json_and_pickle(value):
    ball = Ball.from_arb(arb(value))
    assert pickle.loads(pickle.dumps(ball)) == ball
    again = Ball(**json.loads(json.dumps(asdict(ball))))
    back = again.to_arb()
    assert again == ball
    assert back.mid() == arb(value).mid()
    assert back.rad() == arb(value).rad()
    assert arb(ball.lower) <= back <= arb(ball.upper)


@pytest.mark.parametrize("value", [arb.pos_inf(), arb.neg_inf(), arb.nan(), arb(0, arb.pos_inf())])
def test_special_balls_survive(value):
    back = Ball.from_arb(value).to_arb()
    assert (back.repr(), back.is_nan()) == (value.repr(), value.is_nan())


@pytest.mark.parametrize(
    "text", ["", "1.5", "0x", "0xgp+1", "0x1p+9999999999999999999", "__import__('os')", "0x1p1\n"]
)
def test_a_damaged_ball_is_refused(text):
    with pytest.raises(RecordError, match="damaged"):
        Ball(text, "0x0p+0", 0.0, 0.0).to_arb()


@given(st.fractions(), st.integers(0, 60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_doubles_are_rounded_outward_by_at_most_two_steps(value, shift):
    value = value / 2**shift
    ball = enclose(sympy.Rational(value.numerator, value.denominator), {}, 200)
    low, high = lower_float(ball), upper_float(ball)
    assert Fraction(low) <= value <= Fraction(high)
    assert high <= math.nextafter(math.nextafter(low, math.inf), math.inf)


@given(st.integers(-(2**70), 2**70), st.integers(-2000, 2000), st.integers(0, 2**30 - 1), st.integers(-2000, 2000))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_ball_of_any_radius_comes_back_bit_for_bit(mantissa, exponent, radius, scale):
    value = arb((mantissa, exponent), (radius, scale))
    ball = Ball.from_arb(value)
    assert Ball.from_arb(ball.to_arb()) == ball
    assert ball.to_arb().contains(value)
