"""Evaluation: numbers of every kind are read exactly or refused in a sentence, and the interval holds the value."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy

from wnverify import evaluate, load
from wnverify.errors import UsageError
from wnverify.questions.evaluation.numbers import read
from wnverify.questions.evaluation.outcome import plot

THEOREM = load("depth_free/gradient")
AT = {"m": 4, "L": 3, "omega": 1, "rho": 0, "activation": "tanh"}


def kind(value):
    """The name of a parameter: some of these numbers are too long to print, and some objects cannot be."""
    return type(value).__name__


class Silent:
    """Something that cannot even be printed."""

    def __repr__(self):
        raise ValueError


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (2, 2),
        (np.int8(2), 2),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (10**400, 10**400),
        (Fraction(1, 3), Fraction(1, 3)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Decimal("1E-400"), Fraction(1, 10**400)),
        (0.1, Fraction(0.1)),
        (np.float32(0.1), Fraction(float(np.float32(0.1)))),
        (np.float64(2), 2),
        (np.longdouble(3), 3),
        (5e-324, Fraction(5e-324)),
        (np.array(2.0), 2),
        (np.array("1/2"), Fraction(1, 2)),
        (np.array(Decimal("1.5"), dtype=object), Fraction(3, 2)),
        ("1/2", Fraction(1, 2)),
        (" 0.1 ", Fraction(1, 10)),
        ("1e300", 10**300),
        ("1e-300", Fraction(1, 10**300)),
        (".5", Fraction(1, 2)),
        (np.str_("2"), 2),
        (sympy.Rational(1, 3), Fraction(1, 3)),
        (sympy.Float(0.5), Fraction(1, 2)),
        ("1" * 400, int("1" * 400)),
    ],
    ids=kind,
)
def test_a_number_of_any_type_is_taken_exactly(value, exact):
    (given,) = read("omega", value)
    assert given.number == sympy.Rational(exact)
    assert 0 < len(given.label) <= 60
    assert evaluate(THEOREM, **{**AT, "omega": value}).value > 0


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        np.True_,
        1j,
        np.complex128(1),
        float("nan"),
        float("inf"),
        -float("inf"),
        np.float32("nan"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+999999999"),
        10**20_000,
        "nan",
        "inf",
        "-oo",
        "",
        ",",
        "1,,2",
        "one",
        "1e99999999999",
        "9**9**9",
        "1" * 50_000,
        [],
        (),
        np.array([]),
        np.array([[1.0]]),
        [[1], 2],
        {1},
        {1: 2},
        b"1",
        bytearray(b"1"),
        object(),
        Silent(),
        [Silent()],
        iter([1]),
        sympy.I,
        sympy.Symbol("x"),
        sympy.nan,
        sympy.oo,
        sympy.zoo,
        np.datetime64("2020-01-01"),
        np.array(["a"]),
        np.array([None]),
        "\u0661",
        "1\x00",
        "__import__('os')",
        0,
        -1,
        -0.0,
        -5e-324,
    ],
    ids=kind,
)
def test_what_is_no_number_of_the_domain_is_refused_in_one_sentence(value):
    with pytest.raises(UsageError) as caught:
        evaluate(THEOREM, **{**AT, "omega": value})
    assert "omega" in str(caught.value)
    assert str(caught.value).count("\n") == 0
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "value", [[1, "2", Fraction(1, 2)], (1, 2), range(1, 3), np.arange(1, 4), "1,2", [np.array(1), 2.0]]
)
def test_several_values(value):
    found = evaluate(THEOREM, **{**AT, "omega": value})
    assert found.arrays == ("omega",)
    assert len(found.points) == len(read("omega", value))


@pytest.mark.parametrize(
    ("value", "said"), [(2.5, "an integer"), ("1/2", "an integer"), (10**400, "at most 1e"), (0, "≥ 1")]
)
def test_integers_stay_integers(value, said):
    with pytest.raises(UsageError, match=said):
        evaluate(THEOREM, **{**AT, "m": value})
    assert evaluate(THEOREM, **{**AT, "m": 4.0}).value == evaluate(THEOREM, **AT).value


@pytest.mark.parametrize("what", [None, 3, b"depth_free/gradient", [], object()])
def test_only_a_theorem_can_be_evaluated(what):
    with pytest.raises(UsageError):
        evaluate(what, m=1)


@pytest.mark.parametrize("exponent", [-400, -320, -308, -300, -150, 0, 150, 300, 308, 400])
def test_the_interval_holds_the_value_however_large_or_small(exponent):
    """With κ = (1+ρ)²/(mω²) and L ≥ 2 the bound is √max(1, κ + 1 − 1/m, (2 − 1/m)κ)."""
    (point,) = evaluate(THEOREM, **{**AT, "omega": f"1e{exponent}"}).points
    k = Fraction(1, 4) / Fraction(10) ** (2 * exponent)
    square = max(Fraction(1), k + Fraction(3, 4), Fraction(7, 4) * k)
    lower, upper = (Fraction(end) if math.isfinite(end) else None for end in (point.lower, point.upper))
    assert lower is not None
    assert lower**2 <= square
    assert upper is None or square <= upper**2
    if upper is None:
        assert point.lower == np.finfo(float).max
        assert point.about
    else:
        assert point.upper <= math.nextafter(math.nextafter(point.lower, math.inf), math.inf)


def test_terms_that_cancel_are_resolved():
    found = evaluate(THEOREM, **{**AT, "L": 1, "m": 1, "rho": "1e300", "omega": "1e300"})
    assert found.value == pytest.approx(1.0, abs=1e-12)
    assert found.points[0].upper - found.points[0].lower < 1e-15


def test_a_value_beyond_double_precision_is_told_in_digits():
    text = str(evaluate(THEOREM, **{**AT, "omega": "1e-400"}))
    assert "6.61" in text
    assert "e+399" in text
    assert "0000000000000" not in text.replace("00000000000000e", "")


@pytest.mark.parametrize("xs", [(-1e308, 1e308), (5e-324, 1e308), (1.0, 1.0 + 1e-16), (-5e-324, 5e-324)])
def test_a_plot_of_any_doubles(xs):
    assert plot([(x, y) for x, y in zip(xs, reversed(xs), strict=True)], "m", 20)
