"""The committed reference run: an index, key plots and a page a paper, all from one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from wnverify.catalogue import Entry
from wnverify.evidence import Record, TheoremEvidence
from wnverify.papers import read
from wnverify.report.findings import mutants_of, survivors
from wnverify.report.plots.by_size import ratio_by_size
from wnverify.report.plots.effort import effort
from wnverify.report.plots.histogram import ratio_histogram
from wnverify.report.plots.scaling import scaling
from wnverify.report.plots.style import standalone
from wnverify.report.tables.escape import markdown_text
from wnverify.report.tables.markdown import REMARK, paper_markdown, table
from wnverify.report.told.account import Account, Told
from wnverify.report.told.paper import papers
from wnverify.report.words import counted, ratio_words, verdict_words
from wnverify.spread import by_size, efforts, histogram, scalings

INDEX, RECORD = "README.md", "run.json.gz"
SHOWN = "banerjee2024/predictor_hessian"
"""The theorem of which the index shows plots."""
HEADS = ("theorem", "what it says", "verdict", "worst ratio", "mutants refuted")
COMMAND = "python -m wnverify.runs.reference reports"


def index(record: Record, entries: Iterable[Entry], pages: Sequence[str], plots: Sequence[str]) -> str:
    """The index in Markdown: a table of theorems a folder, and the plots.

    Args:
        record: of the run.
        entries: the theorem files, which are linked and not read.
        pages: folders that have a page.
        plots: names of the plots that are shown.
    """
    files = {entry.id: entry for entry in entries}
    folders: dict[str, list[TheoremEvidence]] = {}
    for evidence in record.theorems:
        folders.setdefault(evidence.id.rpartition("/")[0], []).append(evidence)
    counts = Counter(verdict_words(evidence)[0] for evidence in record.theorems)
    told = ", ".join(f"{count:,} {word}" for word, count in counts.most_common())
    run = f"{counted(len(record.theorems), 'theorem')}: {told}."
    kept = f"[`{RECORD}`]({RECORD}) is the record; `wnverify report` makes pages of it, `wnverify compare` compares."
    lines = [
        "# The reference run", "",
        markdown_text(f"Budget {record.budget}, seed {record.seed}, wnverify {record.wnverify}. {run}"),
        f"{REMARK} {kept} `{COMMAND}` writes this folder anew.", "",
        *(line for name in plots for line in (f"![{name.removesuffix('.svg').replace('_', ' ')}](plots/{name})", "")),
    ]  # fmt: skip
    for folder, found in folders.items():
        lines += [f"## {markdown_text(folder or 'on their own')}", "", *_cited(folder, found, files, pages)]
        lines += [*table(HEADS, (_row(evidence, files) for evidence in found)), ""]
    lost = [f"- {markdown_text(name)}: not checked, {markdown_text(why)}" for name, why in record.unread.items()]
    return "\n".join([*lines, *lost]).rstrip("\n") + "\n"


def _cited(
    folder: str, found: Sequence[TheoremEvidence], files: Mapping[str, Entry], pages: Sequence[str]
) -> Iterator[str]:
    """The paper of a folder, with its page."""
    entry = next((files[evidence.id] for evidence in found if evidence.id in files), None)
    paper = read(entry.path.parent) if entry else None
    if paper and paper.authors:
        page = f" [What it says, and what was found]({folder}.md)." if folder in pages else ""
        yield from (f"{markdown_text(paper.citation())}.{page}", "")


def _row(evidence: TheoremEvidence, files: Mapping[str, Entry]) -> Sequence[str]:
    planted = len(mutants_of(evidence))
    name = linked(evidence.id, files.get(evidence.id))
    ratio = ratio_words(evidence.worst.ratio if evidence.worst else None)
    killed = f"{planted - len(survivors(evidence))} of {planted}" if planted else "–"
    return name, markdown_text(evidence.title), markdown_text(verdict_words(evidence)[0]), ratio, killed


def linked(name: str, entry: Entry | None) -> str:
    """The name of a theorem, which links to its file from the folder of reports."""
    stem = markdown_text(name.rpartition("/")[2])
    return f"[{stem}](../theorems/{entry.paper}/{entry.path.name})" if entry else stem


def paper_pages(told: Told, entries: Iterable[Entry]) -> dict[str, str]:
    """The pages of papers by the names of their files.

    Args:
        told: the run, or the part of it that is wanted.
        entries: the theorem files.
    """
    files = {entry.id: entry for entry in entries}

    def link(account: Account) -> str:
        return linked(account.id, files.get(account.id))

    return {f"{Path(page.folder).name}.md": paper_markdown(page, told, link) for page in papers(told)}


def key_plots(record: Record) -> dict[str, str]:
    """The plots of the theorem that is shown, by the names of their files; none where it was not checked."""
    evidence = next((each for each in record.theorems if each.id == SHOWN), None)
    if evidence is None:
        return {}
    checks, name = evidence.checks, SHOWN.rpartition("/")[2]
    found = {
        "ratios": ratio_histogram(*histogram(checks), name),
        "sizes": ratio_by_size(by_size(checks), name),
        "effort": effort(efforts(checks), name),
        **{f"scaling_{each.symbol}": scaling(each, name) for each in scalings(evidence)[:1]},
    }
    return {f"{name}_{kind}.svg": standalone(plot) for kind, plot in found.items() if plot}
