"""Formulas as MathML: names are whole and escaped, and what is no MathML is text."""

from __future__ import annotations

import sympy

from wnverify.claim import Relation
from wnverify.quantities import Quantity
from wnverify.report.site.mathml import displayed, inline, related

X = sympy.Symbol("x")


def test_names_are_whole() -> None:
    assert "<mi>hessian_norm</mi>" in inline(sympy.Symbol("hessian_norm"))
    assert "<msub><mi>ω</mi><mn>1</mn></msub>" in inline(sympy.Symbol("omega1"))


def test_a_quantity_is_written_as_it_was_declared() -> None:
    known = {"x": Quantity("x", "its norm", latex=r"\|w\|_2"), "y": Quantity("y", "a sum", latex="a+b")}
    assert "<msub><mrow><mo>‖</mo><mi>w</mi><mo>‖</mo></mrow><mn>2</mn></msub>" in inline(X, known)
    assert "<mo>(</mo><mrow><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mrow><mo>)</mo>" in inline(
        X * sympy.Symbol("y"), known
    )


def test_words_are_multiplied_with_a_dot() -> None:
    assert "<mi>gap</mi><mo>·</mo><mi>x</mi>" in inline(sympy.Symbol("gap") * X)
    assert "<mo>\u2062</mo>" in inline(sympy.Symbol("L") * X)


def test_a_hostile_name_is_text() -> None:
    found = inline(X + sympy.Symbol("<script>&"))
    assert "&lt;script&gt;&amp;" in found
    assert "<script" not in found


def test_a_relation_has_both_sides() -> None:
    found = Relation(sympy.sqrt(X), "<=", sympy.oo)
    assert displayed(found).startswith('<math display="block">')
    assert "<mo>≤</mo>" in related(found)


def test_what_is_no_mathml_is_text() -> None:
    """sympy writes the name of a function as it is."""
    assert inline(sympy.Function("f<b>")(X)).startswith("<code>f&lt;b&gt;")
