"""Quantities as the field writes them: every one of the catalogue is read, and stands in Unicode and MathML."""

import re
from xml.dom.minidom import parseString

import pytest
import sympy

from wnverify.catalogue import catalogue, read
from wnverify.errors import UsageError
from wnverify.notation.mathml import mathml
from wnverify.notation.reading import binding, grasping, parsed
from wnverify.notation.signs import in_signs, spelled
from wnverify.quantities import Quantity
from wnverify.report.latex import mathematics
from wnverify.report.mathematics import block, line

FAMILIES = [entry.id for entry in {entry.paper: entry for entry in catalogue()}.values()]


@pytest.fixture(scope="module")
def quantities():
    """The quantities of a family of each folder."""
    families = {id(family): family for entry in catalogue() if (family := _family(entry)) is not None}
    return [quantity for family in families.values() for quantity in family.quantities.values()]


def _family(entry):
    return read(entry).theorem.family if entry.id in FAMILIES else None


def test_every_quantity_of_the_catalogue_stands_in_every_language(quantities):
    assert len(quantities) > 200
    for quantity in quantities:
        assert parsed(quantity.latex).parts, quantity.name
        assert quantity.sign
        assert "\\" not in quantity.sign, quantity.sign
        parseString(f"<math>{mathml(quantity.latex)}</math>")  # our own


def test_a_quantity_of_ours_is_written_as_the_field_does_not_by_its_name(quantities):
    upright = [q.name for q in quantities if "_" in q.name and q.latex == spelled(q.name) and "mathrm" in q.latex]
    assert upright == []


@pytest.mark.parametrize(
    ("latex", "sign"),
    [
        (r"\|\nabla^2_\theta f\|_2", "‖∇²_θ f‖₂"),
        (r"\max_l\|W^{(l)}\|_F", "maxₗ ‖W⁽ˡ⁾‖_F"),
        (r"\mathbb{E}[x]_+", "𝔼[x]₊"),
        (r"\frac{\|r\|}{\sqrt{m}}", "‖r‖/√m"),
        (r"e^{-a\eta r^2}", "e^(−aηr²)"),
        (r"\tilde{x}_i-\bar{y}", "x̃ᵢ − ȳ"),
        (r"\log\frac{a b}{c}", "log((ab)/c)"),
        (r"\hat{\mathfrak{R}}_n", "ℜ̂ₙ"),
    ],
)
def test_signs(latex, sign):
    assert in_signs(latex) == sign


@pytest.mark.parametrize(
    "latex", [r"\input{x}", r"\frac{a}", "x}", r"\|x", "x$", r"\def\a{b}", r"\mathrm{\x}", "^2^"]
)
def test_what_is_no_formula_is_refused_when_it_is_declared(latex):
    with pytest.raises(UsageError, match="LaTeX of a quantity"):
        Quantity("gap", "a gap", latex=latex)


def test_brackets_stand_where_a_quantity_is_not_one_sign():
    known = {
        name: Quantity(name, name, low=0, latex=latex)
        for name, latex in {"gap": "a-b", "most": r"\max_l\|W\|", "square": "x^2", "plain": r"\|x\|_2"}.items()
    }
    x = sympy.Symbol("x")
    gap, most, square, plain = known.values()
    assert [binding(q.latex) for q in known.values()] == ["sum", "product", "power", "atom"]
    assert grasping(most.latex)
    assert mathematics(gap * x, known) == r"\left(a-b\right) x"
    assert mathematics(gap + x, known) == "a-b + x"
    assert mathematics(most * x, known) == r"\left(\max_l\|W\|\right) x"
    assert mathematics(square**2, known) == r"\left(x^2\right)^{2}"
    assert mathematics(plain**2, known) == r"\|x\|_2^{2}"
    assert line(gap * x, known) == "(a − b)·x"
    assert block(plain**2 / x, known)[0].strip() == "2"


def test_the_equal_symbol_of_another_family_is_not_printed():
    one = Quantity("clock", "one", low=0, latex="t_1")
    other = Quantity("clock", "another", low=0, latex="t_2")
    assert mathematics(one + 1, {"clock": other}) == "t_2 + 1"


def test_names_without_latex_of_their_own():
    assert [spelled(name) for name in ("L", "W1", "lambda", "r_inf", "x_a", "my_norm")] == [
        "L", r"W_{1}", r"\lambda", r"r_{\infty}", "x_{a}", r"\mathrm{my\_norm}",
    ]  # fmt: skip
    assert re.fullmatch(r"\\mathrm\{[a-z\\_]+\}", spelled("a_b$\\input{c}"))
