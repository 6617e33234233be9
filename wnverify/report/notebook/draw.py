"""Notebook: a claim, a theorem or what was found of one, as HTML with formulas and tables; everything is escaped.

Formulas are MathML, which browsers set by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from markupsafe import Markup

from wnverify.claim import Claim, Relation
from wnverify.errors import WnverifyError
from wnverify.evidence import CheckEvidence, ClaimText, Record, TheoremEvidence
from wnverify.quantities import Quantity
from wnverify.report.findings import mutants_of, of_claim, survivors, tried
from wnverify.report.latex import inline as latex_inline
from wnverify.report.latex import mathematics
from wnverify.report.mathematics import Known, abbreviate, split
from wnverify.report.notebook.parts import heading, joined, paragraph, table, verdict
from wnverify.report.site.mathml import displayed, inline, related
from wnverify.report.site.text import code
from wnverify.report.words import formula, ratio_words, seconds_words, verdict_words
from wnverify.theorem import Theorem
from wnverify.typed.claim_text import claim_of
from wnverify.typed.parser import read
from wnverify.typed.vocabulary import BUILT_IN

WIDTH = 90
"""A right side that prints wider than this is shown with named parts."""


class Notebook:
    """Draws what stands below: claims, theorems, and what was found of them."""

    def html(self, value: object) -> str | None:
        """A value as HTML; None if it is another one."""
        match value:
            case Claim():
                return claim(value)
            case Theorem():
                return _theorem(value)
            case TheoremEvidence():
                return _evidence(value)
            case Record():
                return _record(value)
        return None

    def latex(self, value: object) -> str | None:
        """The statement between dollar signs; None where there is none."""
        found = value.claim if isinstance(value, Theorem) else value
        if isinstance(value, TheoremEvidence):
            found = _claim_of(value.claim)
        return latex_of(found) if isinstance(found, Claim) else None


ARTIST = Notebook()


def known_in(found: Claim) -> Known:
    """The quantities of a claim by name: its symbols say how they are written."""
    return {symbol.name: symbol for symbol in found.free_symbols if isinstance(symbol, Quantity)}


def latex_of(found: Claim) -> str:
    """A claim between dollar signs, with its probability."""
    known = known_in(found)
    text = latex_inline(found.main, known)
    if found.probability is None:
        return text
    return rf"$\Pr\left({text.strip('$')}\right) \ge {mathematics(found.probability, known)}$"


def claim(found: Claim) -> Markup:
    """A claim with its hypotheses."""
    return joined(statement(found), _given(found))


def statement(found: Claim) -> Markup:
    """A claim without its hypotheses, long ones with named parts."""
    known = known_in(found)
    rest, named = split(found.rhs, WIDTH, known)
    lines = [displayed(Relation(found.lhs, found.relation, rest), known)]
    lines += [paragraph("where")] if named else []
    lines += [displayed(Relation(name, "=", part), known) for name, part in named]
    if found.probability is not None:
        lines.insert(0, Markup("<p>with probability at least {}:</p>").format(inline(found.probability, known)))
    return joined(*lines)


def _given(found: Claim) -> Markup:
    known = known_in(found)
    return table(("hypothesis", ""), [(name, related(relation, known)) for name, relation in found.given.items()])


def _theorem(theorem: Theorem) -> Markup:
    found, known = theorem.claim, theorem.family.quantities
    names = sorted((symbol.name for symbol in found.free_symbols), key=str.lower)
    quantities = [(inline(known[name], known), known[name].meaning) for name in names]
    about = [(formula(str(each)),) for each in theorem.about_bound]
    parts = split(found.rhs, WIDTH, known)[1]
    mutants = [
        (name, related(Relation(wrong.lhs, wrong.relation, abbreviate(wrong.rhs, parts)), known))
        for name, wrong in theorem.mutant_claims.items()
    ]
    return joined(
        heading(theorem.name or "theorem", f"family {theorem.family.name}"),
        claim(found),
        table(("quantity", "meaning"), quantities),
        table(("about the bound",), about),
        table(("mutant", "must be refuted"), mutants),
    )


def _claim_of(text: ClaimText) -> Claim | None:
    """The claim that a record holds as text, in the quantities that a family knows; None if it cannot be read."""
    with suppress(WnverifyError):
        sides = [text.lhs, text.rhs, *(side for each in text.given for side in (each.lhs, each.rhs))]
        names = {name for side in sides if side != "oo" for name in read(side, relation=False).names}
        return claim_of(text, BUILT_IN.family_of(names).quantities)
    return None


def _evidence(evidence: TheoremEvidence) -> Markup:
    found = _claim_of(evidence.claim)
    shown = claim(found) if found else Markup("<p>{}</p>").format(code(evidence.statement))
    counts = f"{tried(evidence.checks):,} instances"
    if mutants := mutants_of(evidence):
        counts += f"; {len(mutants) - len(survivors(evidence))} of {len(mutants)} mutants refuted"
    return joined(
        heading(evidence.id, verdict(*verdict_words(evidence)), counts),
        shown,
        paragraph(evidence.reason),
        _checks(evidence.checks),
    )


def _checks(checks: Sequence[CheckEvidence]) -> Markup:
    rows = [
        (
            check.check,
            check.verdict.lower(),
            ratio_words(check.worst.ratio) if check.worst else "–",
            f"{check.tried:,}" if check in of_claim(checks) else "–",
            check.reason,
        )
        for check in checks
    ]
    return table(("check", "verdict", "worst ratio", "instances", "reason"), rows)


def _record(record: Record) -> Markup:
    rows = [
        (
            evidence.id,
            verdict(*verdict_words(evidence)),
            ratio_words(evidence.worst.ratio) if evidence.worst else "–",
            f"{tried(evidence.checks):,}",
            seconds_words(sum(record.times.get(evidence.id, {}).values())) if record.times else "",
        )
        for evidence in record.theorems
    ]
    unread = [(name, why) for name, why in record.unread.items()]
    return joined(
        table(("theorem", "verdict", "worst ratio", "instances", "time"), rows),
        table(("could not be read", ""), unread),
    )
