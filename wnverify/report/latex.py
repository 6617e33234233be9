"""A theorem as a LaTeX fragment in plain ASCII: statement, hypotheses, claims about the bound."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter

from wnverify.catalogue import Loaded
from wnverify.claim import Relation
from wnverify.papers import sources
from wnverify.report.mathematics import split
from wnverify.report.signs import runs, within_word
from wnverify.report.words import GREEK
from wnverify.source import Header
from wnverify.symbolic.kinds import Below, BoundClaim, Limit, Order

WIDTH = 90
"""A right side that prints wider than this is written with named parts."""
RELATION: Mapping[str, str] = MappingProxyType({"<=": r"\le", ">=": r"\ge"})
SIGNS: Mapping[str, str] = MappingProxyType({
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "∞": r"\infty", "√": r"\surd", "∇": r"\nabla",
    "∂": r"\partial", "‖": r"\|", "⟨": r"\langle", "⟩": r"\rangle", "·": r"\cdot", "×": r"\times", "−": "-",
    "→": r"\to", "↦": r"\mapsto", "∈": r"\in", "∀": r"\forall", "Σ": r"\Sigma", "∑": r"\sum", "∏": r"\prod",
    "′": "'", "″": "''", "½": r"\tfrac12", "¼": r"\tfrac14", "±": r"\pm", "ℓ": r"\ell", "𝓛": r"\mathcal{L}",
    "Φ": r"\Phi", "Δ": r"\Delta", "Ω": r"\Omega", "ς": r"\varsigma", "ϕ": r"\phi", "ε": r"\varepsilon",
} | {sign: f"\\{name}" for name, sign in GREEK.items()})  # fmt: skip
ESCAPED: Mapping[str, str] = MappingProxyType(
    {char: f"\\{char}" for char in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$"}
    | {"|": r"$|$", "—": "---", "–": "--", "“": "``", "”": "''", "’": "'", "…": r"\dots{}"}
)
HATS: Mapping[str, str] = MappingProxyType(
    {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot", "\u0308": r"\ddot"}
)
ACCENTS: Mapping[str, str] = MappingProxyType({
    "\u0300": r"\`", "\u0301": r"\'", "\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\=", "\u0306": r"\u",
    "\u0307": r"\.", "\u0308": r"\"", "\u030a": r"\r", "\u030b": r"\H", "\u030c": r"\v", "\u0327": r"\c",
    "\u0328": r"\k",
})  # fmt: skip
LETTERS: Mapping[str, str] = MappingProxyType({
    "Ł": r"\L{}", "ł": r"\l{}", "Ø": r"\O{}", "ø": r"\o{}", "ß": r"\ss{}", "Æ": r"\AE{}", "æ": r"\ae{}",
    "Œ": r"\OE{}", "œ": r"\oe{}", "ı": r"\i{}",
})  # fmt: skip


class _Printer(LatexPrinter):  # type: ignore[misc]  # sympy ships no types
    """sympy's printer, but a name of several words is set upright, as one name."""

    def _print_Symbol(self, symbol: sympy.Symbol, style: str = "plain") -> str:
        name = symbol.name
        if "_" in name or (name.isalpha() and len(name) > 1 and name not in GREEK):
            return _upright(symbol.name)
        return str(LatexPrinter._print_Symbol(self, symbol, style))

    _print_Quantity = _print_Symbol  # not the physical quantity that sympy means by this name


def _upright(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


def mathematics(expression: Any) -> str:
    """An expression in LaTeX, without dollar signs."""
    return str(_Printer().doprint(sympy.sympify(expression)))


def inline(relation: Relation) -> str:
    """A relation between dollar signs."""
    sign = RELATION.get(relation.relation, relation.relation)
    return f"${mathematics(relation.lhs)} {sign} {mathematics(relation.rhs)}$"


def prose(text: str) -> str:
    r"""Unicode prose as ASCII LaTeX: signs become mathematics, special characters are escaped.

    >>> prose("‖x‖₂ ≤ 1 & 5 %")
    '$\\|$x$\\|_{2}$ $\\le$ 1 \\& 5 \\%'
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    parts = [_sign(text[start:end], within=within_word(text, start, end)) for start, end in runs(text)]
    joined = ""
    for part in parts:
        both = joined.endswith("$") and not joined.endswith(r"\$") and part.startswith("$")
        joined = joined[:-1] + (part[1:] if part[1:2] in "^_" else " " + part[1:]) if both else joined + part
    return joined


def _sign(run: str, *, within: bool) -> str:
    """One character, or those that belong together; `within` a word a mark on a letter is an accent."""
    if run in ESCAPED or run in SIGNS or run in LETTERS:
        return ESCAPED.get(run) or LETTERS.get(run) or f"${SIGNS[run]}$"
    if run.isascii():
        return run
    letter, *marks = list(unicodedata.normalize("NFD", run))
    if len(marks) == 1 and marks[0] in (ACCENTS if within else HATS):
        base = SIGNS.get(letter, letter)
        return f"{ACCENTS[marks[0]]}{{{letter}}}" if within else f"${HATS[marks[0]]}{{{base}}}$"
    plain = unicodedata.normalize("NFKD", run).replace("−", "-")
    level = unicodedata.decomposition(run[0])
    if level.startswith("<su") and plain.isascii():
        return f"${'^' if 'super' in level else '_'}{{{plain}}}$"
    kept = plain.encode("ascii", "ignore").decode()  # an accented letter loses its accent, nothing else is lost
    return kept or "".join(f"[U+{ord(char):04X}]" for char in run)


def fragment(read: Loaded) -> str:
    """The fragment; its preamble is `amsmath` and a theorem environment named `theorem`, or `conjecture`."""
    header, theorem = read.header, read.theorem
    label = re.sub(r"[^a-z0-9]+", "-", read.entry.id.lower())
    symbols = sorted((symbol.name for symbol in theorem.claim.free_symbols), key=str.lower)
    quantities = [theorem.family.quantities[name] for name in symbols]
    kind = "conjecture" if theorem.conjecture else "theorem"
    origin = sources(read.entry, header)
    lines = [
        rf"% Preamble: \usepackage{{amsmath}} \newtheorem{{{kind}}}{{{kind.capitalize()}}}",
        rf"\begin{{{kind}}}[{{{prose(header.title.rstrip('.'))}}}]\label{{thm:{label}}}",
        *_display(theorem.claim.main),
        *_items("Here", (f"${mathematics(q)}$: {prose(q.meaning)}" for q in quantities)),
        *_items("Hypotheses", (f"{prose(name)}: {inline(found)}" for name, found in theorem.claim.given.items())),
        *([f"Supposed: {prose(header.hypotheses.rstrip('.'))}."] if header.hypotheses else []),
        rf"\end{{{kind}}}",
        *_items("About the bound", (_claim(claim) for claim in theorem.about_bound)),
        rf"Kind: {prose(header.kind)}.",
        *_printed(header),
        *(f"{label.capitalize()}: {prose(text.rstrip('.'))}." for label, text in origin.items() if text),
    ]
    return "\n".join(lines) + "\n"


def _printed(header: Header) -> list[str]:
    """What the paper prints, and how what is checked differs."""
    told = {"In the paper": header.printed, "Here": header.difference}
    return [f"{head}: {prose(str(text).rstrip('.'))}." for head, text in told.items() if text]


def _display(relation: Relation) -> list[str]:
    rest, parts = split(relation.rhs, WIDTH)
    sign = RELATION.get(relation.relation, relation.relation)
    rows = [f"{mathematics(relation.lhs)} &{sign} {mathematics(rest)}"]
    rows += [f"{mathematics(name)} &= {mathematics(part)}" for name, part in parts]
    where = ",\\\\\n\\intertext{where}\n" if parts else ""
    body = rows[0] + where + ",\\\\\n".join(rows[1:])
    return [r"\begin{align*}", f"{body}.", r"\end{align*}"]


def _items(head: str, texts: Iterable[str]) -> list[str]:
    items = [rf"\item {text}" for text in texts]
    return [rf"\noindent {head}:", r"\begin{itemize}", *items, r"\end{itemize}"] if items else []


def _claim(claim: BoundClaim) -> str:
    given = "".join(f", ${mathematics(key)} = {mathematics(value)}$" for key, value in (claim.given or {}).items())
    return _claim_words(claim) + given


def _claim_words(claim: BoundClaim) -> str:
    match claim:
        case Order(rate=rate):
            return f"$O\\left({mathematics(rate)}\\right)$"
        case Below(other=other):
            return f"at most ${mathematics(other)}$"
        case Limit(symbol=symbol, to=to, value=value):
            return f"tends to ${mathematics(value)}$ as ${mathematics(symbol)} \\to {mathematics(to)}$"
    symbol = getattr(claim, "symbol", None)
    if symbol is None:
        return prose(claim.label)
    return f"{prose(claim.label.removesuffix(str(symbol)).rstrip())} ${mathematics(symbol)}$"
