"""A theorem as a LaTeX fragment in plain ASCII: statement, hypotheses, claims about the bound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from wnverify.catalogue import Loaded
from wnverify.claim import Claim, Relation
from wnverify.errors import UsageError
from wnverify.notation.reading import binding, grasping
from wnverify.notation.signs import spelled
from wnverify.papers import sources
from wnverify.quantities import Quantity
from wnverify.report.mathematics import split
from wnverify.report.prose import prose
from wnverify.source import Header
from wnverify.steps import Link
from wnverify.symbolic.kinds import Below, BoundClaim, Limit, Order
from wnverify.theorem import Theorem

WIDTH, WITHIN = 72, 56
"""A right side that prints wider than this is written with named parts: of a display, and within a line."""
RELATION: Mapping[str, str] = MappingProxyType({"<=": r"\le", ">=": r"\ge"})
Known: TypeAlias = Mapping[str, Quantity]
"""Quantities by name, as a family has them: sympy may have cached the equal symbol of another family."""
_NONE: Known = MappingProxyType({})


class _Printer(LatexPrinter):  # type: ignore[misc]  # sympy ships no types
    """sympy's printer, with every quantity as it was declared, and brackets around it where it is not one sign."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self.known = known

    def _print_Symbol(self, symbol: sympy.Symbol, style: str = "plain") -> str:
        found = self.known.get(symbol.name)
        return found.latex if found is not None else spelled(symbol.name)

    _print_Quantity = _print_Symbol  # not the physical quantity that sympy means by this name

    def _needs_mul_brackets(self, expr: Any, first: bool = False, last: bool = False) -> bool:  # sympy's
        if not expr.is_Symbol:
            return bool(super()._needs_mul_brackets(expr, first=first, last=last))
        latex = self._print_Symbol(expr)
        return _binding(latex) == "sum" or (_grasping(latex) and not last)

    def parenthesize(self, item: Any, level: int, is_neg: bool = False, strict: bool = False) -> str:  # sympy's
        tex = str(super().parenthesize(item, level, is_neg=is_neg, strict=strict))
        loose = item.is_Symbol and level >= PRECEDENCE["Pow"] and _binding(tex) != "atom"
        return rf"\left({tex}\right)" if loose else tex

    def parenthesize_super(self, s: str) -> str:
        """A raised sign inside of bars is no second exponent."""
        return s


def _binding(latex: str) -> str:
    """How tightly a piece holds together; what is not read as a formula is one sign of somebody's own."""
    try:
        return binding(latex)
    except UsageError:
        return "atom"


def _grasping(latex: str) -> bool:
    try:
        return grasping(latex)
    except UsageError:
        return False


def mathematics(expression: Any, known: Known = _NONE) -> str:
    r"""An expression in LaTeX, without dollar signs.

    >>> x = sympy.Symbol("gap")
    >>> mathematics(2 * x**2, {"gap": Quantity("gap", "its size", latex=r"\|\nabla f\|_2")})
    '2 \\|\\nabla f\\|_2^{2}'
    """
    return str(_Printer(known).doprint(sympy.sympify(expression)))


def inline(relation: Relation, known: Known = _NONE) -> str:
    """A relation between dollar signs, with the quantities as they were declared."""
    return f"${related(relation, known)}$"


def parted(relation: Relation, known: Known = _NONE, style: str = "") -> str:
    r"""A relation within a line that may be long: its sides between dollar signs, then its named parts.

    Args:
        relation: the relation.
        known: quantities by name.
        style: what each formula begins with, such as `\\displaystyle`.
    """
    rest, parts = split(relation.rhs, WITHIN, known)
    left, more = split(relation.lhs, WITHIN, known) if not parts else (relation.lhs, [])
    told = [related(Relation(left, relation.relation, rest), known)]
    told += [f"{mathematics(name, known)} = {mathematics(part, known)}" for name, part in (*parts, *more)]
    return ", ".join(f"${style}{formula}$" for formula in told)


def related(relation: Relation, known: Known = _NONE) -> str:
    """The same without dollar signs."""
    sign = RELATION.get(relation.relation, relation.relation)
    return f"{mathematics(relation.lhs, known)} {sign} {mathematics(relation.rhs, known)}"


def fragment(read: Loaded) -> str:
    """The fragment; its preamble is `amsmath` and a theorem environment named `theorem`, or `conjecture`.

    Where the theorem file gives its proof as steps, that stands in the environment `proof` of `amsthm`.
    """
    header, theorem = read.header, read.theorem
    label = re.sub(r"[^a-z0-9]+", "-", read.entry.id.lower())
    symbols = sorted((symbol.name for symbol in theorem.claim.free_symbols), key=str.lower)
    known = theorem.family.quantities
    quantities = [known[name] for name in symbols]
    kind = "conjecture" if theorem.conjecture else "theorem"
    origin = sources(read.entry, header)
    packages = "amsmath,amsthm" if theorem.proof else "amsmath"
    lines = [
        rf"% Preamble: \usepackage{{{packages}}} \newtheorem{{{kind}}}{{{kind.capitalize()}}}",
        rf"\begin{{{kind}}}\label{{thm:{label}}}",
        rf"\textup{{\textbf{{{prose(header.title.rstrip('.'))}.}}}}",  # in brackets LaTeX would not break it
        *_chance(theorem.claim, known),
        *_display(theorem.claim.main, known),
        *_items("Here", (f"${q.latex}$: {prose(q.meaning)}" for q in quantities if q.meaning != q.sign)),
        *_items(
            "Hypotheses", (f"{prose(name)}: {parted(found, known)}" for name, found in theorem.claim.given.items())
        ),
        *([f"Supposed: {prose(header.hypotheses.rstrip('.'))}."] if header.hypotheses else []),
        rf"\end{{{kind}}}",
        *_proof(theorem, known),
        *_items("About the bound", (_claim(claim, known) for claim in theorem.about_bound)),
        rf"Kind: {prose(header.kind)}.",
        *_printed(header),
        *(f"{label.capitalize()}: {prose(text.rstrip('.'))}." for label, text in origin.items() if text),
    ]
    return "\n".join(lines) + "\n"


def _printed(header: Header) -> list[str]:
    """What the paper prints, and how what is checked differs."""
    told = {"In the paper": header.printed, "Here": header.difference}
    return [f"{head}: {prose(str(text).rstrip('.'))}." for head, text in told.items() if text]


def _chance(claim: Claim, known: Known) -> list[str]:
    """The words before a claim that may fail."""
    chance = claim.probability
    return [] if chance is None else [f"With probability at least ${mathematics(chance, known)}$:"]


def _display(relation: Relation, known: Known) -> list[str]:
    rest, parts = split(relation.rhs, WIDTH, known)
    sign = RELATION.get(relation.relation, relation.relation)
    left, right = mathematics(relation.lhs, known), f"{sign} {mathematics(rest, known)}"
    broad = len(str(relation.lhs)) > WIDTH // 2
    rows = [f"&{left}\\\\\n&\\qquad {right}" if broad else f"{left} &{right}"]
    rows += [f"{mathematics(name, known)} &= {mathematics(part, known)}" for name, part in parts]
    where = ",\\\\\n\\intertext{where}\n" if parts else ""
    body = rows[0] + where + ",\\\\\n".join(rows[1:])
    return [r"\begin{align*}", f"{body}.", r"\end{align*}"]


# ---- the proof


def _proof(theorem: Theorem, known: Known) -> list[str]:
    """The proof as its steps say it: an item a step, then the chain that they make, where it is not too broad."""
    if not theorem.proof:
        return []
    names = {symbol.name for symbol in theorem.spoken - theorem.claim.free_symbols}
    quantities = [known[name] for name in sorted(names, key=str.lower)]
    here = _items("With", (f"${q.latex}$: {prose(q.meaning)}" for q in quantities if q.meaning != q.sign))
    items = [line for link in theorem.proof for line in _step(link, theorem, known)]
    steps = [r"\begin{enumerate}", *items, r"\end{enumerate}"]
    return [r"\begin{proof}", *here, *steps, *_chain(theorem, known), r"\end{proof}"]


def _step(link: Link, theorem: Theorem, known: Known) -> list[str]:
    tag = f"{prose(link.tag)} " if link.tag else ""
    reason = r"\emph{A gap}: this is not proved here" if link.gap else prose(link.reason.rstrip("."))
    supposed = "".join(f"; here {prose(name)}: {parted(each, known)}" for name, each in link.supposed.items())
    head = rf"\item {tag}{reason}{_used(link, theorem)}{supposed}:"
    return [head, *_chance(link.claim, known), *_display(link.claim.main, known)]


def _used(link: Link, theorem: Theorem) -> str:
    """The hypotheses that a step uses, where these are not all of the theorem's."""
    names = [name for name in link.claim.given if name not in link.supposed]
    if len(names) == len(theorem.claim.given):
        return ""
    return rf" \textup{{({prose(', '.join(names))})}}" if names else r" \textup{(without a hypothesis)}"


def _chain(theorem: Theorem, known: Known) -> list[str]:
    """What the proof has come to after every step; in words where that is a single step, or too broad."""
    links = theorem.proof
    broad = any(split(side, WIDTH, known)[1] for link in links for side in (link.whole.lhs, link.whole.rhs))
    if len(links) == 1 or broad:
        words = "what stands on its left by what stands on its right"
        return [] if len(links) == 1 else [f"Each step replaces, in what the proof has come to, {words}."]
    rows = [
        f"&{RELATION.get(link.whole.relation, link.whole.relation)} {mathematics(link.whole.rhs, known)}"
        f" && \\text{{by {link.number}}}"
        for link in links
    ]
    start = mathematics(links[0].whole.lhs, known)
    return ["Together:", r"\begin{align*}", f"{start} " + "\\\\\n".join(rows) + ".", r"\end{align*}"]


def _items(head: str, texts: Iterable[str]) -> list[str]:
    items = [rf"\item {text}" for text in texts]
    return [rf"\noindent {head}:", r"\begin{itemize}", *items, r"\end{itemize}"] if items else []


def _claim(claim: BoundClaim, known: Known) -> str:
    def written(expression: Any) -> str:
        return mathematics(expression, known)

    given = "".join(f", ${written(key)} = {written(value)}$" for key, value in (claim.given or {}).items())
    match claim:
        case Order(rate=rate):
            words = f"$O\\left({written(rate)}\\right)$"
        case Below(other=other):
            words = f"at most ${written(other)}$"
        case Limit(symbol=symbol, to=to, value=value):
            words = f"tends to ${written(value)}$ as ${written(symbol)} \\to {written(to)}$"
        case _:
            words = _labelled(claim, written)
    return words + given


def _labelled(claim: BoundClaim, written: Callable[[Any], str]) -> str:
    symbol = getattr(claim, "symbol", None)
    if symbol is None:
        return prose(claim.label)
    return f"{prose(claim.label.removesuffix(str(symbol)).rstrip())} ${written(symbol)}$"
