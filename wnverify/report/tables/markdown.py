"""A run, and a paper of it, as Markdown: for a README, a review, or the folder of reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from wnverify.claim import RELATIONS
from wnverify.evidence import Acceptance
from wnverify.report.mathematics import line, split
from wnverify.report.proved import HEAD, marked, sentence
from wnverify.report.tables.escape import markdown_text
from wnverify.report.told.account import Account, Told
from wnverify.report.told.paper import PaperPage, Printed
from wnverify.report.words import formula, ratio_words

HEADS = ("theorem", "statement", "verdict", "worst ratio", "mutants refuted")
PRINTED = ("place", "the paper prints", "source", "checked in", "as", "relation", "verdict")
SENTENCES = ("the paper says", "checked as", "verdict", "evidence", "theorem")
CONDITIONS = ("theorem", "condition", "met by random instances", "met in all searches")
REMARK = (
    "*Held* means: not refuted by the search described. It is evidence, not proof; *proved* is an exact argument, "
    "confirmed by sampling."
)
WIDTH = 60
"""A right side that is broader when it is drawn is written with named parts."""
LONGEST = 400
"""A statement that is longer on one line is cut in a table; the page of the theorem has all of it."""
Link = Callable[[Account], str]


def plainly(account: Account) -> str:
    """The name of a theorem where nothing can be linked."""
    return markdown_text(account.id)


def markdown_table(told: Told, link: Link = plainly) -> str:
    """The theorems of a run as a table, below a line that says which run.

    Args:
        told: the run.
        link: the name of a theorem in Markdown, perhaps with a link.
    """
    stopped = " The run was stopped before its end." if told.interrupted else ""
    run = f"Budget {told.budget}, seed {told.seed}, wnverify {told.wnverify}."
    lost = [f"- {markdown_text(name)}: not checked, {markdown_text(why)}" for name, why in told.unread.items()]
    lines = [
        markdown_text(run) + stopped + f" {REMARK}",
        "",
        *table(HEADS, (_theorem(a, link) for a in told.accounts)),
    ]
    lines += _proved(told, link)
    return "\n".join([*lines, *(["", *lost] if lost else [])]) + "\n"


def _proved(told: Told, link: Link) -> list[str]:
    """A line a certificate; nothing where there is none."""
    rows = [f"- {link(each)}: {markdown_text(sentence(one))}" for each in told.accounts for one in each.proved]
    return ["", f"{HEAD}:", "", *rows] if rows else []


def _theorem(account: Account, link: Link) -> Sequence[str]:
    return link(account), _statement(account), _verdict(account), ratio(account), mutants(account)


def _verdict(account: Account) -> str:
    return markdown_text(marked(account.word, account.proved))


def _statement(account: Account) -> str:
    """The claim on one line, with its probability; as the record has it where it cannot be read back."""
    if account.claim is None:
        return markdown_text(_cut(formula(account.evidence.statement)))
    claim, known = account.claim, account.known
    rest, parts = split(claim.rhs, WIDTH, known)
    named = "".join(f", {line(name, known)} = {line(part, known)}" for name, part in parts)
    told = f"{line(claim.lhs, known)} {RELATIONS[claim.relation]} {line(rest, known)}{named}"
    chance = "" if claim.probability is None else f" with probability at least {line(claim.probability, known)}"
    return markdown_text(_cut(told) + chance)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def ratio(account: Account) -> str:
    """The worst ratio."""
    return ratio_words(account.worst.ratio if account.worst else None)


def mutants(account: Account) -> str:
    """How many mutants were refuted, of those that must be."""
    due = [mutant for mutant in account.mutants if not mutant.beyond]
    return f"{sum(mutant.killed for mutant in due)} of {len(due)}" if due else "–"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of cells that are Markdown already; nothing where there are no rows."""
    lines = [f"| {' | '.join(cell or ' ' for cell in row)} |" for row in rows]
    return [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *lines] if lines else []


def paper_markdown(page: PaperPage, told: Told, link: Link = plainly) -> str:
    """The page of a paper: what it prints, what it says, its theorems, and how often conditions were met.

    Args:
        page: the paper.
        told: the run.
        link: the name of a theorem in Markdown, perhaps with a link.
    """
    run = f"Budget {told.budget}, seed {told.seed}, wnverify {told.wnverify}."
    cited = (
        [markdown_text(f"{page.paper.citation()}. Text read: {page.paper.text_read()}."), ""] if page.paper else []
    )
    names = ", ".join(map(markdown_text, page.undated))
    undated = [f"Of another text than was checked, so that nothing of it is told: {names}.", ""]
    sections = {
        "Printed statements": table(PRINTED, (_place(row, link) for row in page.printed)),
        "Sentences": table(SENTENCES, _sentences(page, link)),
        "Theorems": table(HEADS, (_theorem(account, link) for account in page.accounts)),
        "Conditions": table(CONDITIONS, _conditions(page, link)),
    }
    legend = "; ".join(f"*{markdown_text(word)}*: {markdown_text(meaning)}" for word, meaning in page.words.items())
    lines = [f"# {markdown_text(page.folder)}: what the paper says, and what was found", "", *cited]
    lines += [f"{markdown_text(run)} {REMARK}", "", *(undated if page.undated else [])]
    for head, rows in sections.items():
        lines += [f"## {head}", "", *rows, ""] if rows else []
        lines += [f"{legend}.", ""] if head == "Printed statements" and legend and rows else []
    return "\n".join(lines).rstrip("\n") + "\n"


def _place(row: Printed, link: Link) -> Sequence[str]:
    says = (markdown_text(row.place), markdown_text(row.says), markdown_text(row.source))
    if row.account is None:
        return (*says[:2], "", "–", "", "", "not checked")
    label = markdown_text(label_of(row.account))
    return (*says, link(row.account), label, markdown_text(row.relation), _verdict(row.account))


def label_of(account: Account) -> str:
    """The label; of a corollary, of which theorems of the folder it is one."""
    followed = [name.removeprefix(f"{account.paper}/") for name in account.evidence.corollary_of]
    return f"{account.evidence.label} of {' and '.join(followed)}" if followed else account.evidence.label


def _sentences(page: PaperPage, link: Link) -> Iterator[Sequence[str]]:
    for each in page.sentences:
        told = (each.says, formula(each.checked), each.verdict.name.lower(), each.evidence)
        yield (*map(markdown_text, told), link(each.account))


def _conditions(page: PaperPage, link: Link) -> Iterator[Sequence[str]]:
    for each in page.conditions:
        counts = (_met(each.hypothesis.sampled), _met(each.hypothesis.searched))
        yield (link(each.account), markdown_text(each.hypothesis.name), *counts)


def _met(counts: Acceptance | None) -> str:
    return f"{counts.met:,} of {counts.tried:,}" if counts else "–"
