"""Signs: every character that this project prints has a form in ASCII, and the forms of different signs differ."""

import unicodedata
from pathlib import Path

import pytest

import wnverify
from wnverify.catalogue import builtin_folder
from wnverify.report.mathematics import statement
from wnverify.report.signs import MARKS, WORDS, legible, two_dimensional, written, written_in
from wnverify.report.words import CONJECTURE, SYMBOL, formula

PACKAGE = Path(wnverify.__file__).parent
TEXTS = [*PACKAGE.rglob("*.py"), *builtin_folder().rglob("*.py"), *builtin_folder().rglob("*.toml")]
ENCODINGS = ["ascii", "latin-1", "cp1252", "cp437", "koi8-r", "shift_jis"]


def characters():
    return sorted({char for file in TEXTS for char in file.read_text("utf-8")})


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_character_of_the_project_is_carried_and_none_is_a_question_mark_or_a_number(encoding):
    for char in characters():
        form = legible(char, encoding)
        form.encode(encoding)
        assert char.isascii() or form == char or not set("?\\") & set(form), f"{char!r} becomes {form!r}"


def test_what_can_be_carried_stays():
    text = "".join(char for char in characters() if not unicodedata.combining(char))
    assert legible(text, "utf-8") == text
    assert legible("L² · ü ± ½", "latin-1") == "L² · ü ± ½"


def test_relations_and_verdicts_do_not_become_one_another():
    signs = [*SYMBOL.values(), CONJECTURE]
    assert len({legible(sign, "ascii") for sign in signs}) == len(signs)
    relations = ["≤", "≥", "≠", "≮", "≯", "≰", "≱", "≈", "=", "<", ">", "→", "←", "⪰"]
    assert len({legible(sign, "ascii") for sign in relations}) == len(relations)
    assert (legible("≤", "ascii"), legible("≥", "ascii")) == ("<=", ">=")


def test_different_letters_have_different_forms():
    twins = {"ϕ", "ς", "ϑ", "ϵ", "ϱ", "µ", "Ω"}  # variants of φ, σ, θ, ε, ρ, μ
    forms = {sign: legible(sign, "ascii") for sign in WORDS if sign not in twins}
    assert len(set(forms.values())) == len(forms)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("x²⁰ and x²·⁰", "x^20 and x^2*^0"),
        ("L⁻¹", "L^-1"),
        ("2ρω", "2 rho omega"),
        ("ρ₁ρ2", "rho_1 rho2"),
        ("L√m", "L sqrt(m)"),
        ("√(1+β)", "sqrt(1+beta)"),
        ("‖∇²f‖₂", "||grad^2 f||_2"),
        ("Łojasiewicz, Müller", "Lojasiewicz, Muller"),
        ("x̄ᵀẇ", "x_bar^T w_dot"),
        ("3×4", "3 x 4"),
        ("a ≠ b, x ∉ A, a ≮ b", "a != b, x not in A, a !< b"),
        ("caf\udce9.py", "caf\\xe9.py"),
    ],
)
def test_ascii_forms_keep_the_meaning(text, form):
    assert legible(text, "ascii") == form


def test_a_raised_number_is_never_split_between_two_ways_of_writing_it():
    assert legible("x²⁰", "latin-1") == "x^20"  # x²^0 would be 1


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nothing_that_can_be_written_is_touched_twice(encoding):
    text = "".join(characters())
    once = legible(text, encoding)
    assert legible(once, encoding) == once


def test_formulas_are_typed_where_they_cannot_be_drawn():
    theorem = wnverify.load("depth_free/gradient")
    with written_in("ascii"):
        assert not two_dimensional()
        lines, _ = statement(theorem.claim.main, 80)
        assert "\n".join(lines).isascii()
        assert formula("c0*omega**2 <= oo") == "c0*omega**2 <= inf"
        assert written("≥") == ">="
    assert two_dimensional()
    assert "ω" in "\n".join(statement(theorem.claim.main, 80)[0])


def test_every_entry_of_the_tables_is_needed_in_ascii():
    assert all(not sign.isascii() and form.isascii() for sign, form in {**WORDS, **MARKS}.items())
