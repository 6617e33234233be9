"""Edits: a claim in which every constant, every exponent and every term can be changed, one at a time.

An edit scales a constant, scales a term that has no constant of its own, scales a whole side, or shifts an exponent.
Places are sought on the right side first, then on the left, in the failure probability and in the hypotheses that are
inequalities. Equal subexpressions share their places: a constant of C is edited wherever C stands, in a hypothesis
too, as an edit of the file would do. A number such as 2/√3 counts as one constant; 0 and ±∞ are no constants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal, TypeAlias

import sympy

from wnverify.checks.sharpness.graph import Graph, opaque
from wnverify.checks.sharpness.words import RIGHT
from wnverify.claim import Claim
from wnverify.judging.formula import operation

LEFT, FAILURE = "left side", "failure probability"
Sort: TypeAlias = Literal["constant", "exponent", "term", "side"]
SMALL = 14
"""Nodes of a subexpression that is quoted in full; what is larger is written as …"""
LONGEST = 60


@dataclass(frozen=True)
class Edit:
    """One place of a claim.

    Args:
        words: what is edited.
        side: where it stands first: `RIGHT`, `LEFT`, `FAILURE`, or the name of a hypothesis.
        leaf: its position in the graph.
        unchanged: its value that gives the claim itself back: 1 for a factor, 0 for a shift of an exponent.
        sort: what is edited, in a word.
        value: the constant or the exponent as a formula, if it is a number.
        symbol: what is raised to the exponent, where that is one symbol.
    """

    words: str
    side: str
    leaf: int
    unchanged: float
    sort: Sort = "side"
    value: str = ""
    symbol: str = ""

    @property
    def is_factor(self) -> bool:
        """Whether a number is scaled, and no exponent shifted."""
        return self.unchanged == 1.0


@dataclass(frozen=True)
class Editable:
    """A claim as a graph, and its places.

    Args:
        graph: both sides, the failure probability and the hypotheses.
        lhs: node of the left side.
        rhs: node of the right side.
        given: for each hypothesis the nodes of its sides.
        failure: node of 1 − the probability; None for a sure statement.
        edits: the places.
    """

    graph: Graph
    lhs: int
    rhs: int
    given: Mapping[str, tuple[int, int]]
    failure: int | None
    edits: list[Edit]

    @property
    def names(self) -> list[str]:
        """The quantities that have to be measured."""
        return sorted({node.leaf for node in self.graph.nodes if isinstance(node.leaf, str)})


def editable(claim: Claim) -> Editable:
    """The claim with a place wherever it may be edited.

    >>> x = sympy.Symbol("x", positive=True)
    >>> [edit.words for edit in editable(Claim(x, "<=", 3 / x**2 + sympy.sqrt(2))).edits]
    ['exponent of x**(-2)', 'constant 3 in 3/x**2', 'constant sqrt(2) in sqrt(2) + 3/x**2', 'the whole right side']
    """
    build = _Builder()
    rhs = build.whole(claim.rhs, RIGHT, "the whole right side")
    lhs = build.defect(claim.lhs) if claim.relation == "=" and claim.rhs == 0 else build.whole(claim.lhs, LEFT)
    failure = None
    if claim.probability is not None:
        failure = build.whole(1 - claim.probability, FAILURE, "the whole failure probability")
    given = {}
    for name, hypothesis in sorted(claim.given.items(), key=lambda pair: pair[1].relation == "="):
        build.editing = hypothesis.relation != "="  # last, as an equation is not weakened by another constant
        sides = build.whole(hypothesis.lhs, name), build.whole(hypothesis.rhs, name, f"the limit {hypothesis.rhs}")
        given[name] = sides
    return Editable(build.graph, lhs, rhs, given, failure, _distinct(build.edits))


def _distinct(edits: list[Edit]) -> list[Edit]:
    """The same places with a number behind words that would otherwise occur twice on a side."""
    total, seen = Counter((edit.side, edit.words) for edit in edits), Counter[tuple[str, str]]()
    found = []
    for edit in edits:
        key = edit.side, edit.words
        seen[key] += 1
        found.append(replace(edit, words=f"{edit.words} ({seen[key]})") if total[key] > 1 else edit)
    return found


@dataclass
class _Builder:
    """Walks formulas; the parts seen before are reused, places and all."""

    graph: Graph = field(default_factory=Graph)
    edits: list[Edit] = field(default_factory=list)
    seen: dict[sympy.Expr, int] = field(default_factory=dict)
    side: str = RIGHT
    editing: bool = True

    def whole(self, expression: sympy.Expr, side: str, words: str = "") -> int:
        """One side; with words also a place for it as a whole, unless it is a multiple of a constant anyway."""
        self.side = side
        node = self(expression)
        if not words or expression.is_number or _has_coefficient(expression):
            return node
        return self._scaled(node, _cut(words), "side")

    def defect(self, expression: sympy.Expr) -> int:
        """A left side that is claimed to be 0, its places only in what the statement says.

        What divides it sets a scale, and |·|, squares, roots and sums of what cannot be negative make one number of
        several defects; an edit there turns 0 into 0.
        """
        self.side = LEFT
        if isinstance(expression, sympy.Abs) or (expression.is_Pow and expression.exp.is_positive):
            inner = [self.defect(expression.args[0]), *map(self._unedited, expression.args[1:])]
            return self.graph.apply(operation(expression.func, len(inner)), inner)
        if expression.is_Add and all(term.is_nonnegative for term in expression.args):
            terms = [self.defect(term) for term in expression.args]
            return self.graph.apply(operation(sympy.Add, len(terms)), terms)
        if expression.is_Mul:
            scale = [part for part in expression.args if part.is_Pow and part.exp.is_negative]
            gathered = [part for part in expression.args if isinstance(part, sympy.Abs)]
            scale += [part for part in expression.args if gathered and part not in (*scale, *gathered)]
            rest = sympy.Mul(*(part for part in expression.args if part not in scale))
            if scale:
                parts = [self.defect(rest), self._unedited(sympy.Mul(*scale))]
                return self.graph.apply(operation(sympy.Mul, 2), parts)
        return self(expression)

    def _unedited(self, expression: sympy.Expr) -> int:
        before, self.editing = self.editing, False
        node = self(expression)
        self.editing = before
        return node

    def __call__(self, expression: sympy.Expr) -> int:
        if expression not in self.seen:
            self.seen[expression] = self._new(expression)
        return self.seen[expression]

    def _new(self, node: sympy.Expr) -> int:
        if node.is_number:
            return self._constant(node, "")
        if node.is_Symbol:
            return self.graph.leaf(node.name)
        if not all(isinstance(part, sympy.Expr) for part in node.args):
            symbols, compute = opaque(node)
            return self.graph.apply(compute, [self(symbol) for symbol in symbols])
        if node.is_Pow:
            words = f"exponent of {self._text(node)}"
            value = str(node.exp) if node.exp.is_number and self.editing else ""
            edit = Edit(words, self.side, 0, 0.0, "exponent", value, node.base.name if node.base.is_Symbol else "")
            exponent = self._place(edit, self._plain(node.exp))
            return self.graph.apply(operation(sympy.Pow, 2), [self(node.base), exponent])
        if node.is_Add or node.is_Mul:
            return self._sum_or_product(node)
        return self.graph.apply(operation(node.func, len(node.args)), [self(part) for part in node.args])

    def _sum_or_product(self, node: sympy.Expr) -> int:
        numbers = [part for part in node.args if part.is_number]
        others = [part for part in node.args if not part.is_number]
        place = f" in {self._text(node)}" if numbers or node.is_Add else ""
        parts = []
        for part in others:
            own = node.is_Add and not _has_coefficient(part)
            found = self(part)
            parts.append(self._scaled(found, f"the term {self._text(part)}{place}", "term") if own else found)
        if numbers:
            parts.append(self._constant(node.func(*numbers), place, unit=node.is_Mul))
        return parts[0] if len(parts) == 1 else self.graph.apply(operation(node.func, len(parts)), parts)

    def _constant(self, number: sympy.Expr, place: str, *, unit: bool = False) -> int:
        """A number with a factor of its own; a factor ±1 of a product (`unit`) is not written, so it has none."""
        leaf = self.graph.leaf(float(number))
        if number.is_zero or number.is_finite is False or (unit and abs(number) == 1):
            return leaf
        return self._scaled(leaf, f"constant {number}{place}", "constant", str(number))

    def _plain(self, exponent: sympy.Expr) -> int:
        """An exponent: a number is only shifted, not scaled as well."""
        return self.graph.leaf(float(exponent)) if exponent.is_number else self(exponent)

    def _text(self, node: sympy.Expr) -> str:
        """A formula as text, where words are wanted: printing takes most of the time that building does."""
        return _text(node) if self.editing else ""

    def _scaled(self, node: int, words: str, sort: Sort, value: str = "") -> int:
        return self._place(Edit(words, self.side, 0, 1.0, sort, value), node)

    def _place(self, edit: Edit, node: int) -> int:
        if not self.editing:
            return node
        leaf = self.graph.leaf(edit.unchanged)
        self.edits.append(replace(edit, words=_cut(edit.words), leaf=leaf))
        return self.graph.apply(operation(sympy.Mul if edit.is_factor else sympy.Add, 2), [node, leaf])


def _has_coefficient(node: sympy.Expr) -> bool:
    """Whether a product has a numeric factor other than ±1, which is a place already."""
    return bool(node.is_Mul and any(part.is_number and abs(part) != 1 for part in node.args))


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST + 20 else f"{words[: LONGEST + 19]}…"


def _text(node: sympy.Expr) -> str:
    """A formula as text, with … for large parts; sympy takes a second to print a long one."""
    if _is_small(node):
        return str(node)
    parts = [str(part) if _is_small(part) else "…" for part in node.args]
    if node.is_Add:
        return " + ".join(parts)
    if node.is_Mul:
        return "*".join(f"({part})" if " " in part else part for part in parts)
    if node.is_Pow and node.exp != sympy.S.Half:
        return f"({parts[0]})**{parts[1] if node.exp.is_Integer and node.exp > 0 else f'({parts[1]})'}"
    return f"sqrt({parts[0]})" if node.is_Pow else f"{node.func.__name__}({', '.join(parts)})"


def _is_small(node: sympy.Expr) -> bool:
    return len(list(islice(sympy.preorder_traversal(node), SMALL + 1))) <= SMALL
