"""One theorem as a page: statement, hypotheses, quantities, claims about the bound, and mutants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy
from rich.cells import cell_len
from rich.text import Text

from wnverify.catalogue import Loaded
from wnverify.claim import Claim, Relation
from wnverify.evidence import Item
from wnverify.papers import sources
from wnverify.quantities import Quantity
from wnverify.report.layout import Column, field, glossary, hanging, paragraph, table
from wnverify.report.mathematics import Known, Parts, abbreviate, line, sign_of, statement
from wnverify.report.proofs import proofs
from wnverify.report.words import formula
from wnverify.source import Header
from wnverify.theorem import Theorem
from wnverify.verdict import Verdict

LEAST_FORMULA = 40
"""No narrower are formulas drawn; on a narrower page they stand in one line, wrapped."""


def page(read: Loaded, width: int, items: Sequence[Item] = (), *, whole: bool = False) -> list[Text]:
    """The page of a theorem, within the width.

    Args:
        read: the theorem.
        width: of the terminal.
        items: what was decided about its bound; empty where nobody asked.
        whole: print certificates however long they are.
    """
    header, theorem, claim = read.header, read.theorem, read.theorem.claim
    known = theorem.family.quantities
    lines = [Text(read.entry.id, "bold"), *paragraph(header.title, width)]
    mathematics, parts = statement(claim.main, max(width - 4, LEAST_FORMULA), known)
    lines += _section("Statement", _formulas(claim.main, mathematics, parts, known, width))
    lines += _section("In words", paragraph(header.statement, width, indent=2))
    lines += _section("In the paper", in_the_paper(header, width))
    lines += _section(
        "Hypotheses", [*_hypotheses(claim, known, width), *paragraph(header.hypotheses, width, indent=2)]
    )
    lines += _section("Quantities", _quantities(theorem, width))
    about = proofs(items, width, whole=whole) or _bullets((str(found) for found in theorem.about_bound), width)
    lines += _section("About the bound", about)
    lines += _section("Mutants, each of which must be refuted", _mutants(theorem, parts, width))
    lines += _section("Source", _source(read, width))
    return lines


def _formulas(relation: Relation, drawn: Sequence[str], parts: Parts, known: Known, width: int) -> list[Text]:
    """The statement as it is drawn; if it is broader than the page, in single lines that can be wrapped."""
    if max(map(cell_len, drawn)) <= width - 4:
        return [Text(f"    {row}".rstrip(), "bold cyan") for row in drawn]
    short = Relation(relation.lhs, relation.relation, abbreviate(relation.rhs, parts))
    told = [line(short, known), *(f"{line(name, known)} = {line(part, known)}" for name, part in parts)]
    return [row for text in told for row in hanging(Text("  "), text, width, style="bold cyan")]


def _section(head: str, lines: list[Text]) -> list[Text]:
    return [Text(""), Text(head, "bold"), *lines] if lines else []


def _hypotheses(claim: Claim, known: Known, width: int) -> list[Text]:
    names = [Text(name) for name in claim.given]
    relations = [Text(line(relation, known), "cyan") for relation in claim.given.values()]
    return table([Column("", names), Column("", relations)], width, head=False) if names else []


def _quantities(theorem: Theorem, width: int) -> list[Text]:
    """Name as it is typed, sign, domain and meaning of every symbol of the claim, the meaning wrapped beside them."""
    names = sorted((symbol.name for symbol in theorem.claim.free_symbols), key=str.lower)
    known = [theorem.family.quantities[name] for name in names]
    rows = [(quantity.name, drawn(quantity), domain(quantity)) for quantity in known]
    return glossary(rows, [quantity.meaning for quantity in known], width)


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


def _bullets(texts: Iterable[str], width: int) -> list[Text]:
    return [line for text in texts for line in hanging(Text("  · "), formula(text), width)]


def _mutants(theorem: Theorem, parts: Parts, width: int) -> list[Text]:
    """Each mutant with its right side, written with the parts of the statement."""
    lines = []
    for name, claim in theorem.mutant_claims.items():
        changed = "" if claim.given == theorem.claim.given else "  (with other hypotheses)"
        wrong = Relation(claim.lhs, claim.relation, abbreviate(claim.rhs, parts))
        lines += [
            Text(f"  {name}{changed}"),
            *paragraph(line(wrong, theorem.family.quantities), width, indent=4, style="cyan"),
        ]
    return lines


def in_the_paper(header: Header, width: int) -> list[Text]:
    """What the paper prints, and how what is checked differs; nothing where the header does not say."""
    if not header.paper:
        return []
    if header.printed is None:
        return paragraph("This statement is not in it.", width, indent=2)
    lines = paragraph(str(header.printed), width, indent=2)
    return lines + (hanging(Text("  here: "), str(header.difference), width) if header.difference else [])


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
