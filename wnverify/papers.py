"""The paper of a folder of theorems, read from its `_paper.toml`: what it is, and which text of it was read.

A folder may do without the file; then the headers of its theorems say where their statements come from.
Nothing here imports sympy.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from wnverify.catalogue import Entry, folders
from wnverify.errors import TheoremFileError, expected
from wnverify.printed import READ
from wnverify.source import Header, named, read_bytes

FILE = "_paper.toml"
TEXTS = {
    "read": "the whole text",
    "abstract": "the abstract",
    "recollection": "none, from recollection",
    "own": "this project's own",
}
"""The values of `text`, in words: what the statements of the folder were read from; `own` is no paper of others."""
ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z.-]+/\d{7}")
LISTS, TABLES = {"authors", "related", "printed"}, {"left_out", "assumptions"}
WANTED = {
    "authors": "a list of names",
    "related": "a list of folders",
    "printed": 'a list of places, such as ["Theorem 1", "eq. (5)"]',
    "left_out": "a table of a text for a place",
    "assumptions": "a table of a text for a name",
    "year": "a whole number",
    "text": f"one of {', '.join(TEXTS)}",
    "arxiv": 'the number alone, such as "2409.08935"',
}


@dataclass(frozen=True)
class Paper:
    """What a `_paper.toml` says.

    Args:
        title: of the paper.
        text: what the statements were read from, a key of `TEXTS`.
        authors: in the order of the paper; needed, like the year, unless the text is `own`.
        year: of publication.
        venue: journal or conference; empty for a preprint.
        arxiv: the number alone.
        note: more about what was read.
        related: folders whose papers the headers refer to by the folder's name.
        printed: where the paper prints its statements, in its order; headers name these places.
        left_out: by place, why no theorem checks what is printed there.
        assumptions: by the paper's name for it, what each assumption says; hypotheses in headers name them.
    """

    title: str
    text: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    arxiv: str = ""
    note: str = ""
    related: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    assumptions: Mapping[str, str] = field(default_factory=dict)

    def citation(self) -> str:
        """The paper in one line.

        >>> Paper("On Norms", "abstract", ("A. Noether", "B. Riesz"), 1930, "Crelle").citation()
        'A. Noether, B. Riesz: On Norms, Crelle 1930'
        """
        published = f"{self.venue} {self.year or ''}".strip()
        arxiv = f"arXiv:{self.arxiv}" if self.arxiv else ""
        where = (part for part in (self.title, published, arxiv) if part)
        return f"{', '.join(self.authors) or 'this project'}: {', '.join(where)}"

    def text_read(self) -> str:
        """What the statements were read from, in words."""
        return f"{TEXTS[self.text]}; {self.note}" if self.note else TEXTS[self.text]

    def assumed(self, text: str) -> dict[str, str]:
        """The numbered assumptions that a header's hypotheses, or what it says is printed, name.

        >>> numbered = {"A1": "smooth", "A12": "convex", "2.1": "odd"}
        >>> Paper("On Norms", "read", assumptions=numbered).assumed("A12; 2.1.")
        {'A12': 'convex', '2.1': 'odd'}
        """

        def named(name: str) -> bool:
            return bool(re.search(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", text))

        return {name: says for name, says in self.assumptions.items() if named(name)}


KEYS = tuple(field.name for field in fields(Paper))


def paper_of(entry: Entry) -> Paper | None:
    """The paper whose theorem this is; None if its folder has no `_paper.toml`.

    Raises:
        TheoremFileError: if the file cannot be read, or does not say what it should.
    """
    return read(entry.path.parent)


def sources(entry: Entry, header: Header) -> dict[str, str]:
    """Where a theorem comes from, by label: the paper and its assumptions, what is not in it, and other works.

    Raises:
        TheoremFileError: if the `_paper.toml` of the folder, or that of a related folder, is missing or broken, or
            the header claims to have read more of the paper than it says was read.
    """
    paper = paper_of(entry)
    beside = {"ours": header.ours, "references": header.references}
    if paper is None:
        return beside
    if doubt := contradiction(paper, header):
        raise TheoremFileError(f"{named(entry.path)}: {doubt}")
    known = {"paper": paper.citation(), "text read": paper.text_read()}
    numbered = paper.assumed(_spelt_out(f"{header.hypotheses} {header.paper}"))
    known |= {"assumptions": "; ".join(f"{name}: {says}" for name, says in numbered.items())}
    cited = [f"{name}: {_related(entry, name).citation()}" for name in paper.related]
    return {**known, **beside, "related": "; ".join(cited)}


def contradiction(paper: Paper, header: Header) -> str:
    """What is wrong if the header claims to have read more than the folder's `text`; else empty.

    >>> head = Header("", "", "", "", (), paper="Theorem 3 (read): rows grow.")
    >>> contradiction(Paper("On Norms", "abstract"), head)
    "Expected (abstract) or (recollection) in Paper, but got '(read)': text in _paper.toml is 'abstract'."
    """
    source = header.printed.source if header.printed else ""
    if paper.text not in READ or not source:
        return ""
    known = list(READ)[list(READ).index(paper.text) :]  # from the whole text down to none
    wanted = f"{' or '.join(f'({each})' for each in known)} in Paper"
    remedy = f"text in {FILE} is {paper.text!r}"
    return "" if source in known else expected(wanted, repr(f"({source})"), remedy)


def _spelt_out(text: str) -> str:
    """Every name of a range of assumptions.

    >>> _spelt_out("under B1–B3")
    'under B1, B2, B3'
    """

    def names(found: re.Match[str]) -> str:
        return ", ".join(f"{found[1]}{number}" for number in range(int(found[2]), int(found[3]) + 1))

    return re.sub(r"\b([A-Z])(\d)–\1?(\d)\b", names, text)


def _related(entry: Entry, name: str) -> Paper:
    """The paper of another folder: beside that of the entry, or else in the catalogue."""
    for place in (entry.path.parent.parent, *folders()):
        if found := read(place / name):
            return found
    raise TheoremFileError(f"{entry.path.parent / FILE}: {expected('related folders that have a paper', repr(name))}")


def read(folder: Path) -> Paper | None:
    """The paper of a folder; None if there is no `_paper.toml` in it.

    Raises:
        TheoremFileError: if the file cannot be read, or does not say what it should.
    """
    file = folder / FILE
    if not os.path.lexists(file):
        return None
    try:
        table = tomllib.loads(read_bytes(file).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        got = f"byte {error.object[error.start]:#04x} at {error.start}"
        raise TheoremFileError(f"{named(file)}: {expected('TOML in UTF-8', got, 'save it as UTF-8')}") from error
    except (ValueError, RecursionError) as error:
        raise TheoremFileError(f"{named(file)}: {expected('TOML', str(error) or repr(error))}") from error
    try:
        return _paper(table)
    except TheoremFileError as error:
        raise TheoremFileError(f"{named(file)}: {error}") from error


def damaged(folders: Iterable[Path]) -> list[str]:
    """What is wrong with the `_paper.toml` of these folders; their theorems are checked all the same."""
    found = []
    for folder in dict.fromkeys(folders):
        try:
            read(folder)
        except TheoremFileError as error:
            found.append(str(error))
    return found


def _paper(table: Mapping[str, Any]) -> Paper:
    """The paper, once every key and every value is known to be right."""
    for key, value in table.items():
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1)
            remedy = f"did you mean {near[0]}" if near else ""
            raise TheoremFileError(expected(f"a key among {', '.join(KEYS)}", repr(key), remedy))
        if not _fits(key, value):
            remedy = _undotted(key, value) if isinstance(value, dict) else ""
            raise TheoremFileError(expected(f"{key} as {WANTED.get(key, 'a text')}", repr(value)[:80], remedy))
    needed = ("title", "text") if table.get("text") == "own" else ("title", "text", "authors", "year")
    if missing := [key for key in needed if not table.get(key)]:
        raise TheoremFileError(expected(f"the keys {', '.join(needed)}", f"no {' and no '.join(missing)}"))
    _check_places(table.get("printed", ()), table.get("left_out", {}))
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return Paper(**values)


def _undotted(key: str, value: Mapping[str, Any]) -> str:
    """What to write for a key with a dot, which TOML takes for a table in a table."""
    if key not in TABLES:
        return f'write {key} = "..." without a dot in the key'
    first, inner = next((name, found) for name, found in value.items() if not isinstance(found, str) or not found)
    if not isinstance(inner, dict) or not inner:
        return ""
    return f'write "{first}.{next(iter(inner))}" = "..." with quotes around the key'


def _check_places(printed: Sequence[str], left_out: Mapping[str, str]) -> None:
    """Every place once, and none left out that is not printed."""
    if twice := [place for place, times in Counter(printed).items() if times > 1]:
        raise TheoremFileError(expected("every place once in printed", f"{twice[0]!r} twice", "remove one"))
    for place in left_out:
        if place not in printed:
            near = get_close_matches(place, printed, n=1)
            remedy = f"did you mean {near[0]}?" if near else "name it in printed too"
            raise TheoremFileError(expected("left_out to name places of printed", repr(place), remedy))


def _fits(key: str, value: object) -> bool:
    if key in LISTS:
        return isinstance(value, list) and all(isinstance(name, str) and name for name in value)
    if key in TABLES:
        return isinstance(value, dict) and all(isinstance(text, str) and text for text in value.values())
    if key == "year":
        return type(value) is int
    if not isinstance(value, str):
        return False
    return value in TEXTS if key == "text" else key != "arxiv" or bool(ARXIV.fullmatch(value))
