"""Papers: what each of them prints and says, and what was found of it, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wnverify.evidence import Item, Kind, Subject
from wnverify.papers import Paper
from wnverify.report.told.account import Account, Told
from wnverify.symbolic.kinds import BoundClaim
from wnverify.verdict import Verdict

MISSING = "no theorem checks it, and nobody says why"


@dataclass(frozen=True)
class PrintedRow:
    """A place of a paper, and a theorem that checks what is printed there.

    Args:
        place: in the paper.
        says: what is printed, or why no theorem checks it.
        source: a key of `wnverify.printed.READ`; empty where nothing is checked.
        relation: a key of `wnverify.printed.RELATIONS`; empty where the header does not say.
        account: of the theorem; None where none checks it.
    """

    place: str
    says: str
    source: str = ""
    relation: str = ""
    account: Account | None = None


@dataclass(frozen=True)
class SentenceRow:
    """A sentence of a paper, and what decided it.

    Args:
        sentence: in the paper's words.
        checked: as what it was checked.
        verdict: of that.
        reason: one sentence.
        account: the theorem that says so.
    """

    sentence: str
    checked: str
    verdict: Verdict
    reason: str
    account: Account


@dataclass(frozen=True)
class PaperAccount:
    """One paper.

    Args:
        folder: of its theorems.
        paper: what it is; None where the folder does not say.
        printed: its statements, in its order.
        sentences: what it says beside them.
        accounts: its theorems.
    """

    folder: str
    paper: Paper | None
    printed: tuple[PrintedRow, ...]
    sentences: tuple[SentenceRow, ...]
    accounts: tuple[Account, ...]


def papers(told: Told) -> list[PaperAccount]:
    """Every folder of a run, with what there is to tell of its paper; lone files belong to none."""
    folders: dict[str, list[Account]] = {}
    for account in told.accounts:
        if account.paper:
            folders.setdefault(account.paper, []).append(account)
    return [_paper(folder, told.papers.get(folder), accounts) for folder, accounts in folders.items()]


def _paper(folder: str, paper: Paper | None, accounts: Sequence[Account]) -> PaperAccount:
    printed, sentences = tuple(_printed(paper, accounts)), tuple(_sentences(accounts))
    return PaperAccount(folder, paper, printed, sentences, tuple(accounts))


def _printed(paper: Paper | None, accounts: Sequence[Account]) -> Iterator[PrintedRow]:
    """A row for every statement that a theorem checks, and for what none checks, with the reason."""
    order, left_out = (paper.printed, paper.left_out) if paper else ((), {})
    told = [(place, account) for account in accounts for place in _places(account)]
    for place in dict.fromkeys([*order, *(place for place, _ in told)]):
        rows = [_row(place, account) for named, account in told if named == place]
        yield from rows or [PrintedRow(place, left_out.get(place, MISSING))]


def _places(account: Account) -> tuple[str, ...]:
    header = account.source.header
    return header.printed.places if header and header.printed else ()


def _row(place: str, account: Account) -> PrintedRow:
    header = account.source.header
    printed, difference = (header.printed, header.difference) if header else (None, None)
    says, source = (printed.says, printed.source) if printed else ("", "")
    return PrintedRow(place, says, source, difference.word if difference else "", account)


def _sentences(accounts: Sequence[Account]) -> Iterator[SentenceRow]:
    for account in accounts:
        said = account.theorem.paper_says if account.theorem else {}
        for sentence, claim in said.items():
            if claim is None:
                yield SentenceRow(sentence, "the statement", account.verdict, _search(account), account)
            else:
                item = _decision(account, claim)
                checked = f"{'the bound' if claim.of is None else 'an expression of the bound'}: {claim}"
                yield SentenceRow(sentence, checked, item.outcome, item.reason, account)


def _decision(account: Account, claim: BoundClaim) -> Item:
    """The decision of a claim about the bound; they are decided in the order in which they are claimed."""
    claims = list(account.theorem.about_bound) if account.theorem else []
    items = [item for item in account.about if item.kind is Kind.BOUND]
    if len(items) < len(claims):
        return Item(str(claim), Kind.BOUND, Verdict.ERROR.name, "the symbolic check did not finish")
    return items[claims.index(claim)]


def _search(account: Account) -> str:
    """What the strongest search of the claim itself says, or the repetitions."""
    searches = [effort for effort in account.efforts if effort.subject is Subject.CLAIM]
    return searches[-1].reason if searches else account.evidence.reason
