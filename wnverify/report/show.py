"""One theorem as a page: statement, hypotheses, quantities, claims about the bound, and mutants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sympy
from rich.cells import cell_len
from rich.text import Text

from wnverify.catalogue import Loaded
from wnverify.claim import Claim, Relation
from wnverify.evidence import Item, ShapeProof, StepFound
from wnverify.papers import sources
from wnverify.quantities import Quantity
from wnverify.report.difference import RIGHT, Change, Part, changes
from wnverify.report.layout import Column, field, glossary, hanging, paragraph, table
from wnverify.report.mathematics import Known, Parts, abbreviate, headline, line, sign_of, statement
from wnverify.report.proofs import proofs
from wnverify.report.proved import HEAD
from wnverify.report.proved import lines as proofs_of_shapes
from wnverify.report.steps import proof
from wnverify.report.words import COLOUR, SYMBOL, formula
from wnverify.source import Header
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

LONGEST = 240
"""A difference of a mutant that would be longer is left to `--all`."""
TALLEST = 16
"""Of a statement drawn in more lines the named parts stand in single ones, where the page should fit a screen."""
WIDEST = 400
"""A meaning is laid out in so many columns before it is cut to the page."""
LEAST_FORMULA = 40
"""No narrower are formulas drawn; on a narrower page they stand in one line, wrapped."""


def page(
    read: Loaded,
    width: int,
    items: Sequence[Item] = (),
    *,
    steps: Sequence[StepFound] = (),
    proved: Sequence[ShapeProof] = (),
    whole: bool = False,
) -> list[Text]:
    """The page of a theorem, within the width: what fits a screen, or the whole of it.

    Args:
        read: the theorem.
        width: of the terminal.
        items: what was decided about its bound; empty where nobody asked.
        steps: what was found of the steps of its proof; empty where nobody asked.
        proved: the certificates of it for all networks of a shape.
        whole: also the header's words, proofs, meanings to their end, and where everything comes from.
    """
    header, theorem, claim = read.header, read.theorem, read.theorem.claim
    known = theorem.family.quantities
    lines = [Text(read.entry.id, "bold"), *paragraph(header.title, width)]
    parts = headline(claim.main, max(width - 4, LEAST_FORMULA), known)[1]
    lines += _section("Statement", [*_chance(claim, known), *_statement(claim.main, known, width, whole=whole)])
    if whole:
        lines += _section("In words", paragraph(header.statement, width, indent=2))
        lines += _section("In the paper", in_the_paper(header, width))
    supposed = paragraph(header.hypotheses, width, indent=2) if whole else []
    lines += _section("Hypotheses", [*_hypotheses(claim, known, width), *supposed])
    lines += _section("Quantities", _quantities(theorem, width, whole=whole))
    lines += _section("Proof", proof(theorem, width, steps, whole=whole))
    lines += _section(HEAD, proofs_of_shapes(proved, width))
    lines += _section("About the bound", _about(read, items, width, whole=whole))
    lines += _section(
        "Mutants, each of which must be refuted", (_whole_mutants if whole else _mutants)(theorem, parts, width)
    )
    return lines + _section("Source", (_source if whole else _origin)(read, width))


def _about(read: Loaded, items: Sequence[Item], width: int, *, whole: bool) -> list[Text]:
    """What is claimed of the bound: with its proofs, or gathered by verdict."""
    if whole and items:
        return proofs(items, width, whole=True)
    if not items:
        return paragraph(formula("; ".join(map(str, read.theorem.about_bound))), width, indent=2)
    verdicts = dict.fromkeys(item.outcome for item in items)
    told = {each: "; ".join(item.name for item in items if item.outcome is each) for each in verdicts}
    return [
        line
        for each, names in told.items()
        for line in hanging(Text(f"  {SYMBOL[each]} {each.name.lower()}: ", COLOUR[each]), formula(names), width)
    ]


def _statement(relation: Relation, known: Known, width: int, *, whole: bool) -> list[Text]:
    """The statement as it is drawn; its named parts in single lines where that is tall, all of it where too broad."""
    room = max(width - 4, LEAST_FORMULA)
    rows, parts = statement(relation, room, known)
    named = [f"{line(name, known)} = {line(part, known)}" for name, part in parts]
    tall = len(rows) > TALLEST and not whole
    rows, told = (headline(relation, room, known)[0], named) if tall else (rows, [])
    if max(map(cell_len, rows), default=0) > width - 4:
        short = Relation(relation.lhs, relation.relation, abbreviate(relation.rhs, parts))
        rows, told = [], [line(short, known), *named]
    drawn_rows = [Text(f"    {row}".rstrip(), "bold cyan") for row in rows]
    return [*drawn_rows, *(row for text in told for row in hanging(Text("    "), text, width, style="bold cyan"))]


def _chance(claim: Claim, known: Known) -> list[Text]:
    """With which probability a claim holds that may fail."""
    chance = claim.probability
    return [] if chance is None else [Text(f"  with probability at least {line(chance, known)}:", "cyan")]


def _section(head: str, lines: list[Text]) -> list[Text]:
    return [Text(""), Text(head, "bold"), *lines] if lines else []


def _hypotheses(claim: Claim, known: Known, width: int) -> list[Text]:
    names = [Text(name) for name in claim.given]
    relations = [Text(line(relation, known), "cyan") for relation in claim.given.values()]
    return table([Column("", names), Column("", relations)], width, head=False) if names else []


def _quantities(theorem: Theorem, width: int, *, whole: bool) -> list[Text]:
    """Name as typed, sign, domain and meaning of every symbol of the claim, on a line; or whole, of the proof too."""
    symbols = theorem.spoken if whole else theorem.claim.free_symbols
    names = sorted((symbol.name for symbol in symbols), key=str.lower)
    known = [theorem.family.quantities[name] for name in names]
    rows = [(quantity.name, drawn(quantity), domain(quantity)) for quantity in known]
    meanings = [quantity.meaning for quantity in known]
    if whole:
        return glossary(rows, meanings, width)
    return [_cut(line, width) for line in glossary(rows, meanings, max(width, WIDEST))]


def _cut(line: Text, width: int) -> Text:
    """A line that ends with `…` behind a whole word where it would not fit.

    >>> print(_cut(Text("beta  smoothness of the activation"), 25), _cut(Text("least norm"), 10), sep=chr(10))
    beta  smoothness of the…
    least norm
    """
    if cell_len(line.plain) <= width:
        return line
    kept = line.copy()
    kept.truncate(max(width, 1), overflow="ellipsis")
    last = kept.plain.rfind(" ", 0, len(kept.plain) - 1)
    word = kept.plain[:last].rstrip()
    if len(word) <= width // 2:  # a first word that fills the line
        return kept
    kept.truncate(cell_len(word))
    return kept.append("…")


def drawn(quantity: Quantity) -> str:
    """The sign of a quantity in formulas; nothing where that is its name."""
    sign = sign_of(quantity.name, quantity.latex)[0]
    found = formula(quantity.name) if sign == quantity.name else sign
    return "" if found == quantity.name else found


def domain(quantity: Quantity) -> str:
    """The domain of a symbol in words."""
    kind = "integer" if quantity.is_integer else "real"
    if quantity.low == -sympy.oo:
        return kind
    return f"{kind} {'>' if quantity.strict else '≥'} {quantity.low}"


def _mutants(theorem: Theorem, parts: Parts, width: int) -> list[Text]:
    """What each mutant changes of the claim, in the parts of the statement where that is shorter."""
    rows = [(name, _difference(theorem, wrong, parts)) for name, wrong in theorem.mutant_claims.items()]
    size = max((min(cell_len(name), width // 2) for name, _ in rows), default=0)
    return [
        row
        for name, told in rows
        for row in hanging(Text(f"  {name}" + " " * max(size - cell_len(name), 0) + "  ", "cyan"), told, width)
    ]


def _whole_mutants(theorem: Theorem, parts: Parts, width: int) -> list[Text]:
    """Each mutant with what it changes, and its right side written with the parts of the statement."""
    lines, known = [], theorem.family.quantities
    for name, wrong in theorem.mutant_claims.items():
        lines += hanging(Text(f"  {name}: "), _difference(theorem, wrong, parts), width)
        short = Relation(wrong.lhs, wrong.relation, abbreviate(wrong.rhs, parts))
        lines += paragraph(line(short, known), width, indent=4, style="cyan")
    return lines


def _difference(theorem: Theorem, wrong: Claim, parts: Parts) -> str:
    """The parts that differ, on one line: `(ρ + 1) → 1`; what would be longer than a formula is not told."""
    known, claim = theorem.family.quantities, theorem.claim
    short = changes(_abbreviated(claim, parts), _abbreviated(wrong, parts))
    told = min((_changed(found, known) for found in (changes(claim, wrong), short)), key=len)
    return told if len(told) <= LONGEST else "the right side as a whole"


def _abbreviated(claim: Claim, parts: Parts) -> Claim:
    return replace(claim, rhs=abbreviate(claim.rhs, parts))


def _changed(found: Sequence[Change], known: Known) -> str:
    """Every change on one line."""
    told = []
    for change in found:
        where = "" if change.where == RIGHT else f"{change.where}: "
        told.append(where + _replaced(change.old, change.new, known))
    return "; ".join(told)


def _replaced(old: Part, new: Part, known: Known) -> str:
    if old is None or new is None:
        return f"without {line(old, known)}" if old is not None else f"with {line(new, known)}" if new else ""
    return f"{line(old, known)} → {line(new, known)}"


def in_the_paper(header: Header, width: int) -> list[Text]:
    """What the paper prints, and how what is checked differs; nothing where the header does not say."""
    if not header.paper:
        return []
    if header.printed is None:
        return paragraph("This statement is not in it.", width, indent=2)
    lines = paragraph(str(header.printed), width, indent=2)
    return lines + (hanging(Text("  here: "), str(header.difference), width) if header.difference else [])


def _origin(read: Loaded, width: int) -> list[Text]:
    """Where it comes from, briefly."""
    header, theorem = read.header, read.theorem
    control = f", must come out {theorem.expect.name}" if theorem.expect is not Verdict.HELD else ""
    fields = {
        "kind": f"{header.label}: {header.kind}{control}",
        "follows from": ", ".join(theorem.corollary_of),
        "paper": sources(read.entry, header).get("paper", header.references),
        "family": theorem.family.name,
    }
    rest = f"`wnverify show {read.entry.id} --all`: in words, in the paper, proofs, meanings, sources"
    told = [field(label, text, WIDEST)[0] for label, text in fields.items() if text]
    return [*(_cut(row, width) for row in told), *paragraph(rest, width, indent=2, style="dim")]


def _source(read: Loaded, width: int) -> list[Text]:
    entry, header, theorem = read.entry, read.header, read.theorem
    settings = "; ".join(f"{name}: {', '.join(values)}" for name, values in theorem.settings.items())
    control = theorem.expect is not Verdict.HELD
    fields = {
        "kind": header.kind,
        "label": header.label,
        "follows from": ", ".join(theorem.corollary_of),
        "control": f"must come out {theorem.expect.name}" if control else "",
        "conjecture": "not proved; at best it is not refuted" if theorem.conjecture else "",
        "family": theorem.family.name,
        "only for": settings,
        **sources(entry, header),
        "tags": ", ".join(header.tags),
        "file": str(entry.path),
    }
    return [line for label, text in fields.items() if text for line in field(label, text, width)]
