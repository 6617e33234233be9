"""The whitelist parser: what it reads, and that nothing else gets through, quickly and with one sentence."""

import sys
from contextlib import contextmanager

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wnverify.balls.same import same_value
from wnverify.bounds.banerjee2024 import hessian
from wnverify.families.networks.weight_norm import (
    QUANTITIES,
    L,
    beta,
    gradient_norm,
    hessian_norm,
    m,
    omega,
    rho,
)
from wnverify.typed.parser import expression_of, read, relation_of, written
from wnverify.typed.spelling import WRITTEN, NotAClaim
from wnverify.typed.vocabulary import BUILT_IN, MIXED, families, family_of


def parsed(text):
    return relation_of(read(text), QUANTITIES)


HOSTILE = {
    "import": "__import__('os') <= 1",
    "call of a name": "__import__(1) <= 2",
    "attribute": "rho.__class__ <= 2",
    "method": "rho.evalf() <= 2",
    "tower of powers": "9**9**9 <= rho",
    "tower in the exponent": "rho <= rho**exp(exp(exp(64)))",
    "huge exponent": "rho <= 10**(10**10)",
    "huge power": "rho <= ((2**60)**60)**60",
    "huge number": "rho <= 1e9999",
    "long number": "rho <= " + "1" * 1001,
    "ten megabytes": "x" * 10_000_000,
    "100 kB of sums": "rho <= " + "1+" * 50_000 + "1",
    "100 kB of powers": "rho <= " + "m**" * 33_000 + "2",
    "100 kB of roots": "rho <= " + "√" * 100_000 + "m",
    "100 kB of bars": "rho <= " + "|" * 100_000,
    "100 kB of digits": "rho <= " + "9" * 100_000,
    "100 kB of relations": "rho <= " * 14_000,
    "roots up to the limit": "rho <= " + "√" * 7900 + "m",
    "bars up to the limit": "rho <= " + "|" * 7900,
    "signs up to the limit": "rho <= " + "-" * 7900 + "1",
    "powers up to the limit": "rho <= " + "**".join(["m"] * 2600),
    "numbers up to the limit": "rho <= " + "*".join(["1e999"] * 100),
    "a tower of factorial size": "rho <= " + "exp(" * 50 + "m" + ")" * 50 + "**rho**rho**rho**rho**rho",
    "a long sum": "rho <= Sum(1/l, (l, 1, 10**9))",
    "sums in sums in sums": "rho <= Sum(Sum(Sum(1, (l, 1, m)), (k, 1, m)), (j, 1, m))",
    "many sums": "rho <= " + "+".join(f"Sum(l{i}, (l{i}, 1, m))" for i in range(9)),
    "a product of astronomical size": "rho <= Product(l, (l, 1, 1000))**3",
    "a sum without ends": "rho <= Sum(m, L)",
    "a sum over a symbol": "rho <= Sum(m, (m, 1, L))",
    "a sum to a real number": "rho <= Sum(m, (l, 1, omega))",
    "a complex power": "rho <= 5*(-8)**(1/3)",
    "a complex power, irrational": "rho <= (-2)**sqrt(2)",
    "a hidden division by zero": "rho <= 1/(sqrt(2) + sqrt(3) - sqrt(5 + 2*sqrt(6)))",
    "a factorial": "rho <= factorial(200)",
    "ten megabytes of brackets": "rho <= " + "(" * 10_000_000,
    "deep brackets": "rho <= " + "(" * 100 + "1" + ")" * 100,
    "deep signs": "rho <= " + "-" * 3000 + "1",
    "deep calls": "rho <= " + "sqrt(1+" * 70 + "m" + ")" * 70,
    "many terms": "rho <= " + "+".join(["m"] * 1000),
    "many alternatives": "rho <= Max(" + ",".join(f"rho**{i}-m" for i in range(30)) + ")",
    "full-width letters": "\uff52\uff48\uff4f <= 1",
    "look-alike letter": "rh\u043e <= 1",
    "invisible character": "rho\u200b <= 1",
    "right-to-left mark": "rho \u202e<= 1",
    "null": "rho <= \x00",
    "newline": "rho\n<= 1",
    "lambda": "rho <= (lambda: 1)()",
    "comprehension": "rho <= [1 for _ in m]",
    "conditional": "rho <= 2 if rho else 3",
    "string": "rho <= 'a'",
    "true": "rho <= True",
    "complex": "rho <= 1j",
    "hexadecimal": "rho <= 0x10",
    "underscore": "rho <= 1_0",
    "star": "rho <= Max(*rho)",
    "keyword": "rho <= Max(rho, evaluate=False)",
    "semicolon": "rho <= 1; import os",
    "walrus": "rho <= (m := 2)",
    "bitwise": "rho <= m | 2",
    "floor division": "rho <= m // 2",
    "matrix product": "rho <= m @ 2",
    "not": "rho <= not m",
    "and": "rho <= 1 and m >= 2",
}


@contextmanager
def counting():
    """Count the lines that run meanwhile: work that does not depend on the speed of the machine."""
    lines = [0]

    def count(frame, event, argument):
        lines[0] += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield lines
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_at_once_with_one_sentence(text):
    with counting() as lines, pytest.raises(NotAClaim) as caught:
        parsed(text)
    assert lines[0] < 3_000_000
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("thing", [None, 5, b"rho <= 1", ["rho <= 1"], {"rho": 1}])
def test_anything_but_text_is_refused(thing):
    with pytest.raises(NotAClaim, match="as text"):
        parsed(thing)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("omga <= 1", "did you mean omega"),
        ("hesian_norm <= 1", "did you mean hessian_norm"),
        ("Rho <= 1", "did you mean rho"),
        ("rho <= sqr(m)", "did you mean sqrt"),
        ("rho <= 2rho", r"\* between"),
        ("rho <= m^2", r"\*\* for a power"),
        ("rho", "exactly one of"),
        ("rho <= 1 <= m", "exactly one of"),
        ("rho <= (m <= 1)", "exactly one of"),
        ("", "such as"),
        ("rho <= 1/0", "finite real"),
        ("rho <= sqrt(-1)", "finite real"),
        ("rho <= log(m - m)", "finite real"),
    ],
)
def test_a_slip_gets_a_hint(text, hint):
    with pytest.raises(NotAClaim, match=hint):
        parsed(text)


def test_a_claim_over_no_single_family_says_where_its_symbols_live():
    with pytest.raises(NotAClaim, match="regression"):
        family_of(["loss", "input_gradient_norm"])
    with pytest.raises(NotAClaim, match="did you mean loss"):
        family_of(["los"])


def test_the_family_follows_from_the_symbols():
    assert family_of(["gradient_norm", "m"]).name == "weight_norm"
    assert family_of(["loss_gradient_norm", "loss"]).name == "regression"


def test_a_family_that_is_asked_by_name_only_is_a_control():
    usual = BUILT_IN.usual()
    assert [name for name, family in families().items() if name not in usual and not family.control] == [MIXED]


def test_a_claim_is_read_as_it_was_typed():
    claim = parsed("hessian_norm <= 5*(1+rho)*(1+beta)*L**2/(sqrt(m)*Min(omega, omega**2))")
    assert claim.lhs == hessian_norm
    assert claim.relation == "<="
    wanted = 5 * (1 + rho) * (1 + beta) * L**2 / (sympy.sqrt(m) * sympy.Min(omega, omega**2))
    assert sympy.simplify(claim.rhs - wanted) == 0


def test_relations():
    assert parsed("gradient_norm >= 1").relation == ">="
    assert parsed("gradient_norm == pi").relation == "="


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", sympy.Rational(1, 10)),
        ("1e-3", sympy.Rational(1, 1000)),
        (".5", sympy.Rational(1, 2)),
        ("2.", sympy.Integer(2)),
        ("1e2", sympy.Integer(100)),
        ("-2**2", sympy.Integer(-4)),
        ("2**-1", sympy.Rational(1, 2)),
        ("2**3**2", sympy.Integer(512)),
        ("Max(1, 2) - Min(3, Abs(-4))", sympy.Integer(-1)),
        ("exp(0) + log(1) + sin(0) + cos(0)", sympy.Integer(2)),
        ("+1", sympy.Integer(1)),
    ],
)
def test_numbers_are_exact(text, value):
    assert expression_of(text) == value


def test_the_true_hessian_bound_can_be_written_and_read_back():
    text = written(hessian())
    assert parsed(f"hessian_norm <= {text}").rhs == hessian()


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="rhomLega_ .0123456789+-*/()<>=,eE", max_size=60))
def test_no_text_makes_the_parser_fail_in_another_way(text):
    try:
        parsed(text)
    except NotAClaim as error:
        assert str(error)  # noqa: PT017  # either outcome is fine; another exception is not


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_no_unicode_makes_the_parser_fail_in_another_way(text):
    try:
        read(text)
    except NotAClaim as error:
        assert str(error)  # noqa: PT017  # either outcome is fine; another exception is not


INDEX, OTHER = sympy.symbols("l k", integer=True)
EXPRESSIONS = st.recursive(
    st.sampled_from([rho, omega, m, L, gradient_norm]) | st.fractions(0, 9, max_denominator=9).map(sympy.Rational),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        inner.map(lambda x: sympy.sqrt(x + 1)),
        inner.map(lambda x: sympy.exp(-x) * sympy.Rational(7, 10**41) + sympy.E),
        inner.map(lambda x: sympy.Sum(x + INDEX, (INDEX, 0, L - 1))),
        inner.map(lambda x: sympy.Product(x + 1 / OTHER, (OTHER, 1, m))),
        inner.map(lambda x: sympy.tanh(sympy.Abs(x - 10**25)) ** sympy.Rational(3, 7)),
        st.tuples(inner, inner).map(lambda pair: sympy.Max(pair[0], pair[1] + 1)),
    ),
    max_leaves=5,
)


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS)
def test_what_is_written_reads_back_the_same(expression):
    assume(len(expression.atoms(sympy.Sum, sympy.Product)) <= 1)  # an index inside its own sum is not typed
    with counting() as lines:
        text = written(expression)
        again = expression_of(text, QUANTITIES, WRITTEN)
    assert again == expression or same_value(again, expression)
    assert lines[0] < 3_000_000
    assert len(text) <= 40 * expression.count_ops() + 400
