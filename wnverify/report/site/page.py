"""The page of a theorem: what its account says, arranged and with every formula as MathML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import sympy
from markupsafe import Markup

from wnverify.claim import Relation
from wnverify.evidence import Subject
from wnverify.printed import READ, RELATIONS
from wnverify.report.instance import array_text
from wnverify.report.mathematics import Parts, split
from wnverify.report.site.drawing import caption, drawing
from wnverify.report.site.environment import rendered
from wnverify.report.site.mathml import displayed, inline, latex, related
from wnverify.report.site.text import code
from wnverify.report.told.account import Account, Hypothesis, Mutant, Told
from wnverify.report.words import formula

WIDTH = 76
"""A right side that prints wider than this is written with named parts."""
MOST_NUMBERS = 400
"""An instance with more numbers is downloaded, not printed."""


@dataclass(frozen=True)
class Value:
    """A number at an instance, and between which numbers it certainly lies; empty where nothing encloses it."""

    name: str
    value: str
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True)
class Saved:
    """The worst instance of a theorem as a file for `wnverify replay`.

    Args:
        file: its content.
        values: both sides and every quantity, as the file has them.
        certified: whether balls enclose them.
    """

    file: bytes
    values: Sequence[Value] = ()
    certified: bool = False


@dataclass(frozen=True)
class Where:
    """Where the other pages are, seen from the page of a theorem.

    Args:
        pages: of other theorems, by id.
        paper: of the paper, from the root; empty where it has none.
        bundle: the saved instance, from the root; empty where there is none.
    """

    pages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    paper: str = ""
    bundle: str = ""


@dataclass(frozen=True)
class _Symbol:
    sign: Markup
    domain: str
    meaning: str


@dataclass(frozen=True)
class _Hypothesis:
    told: Hypothesis
    says: Markup


@dataclass(frozen=True)
class _Mutant:
    told: Mutant
    changes: Sequence[Markup]
    whole: Markup | None


def page(account: Account, run: Told, where: Where, saved: Saved | None = None) -> bytes:
    """The page of one theorem.

    Args:
        account: of the theorem.
        run: the whole, of which the foot of the page tells.
        where: the other pages are.
        saved: its worst instance as a file; None where it is not kept.
    """
    short, parts = _split(account)
    return rendered(
        "theorem.html",
        account=account,
        run=run,
        header=account.source.header,
        read_words=READ,
        relation_words=RELATIONS,
        pages=where.pages,
        paper_page=where.paper,
        bundle=where.bundle,
        statement=displayed(short) if short else "",
        chance=inline(account.claim.probability) if account.claim and account.claim.probability is not None else "",
        parts=[displayed(Relation(name, "=", part)) for name, part in parts],
        latex=latex(account.claim.main) if account.claim else "",
        symbols=[_Symbol(inline(sympy.Symbol(s.name)), s.domain, s.meaning) for s in account.symbols],
        hypotheses=[_Hypothesis(each, _says(each)) for each in account.hypotheses],
        mutants=[_mutant(each, account, parts) for each in account.mutants],
        sharpness=next((e.reason for e in account.efforts if e.subject is Subject.PLACES), ""),
        values=_values(account, saved),
        certified=saved is not None and saved.certified,
        arrays=list(_arrays(account)),
        drawing=drawing(account.pictures, account.shown.instance) if account.shown else "",
        caption=caption(account.pictures),
        plots=[],
    )


def _split(account: Account) -> tuple[Relation | None, Parts]:
    """The statement with its named parts."""
    if account.claim is None:
        return None, []
    main = account.claim.main
    if len(str(main.rhs)) <= WIDTH:  # what is short as text is not wider as a formula
        return main, []
    short, parts = split(main.rhs, WIDTH)
    return Relation(main.lhs, main.relation, short), parts


def _says(hypothesis: Hypothesis) -> Markup:
    if hypothesis.relation is None:
        return code(formula(hypothesis.text))
    return related(hypothesis.relation)


def _mutant(mutant: Mutant, account: Account, parts: Parts) -> _Mutant:
    del account, parts
    return _Mutant(mutant, (), related(mutant.claim.main) if mutant.claim else None)


def _values(account: Account, saved: Saved | None) -> list[Value]:
    if saved is not None and saved.values:
        return list(saved.values)
    worst = account.shown
    if worst is None or "nan" in (worst.lhs, worst.rhs):
        return []
    return [Value("left side", f"{float(worst.lhs):.10g}"), Value("right side", f"{float(worst.rhs):.10g}")]


def _arrays(account: Account) -> Iterator[tuple[str, str]]:
    arrays = account.shown.instance.get("arrays", {}) if account.shown else {}
    if sum(len(array.get("hex", ())) for array in arrays.values()) > MOST_NUMBERS:
        return
    for name, array in arrays.items():
        try:
            yield name, array_text(array)
        except (ValueError, TypeError, LookupError, ZeroDivisionError):
            yield name, "damaged"
