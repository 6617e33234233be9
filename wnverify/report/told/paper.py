"""A paper as it was checked: what it prints, place by place, and its sentences, each with what decided it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wnverify.evidence import Item, Kind, Subject
from wnverify.papers import Paper
from wnverify.printed import READ, RELATIONS
from wnverify.report.told.account import Account, Hypothesis, Told
from wnverify.symbolic.claims import BoundClaim
from wnverify.verdict import Verdict

MISSING = "missing"
"""What is said of a place that no theorem checks and no reason leaves out."""


@dataclass(frozen=True)
class Printed:
    """A place of the paper and a theorem that checks what stands there.

    Args:
        place: where.
        says: what is printed, or why no theorem checks it.
        account: the theorem; None where none checks it.
    """

    place: str
    says: str
    account: Account | None = None

    @property
    def source(self) -> str:
        """Which text what is printed was taken from."""
        header = self.account.source.header if self.account else None
        return header.printed.source if header and header.printed else ""

    @property
    def relation(self) -> str:
        """How what is checked differs from what is printed."""
        header = self.account.source.header if self.account else None
        return str(header.difference or "") if header else ""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the paper.

    Args:
        says: the sentence.
        account: the theorem that checks it.
        checked: as what.
        verdict: what was found.
        evidence: why, in a sentence.
    """

    says: str
    account: Account
    checked: str
    verdict: Verdict
    evidence: str


@dataclass(frozen=True)
class Condition:
    """A hypothesis on a computed number, and how often it was met."""

    account: Account
    hypothesis: Hypothesis


@dataclass(frozen=True)
class PaperPage:
    """A paper.

    Args:
        folder: of its theorems.
        paper: what its `_paper.toml` says; None where there is none.
        accounts: its theorems.
        printed: its places in the paper's order.
        sentences: what it says in words.
        conditions: hypotheses on computed numbers.
        words: what the words for sources and relations mean that are used.
        undated: theorems of which no file with the text that was checked is here, so that nothing of it is told.
    """

    folder: str
    paper: Paper | None
    accounts: tuple[Account, ...]
    printed: tuple[Printed, ...]
    sentences: tuple[Sentence, ...]
    conditions: tuple[Condition, ...]
    words: Mapping[str, str]
    undated: tuple[str, ...]


def papers(told: Told) -> list[PaperPage]:
    """The papers of a run that list what they print, in the order of their theorems; controls come nowhere."""
    folders = dict.fromkeys(account.paper for account in told.accounts)
    known = [name for name in folders if (paper := told.papers.get(name)) is not None and paper.printed]
    return [paper_page(told, name) for name in known]


def paper_page(told: Told, folder: str) -> PaperPage:
    """One paper of a run.

    Args:
        told: the run.
        folder: of its theorems.
    """
    accounts = tuple(account for account in told.accounts if account.paper == folder)
    paper = told.papers.get(folder)
    return PaperPage(
        folder=folder,
        paper=paper,
        accounts=accounts,
        printed=tuple(_printed(paper, accounts)),
        sentences=tuple(_sentences(accounts)),
        conditions=tuple(_conditions(accounts)),
        words=_words(accounts),
        undated=tuple(account.id for account in accounts if account.theorem is None),
    )


def _printed(paper: Paper | None, accounts: Iterable[Account]) -> Iterator[Printed]:
    """A row for every statement that a theorem checks, in the paper's order; those that none checks too."""
    order, left_out = (paper.printed, paper.left_out) if paper else ((), {})
    told = [
        (place, account, header.printed.says)
        for account in accounts
        if (header := account.source.header) and header.printed
        for place in header.printed.places
    ]
    for place in dict.fromkeys([*order, *(place for place, _, _ in told)]):
        rows = [Printed(place, says, account) for named, account, says in told if named == place]
        yield from rows or [Printed(place, left_out.get(place, MISSING))]


def _sentences(accounts: Iterable[Account]) -> Iterator[Sentence]:
    for account in accounts:
        for says, claim in (account.theorem.paper_says if account.theorem else {}).items():
            if claim is None:
                checked, found = f"the statement: {account.title}", _searched(account)
                yield Sentence(says, account, checked, account.verdict, found)
            else:
                item = _decision(account, claim)
                subject = "the bound" if claim.of is None else "an expression of the bound"
                yield Sentence(says, account, f"{subject}: {claim}", item.outcome, item.reason)


def _decision(account: Account, claim: BoundClaim) -> Item:
    """The decision of a claim about the bound; they are decided in the order in which they are claimed."""
    claims: Sequence[BoundClaim] = list(account.theorem.about_bound) if account.theorem else []
    items = [item for item in account.about if item.kind is Kind.BOUND]
    if len(items) < len(claims):
        return Item(str(claim), Kind.BOUND, Verdict.ERROR.name, "the symbolic check did not finish")
    return items[claims.index(claim)]


def _searched(account: Account) -> str:
    """What the strongest search of the claim itself says, or the repetitions."""
    searches = [effort for effort in account.efforts if effort.subject is Subject.CLAIM]
    return searches[-1].reason if searches else account.evidence.reason


def _conditions(accounts: Iterable[Account]) -> Iterator[Condition]:
    """Hypotheses on computed numbers (`α > 0`, a step below 2/β): how often they are met says what is shown."""
    for account in accounts:
        for each in account.hypotheses:
            relation = each.relation
            if relation is not None and not relation.lhs.is_Symbol and relation.relation in ("<", ">", "<=", ">="):
                yield Condition(account, each)


def _words(accounts: Iterable[Account]) -> dict[str, str]:
    headers = [account.source.header for account in accounts if account.source.header]
    used = {header.printed.source for header in headers if header.printed}
    used |= {header.difference.word for header in headers if header.difference}
    return {word: meaning for word, meaning in (READ | RELATIONS).items() if word in used}
