"""What is spared changes no result."""

from importlib import import_module

import pytest
import sympy
from sympy import I, Integer, Max, Min, Rational, Sum, Symbol, cos, exp, log, sqrt, symbols

from wnverify import sympy_speed

sympy_speed.spare()
x, y = symbols("x y", positive=True)
k, n = symbols("k n", integer=True, positive=True)
EXPRESSIONS = [Integer(2), x, x + y, sqrt(x + exp(y)) * Max(x, y), Sum(k * x, (k, 1, n)), Sum(k, (k, 1, n)) + k]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_free_symbols_are_those_of_the_parts_and_belong_to_the_caller(expression):
    bound = {k} if expression.func is Sum else set()
    own = {expression} if expression.is_Symbol else set()
    known = own.union(*(part.free_symbols for part in expression.args)) - bound
    found = expression.free_symbols
    assert found == known
    found.add(Symbol("stray"))
    assert expression.free_symbols == known


def test_powers_of_sums_are_what_sympy_makes_of_them():
    theirs = sympy.Add._eval_power.__wrapped__
    for base in (x + y, 1 + sqrt(2), 3 + 4 * I, I - 1, x - sympy.oo * I, 1 + cos(x)):
        for exponent in (Rational(1, 2), Integer(-1), Rational(-3, 2), x, Integer(2)):
            assert sympy.Add._eval_power(base, exponent) == theirs(base, exponent)


def test_a_sum_knows_tensors_once_there_are_some():
    assert sympy.Add(x, y, x) == 2 * x + y
    tensors = import_module(sympy_speed.TENSORS)
    kind = tensors.TensorIndexType("T")
    one, other = (tensors.TensorHead(name, [kind])(tensors.TensorIndex("i", kind)) for name in "AB")
    assert isinstance(sympy.Add(one, other), tensors.TensAdd)


def test_what_was_printed_before_is_printed_alike():
    theirs = type("Theirs", (sympy.StrPrinter,), {})  # whose texts are not kept
    for part in (x / (1 + y), -x / 2, sqrt(x) ** -1, sympy.Float(0.5) * x, Max(x, -y), (x - y) ** -2):
        whole = 1 / (part - exp(-part) * part ** Rational(3, 2))
        for expression in (part, whole, part):
            assert str(expression) == theirs().doprint(expression)
    assert sympy.sstr(sympy.Float(0.5) * x, full_prec=True) == "0.500000000000000*x"
    assert str(sympy.Float(0.5) * x) == "0.5*x"


def test_extremes_are_compared_as_before():
    assert Max(x, x + 1) == x + 1
    assert Min(x + y, x) == x
    assert Max(x, y).args in ((x, y), (y, x))
    assert Max(n, 1) == n
    assert Max(Max(x, y), Min(x, 1), 0, -sympy.oo).args == Max(y, Min(1, x), x).args
    with pytest.raises(ValueError, match="not comparable"):
        Max(x, I)


def test_numbers_tell_what_is_in_no_order_and_no_more():
    real, even, unknown, two = Symbol("r", real=True), Symbol("e", even=True), Symbol("z"), Integer(2)
    for one, other in ((x, y), (x**2, x), (n, two), (real, two), (Min(x, 1), sqrt(y)), (-x, -y / n)):
        assert sympy_speed.in_no_order(one, other)
    for one, other in (
        (x, x + 1),
        (n, Integer(1)),
        (x, 2 * x),
        (even, two),
        (unknown, x),
        (Sum(k * x, (k, 1, n)), x),
    ):
        assert not sympy_speed.in_no_order(one, other)
    assert Max(x**2, x).args in ((x, x**2), (x**2, x))


def test_what_is_surely_real_is_neither_another_number_nor_infinite():
    real, zero, far = Symbol("r", real=True), Symbol("o", zero=True), Symbol("f", infinite=True, extended_real=True)
    for one in (sqrt(1 - 1 / n), real**2, real**-3, sqrt((x - y) ** 2), log(x + n), sqrt(Max(real, x) * Min(n, 2))):
        assert sympy_speed.surely_real(one)
        assert one.is_extended_real is not False
        assert one.is_infinite is not True
    for one in (sqrt(x - y), real**x, log(1 - x), I * x, Symbol("z"), 1 / zero, far, sqrt(2 - n), sqrt(1 - 1 / x)):
        assert not sympy_speed.surely_real(one)


def test_sparing_twice_changes_nothing():
    before = sympy.Add._eval_power, sympy.Basic.free_symbols
    sympy_speed.spare()
    assert (sympy.Add._eval_power, sympy.Basic.free_symbols) == before
