"""The catalogue as a table, read from the headers alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.text import Text

from wnverify.catalogue import Entry
from wnverify.errors import TheoremFileError
from wnverify.papers import contradiction, paper_of
from wnverify.printed import LABELS
from wnverify.report.layout import hanging, paragraph
from wnverify.report.words import labelled
from wnverify.source import Header

ROOMY = 130
"""From this width on tags are told."""


def listing(entries: Sequence[Entry], width: int, tag: str | None = None) -> list[Text]:
    """A list a paper: name, title, kind, tags; an unreadable header is said so in its place."""
    lines: list[Text] = []
    for paper, group in groupby(entries, key=lambda entry: entry.paper):
        headers = [(entry, _header(entry)) for entry in group]
        kept = [(entry, found) for entry, found in headers if not tag or _has(found, tag)]
        if kept:
            found = [header for _, header in kept if not isinstance(header, str)]
            lines += [Text(""), Text(paper, "bold"), *_citation(kept, width), *_counts(found, width)]
            lines += _table(kept, width)
    return lines[1:]


def tags(entries: Sequence[Entry]) -> list[str]:
    """Every tag of the theorems."""
    headers = [_header(entry) for entry in entries]
    return sorted({tag.lower() for found in headers if not isinstance(found, str) for tag in found.tags})


def _citation(kept: Sequence[tuple[Entry, Header | str]], width: int) -> list[Text]:
    """The paper of the folder, and every header that contradicts what the folder says of it."""
    try:
        paper = paper_of(kept[0][0])
    except TheoremFileError as error:
        return paragraph(f"! {error}", width, indent=2, style="bold red")
    if paper is None:
        return []
    headers = [(entry.path.stem, found) for entry, found in kept if not isinstance(found, str)]
    doubts = [f"! {stem}: {doubt}" for stem, found in headers if (doubt := contradiction(paper, found))]
    told = (line for doubt in doubts for line in paragraph(doubt, width, indent=2, style="bold red"))
    return [*paragraph(paper.citation(), width, style="dim"), *told]


def _counts(headers: Sequence[Header], width: int) -> list[Text]:
    """How many statements there are of each label, where the headers say it."""
    numbers = Counter(header.label for header in headers)
    words = [labelled(numbers[label], label) for label in LABELS if numbers[label]]
    return paragraph(", ".join(words), width, style="dim") if words else []


def _header(entry: Entry) -> Header | str:
    try:
        return entry.header()
    except TheoremFileError as error:
        return str(error)


def _has(found: Header | str, tag: str) -> bool:
    return not isinstance(found, str) and tag.lower() in {name.lower() for name in found.tags}


def _table(kept: Sequence[tuple[Entry, Header | str]], width: int) -> list[Text]:
    good = [(entry, found) for entry, found in kept if not isinstance(found, str)]
    lines = _rows(good, width) if good else []
    for entry, found in kept:
        if isinstance(found, str):
            lines += paragraph(f"! {entry.path.stem}: {found}", width, indent=2, style="bold red")
    return lines


def _rows(good: Sequence[tuple[Entry, Header]], width: int) -> list[Text]:
    """Name, title and kind, wrapped, and the tags where the page is broad; nothing is cut."""
    longest = max(len(entry.path.stem) for entry, _ in good)
    return [
        line
        for entry, found in good
        for line in hanging(Text(f"  {entry.path.stem:<{longest}}  ", "cyan"), _told(found, width), width)
    ]


def _told(found: Header, width: int) -> str:
    return " · ".join([found.title, _kind(found), *([", ".join(found.tags)] if width >= ROOMY else [])])


def _kind(header: Header) -> str:
    """The label, unless it is a plain theorem, and the kind without its remarks."""
    kind = " ".join(re.split("[;:(]", header.kind)[0].split())
    tells = header.label not in ("", "theorem") and not kind.startswith(header.label)
    return f"{header.label}, {kind}" if tells else kind
