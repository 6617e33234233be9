"""Spelling: the signs of mathematics are read, what is printed reads back, and slips get their remedy."""

import keyword

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from wnverify.families.networks.weight_norm import QUANTITIES, L, c0, hessian_norm, m, omega, rho
from wnverify.report.words import GREEK as PRINTED
from wnverify.report.words import formula
from wnverify.typed.parser import expression_of, read, relation_of
from wnverify.typed.spelling import GREEK, TYPED, WRITTEN, NotAClaim, clauses, spelled


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("x_y ≤ 2·√3·(ρ + 1)·L²/(√m·ω²) + c₀", "x_y<=2*sqrt(3)*(rho+1)*L**(2)/(sqrt(m)*omega**(2))+c0"),
        ("ω⁻¹² ⩾ 0", "omega**(-12)>=0"),
        ("√√m ≤ √(m + 1)²", "sqrt(sqrt(m))<=sqrt((m+1))**(2)"),
        ("√exp(ρ)/√|ρ| ≤ 1", "sqrt(exp(rho))/sqrt(Abs(rho))<=1"),
        ("|ρ − |ω − 1|·2| ≤ 3", "Abs(rho-Abs(omega-1)*2)<=3"),
        ("2\N{NO-BREAK SPACE}×\N{NARROW NO-BREAK SPACE}m ÷ 3 ≥ µ", "2*m/3>=mu"),
        ("-rho <= +-1", "-rho<=+-1"),
        ("rho = 1", "rho==1"),
        ("rho <= 007 + 00.5e-03", "rho<=7+00.5e-03"),
    ],
)  # fmt: skip
def test_signs_of_mathematics_are_read(text, plain):
    assert spelled(text, relations=1) == plain


def test_every_letter_that_is_printed_is_read():
    assert {letter: name for name, letter in PRINTED.items()}.items() <= GREEK.items()


PRINTABLE = [
    2 * sympy.sqrt(3) * (rho + 1) * L**2 / (sympy.sqrt(m) * omega**2) + c0, sympy.sqrt(m + 1) / omega**3,
    sympy.Abs(rho - omega) * sympy.pi, sympy.Min(omega, omega**2) * sympy.exp(-rho), sympy.Rational(22, 7) / m,
    sympy.sqrt(sympy.sqrt(omega) + 1), sympy.log(1 + m) * hessian_norm, sympy.Max(c0, rho / 2, 3), sympy.E * rho,
]  # fmt: skip


@pytest.mark.parametrize("expression", PRINTABLE, ids=str)
def test_what_a_report_prints_reads_back(expression):
    assert expression_of(formula(str(expression)), QUANTITIES) == expression


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("2rho <= 1", r"\* between"),
        ("rho omega <= 1", r"\* between two factors, but got 'omega' straight after 'rho'"),
        ("2(1+rho) <= 1", r"\* between two factors"),
        ("(1+rho)L <= 1", r"\* between two factors"),
        ("rho => 1", "write >="),
        ("rho =< 1", "write <="),
        ("rho ≠ 1", "write > or < apart"),
        ("0 <= rho <= 1", "state each relation apart"),
        ("rho <= 1 and m >= 2", "state each relation apart"),
        ("rho <> 1", "one of <= >= =="),
        ("rho <= m^2", r"write \*\* for a power"),
        ("‖x‖ ≤ 1", "norms have names"),
        ("rho ≤ ∞", "finite"),
        ("rho <= ∑ m", r"write Sum\("),
        ("rho <= 2 *", "before the end"),
        ("rho <= * 2", r"before \*"),
        ("<= 2", "before <="),
        ("rho <= sqrt(m", r"a \) for every opening one"),
        ("rho <= m)", "too many"),
        ("rho <= |m", r"a \| for every opening one"),
        ("rho <= (|m)|", "in pairs"),
        ("rho <= 1e5000", "1e-1000 to 1e1000"),
        ("rho <= " + "9" * 1001, "at most 1000 digits"),
        ("rho <= ----1", "before -"),
        ("lambda <= 1", "names of symbols"),
        ("rho <= \\sqrt{m}", "not"),
    ],
)
def test_a_slip_gets_its_remedy(text, remedy):
    with pytest.raises(NotAClaim, match=remedy):
        spelled(text, relations=1)


def test_what_is_written_has_more_room_than_what_is_typed():
    text = "9" * (TYPED.digits + 1)
    assert spelled(text, relations=0, limits=WRITTEN) == text
    with pytest.raises(NotAClaim, match="characters"):
        spelled("1+" * 50_001 + "1", relations=0, limits=WRITTEN)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("0 ≤ ρ < 2·ω ∧ m >= 1", ["0 ≤ ρ", "ρ < 2·ω", "m >= 1"]),
        ("((rho <= 1) && (L*(m + 1) >= 2))", ["rho <= 1", "L*(m + 1) >= 2"]),
        ("(rho) + 1 <= (m)", ["(rho) + 1 <= (m)"]),
        ("|rho - 1| <= 1; sigmand <= 2", ["|rho - 1| <= 1", "sigmand <= 2"]),
        ("rho", ["rho"]),
    ],
)
def test_several_relations_are_taken_apart(text, parts):
    assert clauses(text) == parts


@pytest.mark.parametrize(
    "text",
    ["rho <= 1 and", "and", "rho <= 1 or m >= 2", "not rho <= 1", "1 <= " * 13 + "m", "rho <= 1 and and 1 <= m"],
)
def test_what_does_not_join_claims_is_refused(text):
    with pytest.raises(NotAClaim, match=r"joined by and|at most 12 relations"):
        clauses(text)


WORDS = st.sampled_from([
    "rho", "omega", "m", "L", "l", "sqrt", "log", "Min", "Sum", "Product", "lambda", "pi", "E", "1", "0", "2.5",
    "1e-400", "1e3", "00", "+", "-", "*", "/", "**", "(", ")", ",", "|", "√", "²", "⁻¹", "<=", ">=", "==", "=",
    "ρ", "·", " ", "(l, 0, L)", "^", "‖", "!", "//", ".", "e", "j",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=14).map("".join))
def test_any_row_of_words_is_a_claim_or_one_sentence(text):
    try:
        sentence = read(text)
        relation_of(sentence, QUANTITIES)
    except NotAClaim as error:
        words = str(error)
        assert words.endswith((".", "?"))  # either outcome is fine; another exception is not
        assert "\n" not in words
    else:
        assert not any(keyword.iskeyword(name) for name in sentence.names)
