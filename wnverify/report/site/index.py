"""The index: a table of papers, and one of theorems that sorts and filters itself where scripts run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wnverify.evidence import Number
from wnverify.report.site.environment import rendered
from wnverify.report.told.account import Account, Told
from wnverify.report.words import SYMBOL, counted
from wnverify.verdict import Verdict

ORDER = (
    Verdict.PROVED,
    Verdict.HELD,
    Verdict.REFUTED,
    Verdict.FLAWED,
    Verdict.VACUOUS,
    Verdict.UNDECIDED,
    Verdict.ERROR,
)


@dataclass(frozen=True)
class _Row:
    """A line of the table of theorems."""

    page: str
    name: str
    title: str
    paper: str
    account: Account
    ratio: Number | None
    order: float
    dead: int
    planted: int
    tried: int
    seconds: float | None
    tags: str


@dataclass(frozen=True)
class _Paper:
    """A line of the table of papers."""

    name: str
    page: str
    citation: str
    counts: Sequence[int]


def index(told: Told, pages: Mapping[str, str], papers: Mapping[str, str]) -> bytes:
    """The first page.

    Args:
        told: the run.
        pages: of the theorems, by id.
        papers: the pages of papers, by folder; perhaps not of all of them.
    """
    present = {account.verdict for account in told.accounts}
    verdicts = [verdict for verdict in ORDER if verdict in present]
    return rendered(
        "index.html",
        run=told,
        accounts=told.accounts,
        summary=summary(told),
        verdicts=[f"{SYMBOL[verdict]} {verdict.name.lower()}" for verdict in verdicts],
        papers=_papers(told, papers, verdicts),
        rows=[_row(account, pages[account.id]) for account in told.accounts],
        words=sorted({account.word for account in told.accounts}),
        tags=sorted({tag for account in told.accounts for tag in account.tags}),
    )


def summary(told: Told) -> str:
    """The run in a few sentences."""
    ours = [account for account in told.accounts if not account.evidence.is_control]
    controls = [account for account in told.accounts if account.evidence.is_control]
    planted = [mutant for account in told.accounts for mutant in account.mutants if not mutant.beyond]
    found = Counter(account.word.lstrip("✓∎✗○?!◇ ") for account in ours)
    outcomes = ", ".join(f"{number:,} {word}" for word, number in found.most_common())
    parts = [f"{counted(len(ours), 'statement')}: {outcomes or 'none'}."]
    if planted:
        parts.append(f"{sum(mutant.killed for mutant in planted):,} of {counted(len(planted), 'mutant')} refuted.")
    if controls:
        failed = sum(account.evidence.as_expected for account in controls)
        parts.append(f"{failed} of {counted(len(controls), 'control')} failed as planned.")
    return " ".join(parts)


def _row(account: Account, page: str) -> _Row:
    planted = [mutant for mutant in account.mutants if not mutant.beyond]
    ratio = account.worst.ratio if account.worst else None
    value = float(ratio) if ratio is not None else -1.0
    return _Row(
        page=page,
        name=account.name,
        title=account.title,
        paper=account.paper,
        account=account,
        ratio=ratio,
        order=-1.0 if math.isnan(value) else min(value, 1e300),
        dead=sum(mutant.killed for mutant in planted),
        planted=len(planted),
        tried=account.tried,
        seconds=account.seconds,
        tags="\n".join(account.tags),
    )


def _papers(told: Told, pages: Mapping[str, str], verdicts: Sequence[Verdict]) -> list[_Paper]:
    folders: dict[str, Counter[Verdict]] = {}
    for account in told.accounts:
        folders.setdefault(account.paper, Counter())[account.verdict] += 1
    cited = {name: paper.citation() for name, paper in told.papers.items()}
    return [
        _Paper(name, pages.get(name, ""), cited.get(name, ""), [found[verdict] for verdict in verdicts])
        for name, found in folders.items()
    ]
