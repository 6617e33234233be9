"""Formulas as MathML, which browsers set by themselves: no fonts and no scripts are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import sympy
from markupsafe import Markup, escape
from sympy.printing.mathml import MathMLPresentationPrinter

from wnverify.claim import RELATIONS, Relation
from wnverify.report.latex import mathematics
from wnverify.report.site.text import code, visible
from wnverify.report.words import GREEK, formula

TAGS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "mtext", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover",
    "munder", "munderover", "mfenced", "mtable", "mtr", "mtd", "mstyle", "mspace",
})  # fmt: skip
"""What a formula may consist of; anything else is told as text."""
ATTRIBUTES = frozenset({"mathvariant", "open", "close", "separators", "accent", "displaystyle"})
ENTITIES = {
    "InvisibleTimes": "\u2062", "ApplyFunction": "\u2061", "Hat": "^", "ExponentialE": "e", "ImaginaryI": "i",
    "pi": "π", "infin": "∞", "int": "∫", "int;": "∫", "dd": "d", "#8734": "∞",
}  # fmt: skip
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)(\w+);")
_NAME = re.compile(r"([A-Za-z]+)(\d+)")


class _Printer(MathMLPresentationPrinter):  # type: ignore[misc]  # sympy ships no types
    """sympy's printer, but a name stays one name, and is escaped: sympy writes it as it is."""

    def _print_Symbol(self, symbol: sympy.Symbol, style: str = "plain") -> ElementTree.Element:
        found = _NAME.fullmatch(symbol.name)
        if found is None or len(GREEK.get(found[1], found[1])) > 1:
            return self._leaf("mi", GREEK.get(symbol.name, symbol.name))
        whole = self.dom.createElement("msub")
        whole.appendChild(self._leaf("mi", GREEK.get(found[1], found[1])))
        whole.appendChild(self._leaf("mn", found[2]))
        return whole

    _print_Quantity = _print_Dummy = _print_Symbol

    def _leaf(self, tag: str, text: str) -> ElementTree.Element:
        leaf = self.dom.createElement(tag)
        leaf.appendChild(self.dom.createTextNode(str(escape(visible(text)))))
        return leaf


def inline(expression: sympy.Expr) -> Markup:
    """A formula within a line."""
    return _math(_inner(expression), str(expression))


def displayed(relation: Relation) -> Markup:
    """Both sides of a relation, on a line of its own."""
    inner = (_inner(relation.lhs), f"<mo>{escape(RELATIONS[relation.relation])}</mo>", _inner(relation.rhs))
    return _math("".join(inner), str(relation), display=True)


def related(relation: Relation) -> Markup:
    """Both sides of a relation, within a line."""
    inner = (_inner(relation.lhs), f"<mo>{escape(RELATIONS[relation.relation])}</mo>", _inner(relation.rhs))
    return _math("".join(inner), str(relation))


def latex(relation: Relation) -> str:
    """The same in LaTeX, to copy."""
    sign = {"<=": r"\le", ">=": r"\ge"}.get(relation.relation, relation.relation)
    return f"{mathematics(relation.lhs)} {sign} {mathematics(relation.rhs)}"


def _inner(expression: sympy.Expr) -> str:
    try:
        return _ENTITY.sub(lambda found: ENTITIES.get(found[1], "\ufffd"), _Printer().doprint(expression))
    except (AttributeError, TypeError, ValueError, NotImplementedError, RecursionError):
        return f"<mtext>{escape(visible(formula(str(expression))))}</mtext>"  # what sympy has no MathML for


def _math(inner: str, text: str, *, display: bool = False) -> Markup:
    """A formula; what is no MathML is told as text."""
    block = ' display="block"' if display else ""
    if not _sound(inner):
        return code(formula(text))
    return Markup(f"<math{block}>{inner}</math>")  # sound: known tags alone


def _sound(inner: str) -> bool:
    try:
        tree = ElementTree.fromstring(f"<math>{inner}</math>")
    except ElementTree.ParseError:
        return False
    return all(part.tag in TAGS and ATTRIBUTES.issuperset(part.attrib) for part in _parts(tree))


def _parts(tree: ElementTree.Element) -> Iterator[ElementTree.Element]:
    yield from tree.iter()
