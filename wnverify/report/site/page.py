"""The page of a theorem: what its account says, arranged and with every formula as MathML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sympy
from markupsafe import Markup

from wnverify.claim import Relation
from wnverify.evidence import Kind, StepFound, Subject, Worst
from wnverify.printed import READ, RELATIONS
from wnverify.report.difference import Change, Part, changes
from wnverify.report.instance import SMALL, array_text
from wnverify.report.latex import related as latex
from wnverify.report.mathematics import Known
from wnverify.report.site.drawing import caption, drawing
from wnverify.report.site.environment import rendered
from wnverify.report.site.figures import figures
from wnverify.report.site.mathml import displayed, inline, related
from wnverify.report.site.parts import NOTHING, Named, named_parts
from wnverify.report.site.text import code, visible
from wnverify.report.steps import carriers, shares_of, steps_of
from wnverify.report.told.account import Account, Hypothesis, Mutant, Place, Symbol, Told
from wnverify.report.words import formula
from wnverify.steps import Link

WIDTH = 76
"""A right side that prints wider than this is written with named parts."""
LONGEST_CHANGE = 6000
"""A change whose MathML is longer is not told apart from the whole mutant."""
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
    told: Symbol


@dataclass(frozen=True)
class _Hypothesis:
    told: Hypothesis
    says: Markup


@dataclass(frozen=True)
class _Step:
    told: StepFound
    says: Markup
    uses: str
    share: float


@dataclass(frozen=True)
class _Mutant:
    told: Mutant
    changes: Sequence[Markup]
    whole: Markup | None
    numbers: Sequence[tuple[str, str]]


def page(account: Account, run: Told, where: Where, saved: Saved | None = None) -> bytes:
    """The page of one theorem.

    Args:
        account: of the theorem.
        run: the whole, of which the foot of the page tells.
        where: the other pages are.
        saved: its worst instance as a file; None where it is not kept.
    """
    known, main = account.known, account.claim.main if account.claim else None
    named = named_parts(main.rhs, WIDTH, known) if main else NOTHING
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
        statement=displayed(main, known, named) if main else "",
        chance=_chance(account),
        parts=[displayed(Relation(name, "=", part), known, named) for part, name in named.items()],
        latex=latex(main, known) if main else "",
        symbols=[_Symbol(inline(sympy.Symbol(each.name), known), each) for each in account.symbols],
        hypotheses=[_Hypothesis(each, _says(each, known)) for each in account.hypotheses],
        mutants=[_mutant(each, account, named) for each in account.mutants],
        steps=_steps(account),
        carriers=carriers(steps_of(account.evidence)),
        sharpness=next((e.reason for e in account.efforts if e.subject is Subject.PLACES), ""),
        told_places=[place for place in account.places if _says_something(place)],
        other_places=[place for place in account.places if not _says_something(place)],
        values=_values(account, saved),
        certified=saved is not None and saved.certified,
        arrays=_numbers(account.shown, MOST_NUMBERS),
        drawing=drawing(account.pictures, account.shown.instance) if account.shown else "",
        caption=caption(account.pictures),
        plots=figures(account),
    )


def _says_something(place: Place) -> bool:
    """Whether some change of it was refuted."""
    return bool(place.below or place.above or place.kind is Kind.NEEDED)


def _chance(account: Account) -> Markup:
    if account.claim is None or account.claim.probability is None:
        return Markup("")
    return inline(account.claim.probability, account.known)


def _states(link: Link, known: Known) -> Markup:
    """What a step states, with the probability of one that may fail."""
    chance, stated = link.claim.probability, related(link.claim.main, known)
    return stated if chance is None else Markup("with probability {}: {}").format(inline(chance, known), stated)


def _says(hypothesis: Hypothesis, known: Known) -> Markup:
    if hypothesis.relation is None:
        return code(formula(hypothesis.text))
    return related(hypothesis.relation, known)


def _steps(account: Account) -> list[_Step]:
    """The steps of the proof, as formulas where the file that was checked is here."""
    found = steps_of(account.evidence)
    links = {link.name: link for link in account.theorem.proof} if account.theorem else {}
    pairs = zip(found, shares_of(found), strict=True)
    return [_step(step, share, links.get(step.name), account) for step, share in pairs]


def _step(step: StepFound, share: float, link: Link | None, account: Account) -> _Step:
    if link is None or account.theorem is None:
        return _Step(step, code(formula(step.statement)), "", share)
    names = list(link.claim.given)
    uses = "every hypothesis" if names == list(account.theorem.claim.given) else "; ".join(names) or "no hypothesis"
    return _Step(step, _states(link, account.known), uses, share)


def _mutant(mutant: Mutant, account: Account, named: Named) -> _Mutant:
    """A mutant by what it changes; the whole of it stands behind."""
    if mutant.claim is None or account.theorem is None:
        return _Mutant(mutant, (), None, ())
    lines = [_change(each, account.known, named) for each in changes(account.theorem.claim, mutant.claim)]
    told = [line for line in lines if len(line) <= LONGEST_CHANGE]
    return _Mutant(mutant, told, related(mutant.claim.main, account.known, named), _numbers(mutant.worst))


def _change(change: Change, known: Known, named: Named) -> Markup:
    """Old and new beside each other; what is left out or added has one of them."""
    old, new = (_part(part, known, named) for part in (change.old, change.new))
    where = Markup("{}: ").format(visible(change.where))
    role = f"the {change.role} " if change.role else ""
    if new is None:
        return where + Markup("without {}<del>{}</del>").format(role, old)
    if old is None:
        return where + Markup("with {}<ins>{}</ins>").format(role, new)
    return where + Markup("<del>{}</del> becomes <ins>{}</ins>").format(old, new)


def _part(part: Part, known: Known, named: Named) -> Markup | None:
    if part is None:
        return None
    if isinstance(part, Relation):
        return related(part, known, named)
    return inline(named.get(part, part), known, named)


def _values(account: Account, saved: Saved | None) -> list[Value]:
    if saved is not None and saved.values:
        return list(saved.values)
    worst = account.shown
    if worst is None or "nan" in (worst.lhs, worst.rhs):
        return []
    return [Value("left side", f"{float(worst.lhs):.10g}"), Value("right side", f"{float(worst.rhs):.10g}")]


def _numbers(worst: Worst | None, most: int = SMALL) -> list[tuple[str, str]]:
    """The arrays of an instance, where they are not too many numbers."""
    arrays = worst.instance.get("arrays", {}) if worst else {}
    if sum(len(array.get("hex", ())) for array in arrays.values()) > most:
        return []
    return [(name, _array(array)) for name, array in arrays.items()]


def _array(array: Mapping[str, Any]) -> str:
    try:
        return array_text(array)
    except (ValueError, TypeError, LookupError, ZeroDivisionError):
        return "damaged"
