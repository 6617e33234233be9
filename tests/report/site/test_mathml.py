"""Formulas as MathML: names are whole and escaped, and what is no MathML is text."""

from __future__ import annotations

import sympy

from wnverify.claim import Relation
from wnverify.report.site.mathml import displayed, inline, related

X = sympy.Symbol("x")


def test_names_are_whole() -> None:
    assert "<mi>hessian_norm</mi>" in inline(sympy.Symbol("hessian_norm"))
    assert "<msub><mi>&#969;</mi><mn>1</mn></msub>" in inline(sympy.Symbol("omega1"))


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
