"""Formulas as MathML, which browsers set by themselves: no fonts and no scripts are asked for."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

import sympy
from markupsafe import Markup, escape
from sympy.printing.mathml import MathMLPresentationPrinter
from sympy.printing.precedence import PRECEDENCE

from wnverify.claim import RELATIONS, Relation
from wnverify.errors import UsageError
from wnverify.notation.mathml import mathml
from wnverify.notation.reading import binding
from wnverify.notation.signs import spelled
from wnverify.report.mathematics import Known
from wnverify.report.site.parts import NOTHING, Named
from wnverify.report.site.text import code, visible
from wnverify.report.words import GREEK, formula

TAGS = frozenset({
    "math", "mrow", "mi", "mn", "mo", "mtext", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover",
    "munder", "munderover", "mfenced", "mtable", "mtr", "mtd", "mstyle", "mspace",
})  # fmt: skip
"""What a formula may consist of; anything else is told as text."""
ATTRIBUTES = frozenset({"mathvariant", "open", "close", "separators", "accent", "displaystyle"})
LEVELS = {"sum": "Add", "product": "Mul", "power": "Pow", "atom": "Atom"}
NONE: Known = MappingProxyType({})
ENTITIES = {
    "InvisibleTimes": "\u2062", "ApplyFunction": "\u2061", "Hat": "^", "ExponentialE": "e", "ImaginaryI": "i",
    "pi": "π", "infin": "∞", "int": "∫", "int;": "∫", "dd": "d", "#8734": "∞",
}  # fmt: skip
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)(\w+);")
_NUMBERED = re.compile(r"&#(\d+);")
LATIN = 127
_ALONE = re.compile(r"<mrow>(<(m[ino])>[^<]*</\2>)</mrow>")
"""A row of one sign, which needs none."""
_WORD_BEFORE = re.compile("(<mi>[^<]{2,}</mi>(?:</\\w+>)*)<mo>\u2062</mo>")
_WORD_AFTER = re.compile("<mo>\u2062</mo>(?=(?:<\\w+>)*<mi>[^<]{2,}</mi>)")
_NAME = re.compile(r"([A-Za-z]+)(\d+)")


class _Printer(MathMLPresentationPrinter):  # type: ignore[misc]  # sympy ships no types
    """sympy's printer, with every quantity as it was declared; names are escaped, which sympy does not."""

    def __init__(self, known: Known, named: Named, root: sympy.Expr) -> None:
        super().__init__()
        self.known, self.named, self.root = known, named, root

    def _print(self, expr: sympy.Expr, **settings: Any) -> Any:
        """A part by its name, but the formula itself is written out."""
        return super()._print(expr if expr is self.root else self.named.get(expr, expr), **settings)

    def _print_Symbol(self, symbol: sympy.Symbol, style: str = "plain") -> Any:
        if declared := _declared(symbol.name, self.known):
            return self._raw("mrow", declared)
        found = _NAME.fullmatch(symbol.name)
        if found is None or len(GREEK.get(found[1], found[1])) > 1:
            return self._leaf("mi", GREEK.get(symbol.name, symbol.name))
        whole = self.dom.createElement("msub")
        whole.appendChild(self._leaf("mi", GREEK.get(found[1], found[1])))
        whole.appendChild(self._leaf("mn", found[2]))
        return whole

    _print_Quantity = _print_Dummy = _print_Symbol

    def parenthesize(self, item: sympy.Expr, level: int, strict: bool = False) -> Any:
        """Brackets around what is no single sign, a quantity that is written as a sum or a power among it."""
        item = self.named.get(item, item)
        if not item.is_Symbol or not _loose(item.name, level, self.known):
            return super().parenthesize(item, level, strict)
        row = self.dom.createElement("mrow")
        for part in (self._leaf("mo", "("), self._print(item), self._leaf("mo", ")")):
            row.appendChild(part)
        return row

    def _leaf(self, tag: str, text: str) -> Any:
        return self._raw(tag, str(escape(visible(text))))

    def _raw(self, tag: str, text: str) -> Any:
        leaf = self.dom.createElement(tag)
        leaf.appendChild(self.dom.createTextNode(text))  # which sympy writes as it is
        return leaf


def _declared(name: str, known: Known) -> str:
    """A quantity as it was declared; empty where that is its name, or nobody knows it."""
    quantity = known.get(name)
    if quantity is None or quantity.latex == spelled(name):
        return ""
    try:
        return mathml(quantity.latex)
    except UsageError:
        return ""


def _loose(name: str, level: int, known: Known) -> bool:
    """Whether what stands for a name falls apart beside what holds together at that level, as sympy counts it."""
    if not _declared(name, known):
        return False
    kind = binding(known[name].latex)
    return PRECEDENCE[LEVELS[kind]] < level or (level >= PRECEDENCE["Pow"] and kind != "atom")


def inline(expression: sympy.Expr, known: Known = NONE, named: Named = NOTHING) -> Markup:
    """A formula within a line.

    Args:
        expression: the formula.
        known: the quantities that may occur in it, by name.
        named: parts that are told by their names; the formula itself may be one, and is written out.
    """
    return _math(_inner(expression, known, named), expression)


def displayed(relation: Relation, known: Known = NONE, named: Named = NOTHING) -> Markup:
    """Both sides of a relation, on a line of its own."""
    return _math(_both(relation, known, named), relation, display=True)


def related(relation: Relation, known: Known = NONE, named: Named = NOTHING) -> Markup:
    """Both sides of a relation, within a line."""
    return _math(_both(relation, known, named), relation)


def _both(relation: Relation, known: Known, named: Named) -> str:
    sign = f"<mo>{escape(RELATIONS[relation.relation])}</mo>"
    return f"{_inner(relation.lhs, known, named)}{sign}{_inner(relation.rhs, known, named)}"


def _inner(expression: sympy.Expr, known: Known, named: Named) -> str:
    try:
        return _signs(_Printer(known, named, expression).doprint(expression))
    except (AttributeError, TypeError, ValueError, NotImplementedError, RecursionError):
        return f"<mtext>{escape(visible(formula(str(expression))))}</mtext>"  # what sympy has no MathML for


def _signs(printed: str) -> str:
    """Signs for the entities that sympy writes; a product of whole words has a dot, which letters do without."""
    plain = _ENTITY.sub(lambda found: ENTITIES.get(found[1], "\ufffd"), printed)
    plain = plain.replace("<mo>-</mo>", "<mo>\u2212</mo>")
    plain = _NUMBERED.sub(lambda found: chr(int(found[1])) if int(found[1]) > LATIN else found[0], plain)
    plain = _ALONE.sub(r"\1", plain)
    return _WORD_BEFORE.sub(r"\1<mo>·</mo>", _WORD_AFTER.sub("<mo>·</mo>", plain))


def _math(inner: str, told: sympy.Expr | Relation, *, display: bool = False) -> Markup:
    """A formula; what is no MathML is told as text."""
    block = ' display="block"' if display else ""
    if not _sound(inner):
        return code(formula(str(told)))
    return Markup(f"<math{block}>{inner}</math>")  # sound: known tags alone


def _sound(inner: str) -> bool:
    try:
        tree = ElementTree.fromstring(f"<math>{inner}</math>")
    except ElementTree.ParseError:
        return False
    return all(part.tag in TAGS and ATTRIBUTES.issuperset(part.attrib) for part in tree.iter())
