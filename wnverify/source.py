"""The text of a theorem file: read and decoded as Python does it, its header parsed without running it."""

from __future__ import annotations

import ast
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import decode_source
from pathlib import Path
from typing import Any

from wnverify.errors import TheoremFileError, expected
from wnverify.printed import Printed, Relation, parse_label, parse_printed, parse_relation

SECTIONS = ("Statement", "Hypotheses", "Kind", "References", "Tags")
SOURCES = ("References", "Paper", "Ours")  # a header needs one of them
BESIDE = ("Label", "Relation")  # a header may do without them
LONGEST_LINE = 60
LARGEST = 10_000_000
"""Bytes of a theorem file; what is larger is something else."""
_LABEL = re.compile(rf"({'|'.join(dict.fromkeys((*SECTIONS, *SOURCES, *BESIDE)))}):\s*(.*)")
_START = r"(?:^|;)[ \t\f]*"
_IMPORT = re.compile(rf"{_START}(?:from|import)\s+wnverify\b", re.MULTILINE)
_STATEMENTS = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
_DEFINITION = re.compile(
    rf"{_START}(?:theorem\b[^=\n]*=|\w+\s*(?::[^=\n]*)?=\s*(?:wnverify\.)?Theorem\()", re.MULTILINE
)


@dataclass(frozen=True)
class Header:
    """What a theorem file says of itself in its docstring; read statically, the file is not run.

    Args:
        title: the first line.
        statement: in words and formulas.
        hypotheses: the same.
        kind: upper bound, lower bound, identity, control, and whether it is attained.
        tags: words to find it by.
        references: works other than the folder's paper; in a lone file, where the statement comes from.
        paper: the statement as the paper of the folder's `_paper.toml` prints it, and where; see `printed`.
        relation: how what is checked differs from that; see `printed`.
        ours: what is not in that paper.
        label: what it counts as, one of `printed.LABELS`; empty where the header does not say.
    """

    title: str
    statement: str
    hypotheses: str
    kind: str
    tags: tuple[str, ...]
    references: str = ""
    paper: str = ""
    relation: str = ""
    ours: str = ""
    label: str = ""

    @property
    def printed(self) -> Printed | None:
        """What the paper prints; None where the statement is in no paper."""
        return parse_printed(self.paper)

    @property
    def difference(self) -> Relation | None:
        """How what is checked differs from what is printed, where the header says so."""
        return parse_relation(self.relation)


def named(path: Path | str) -> str:
    """A path as text that can be printed and recorded, whatever bytes its name holds."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def read_bytes(path: Path) -> bytes:
    """The bytes of a theorem file.

    Raises:
        TheoremFileError: if it is no plain file, cannot be read, or is larger than any theorem.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            got = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe or a device"
            raise TheoremFileError(f"{named(path)}: {expected('a plain file', got)}")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        got = error.strerror or repr(error)
        raise TheoremFileError(f"{named(path)}: {expected('a readable file', got)}") from error
    if len(data) > LARGEST:
        raise TheoremFileError(f"{named(path)}: {expected(f'at most {LARGEST:,} bytes', 'more')}")
    return data


def parse_header(text: str | bytes, where: str) -> Header:
    """The header of a theorem file, from its text.

    Raises:
        TheoremFileError: if the text is not Python, has no docstring, or the docstring lacks a section or has a
            `Label`, `Paper` or `Relation` that means nothing.
    """
    docstring = ast.get_docstring(compiled(text, where, run=False))
    if not docstring:
        remedy = f"open it with a docstring: a title, then {', '.join(SECTIONS)}"
        raise TheoremFileError(f"{where}: {expected('a header', 'a file without docstring', remedy)}")
    sections = _sections(docstring)
    for name in SECTIONS:
        if not any(sections.get(other) for other in (SOURCES if name == "References" else (name,))):
            remedy = f"add a line '{name}: ...' to the docstring"
            raise TheoremFileError(f"{where}: {expected(f'the section {name} in the header', 'none', remedy)}")
    tags = tuple(tag.strip() for tag in sections.pop("Tags").replace("\n", ",").split(",") if tag.strip())
    texts = {name.lower(): text for name, text in sections.items()}
    try:
        parse_label(texts.get("label", ""))
        relation, paper = parse_relation(texts.get("relation", "")), texts.get("paper", "")
        if parse_printed(paper) is None and paper and relation:
            raise TheoremFileError(
                expected("no Relation to a paper that does not print it", repr(str(relation)[:60]))
            )
    except TheoremFileError as error:
        raise TheoremFileError(f"{where}: {error}") from error
    return Header(title=docstring.splitlines()[0].strip(), tags=tags, **texts)


def compiled(source: str | bytes, where: str, *, run: bool) -> Any:
    """Code to run, or the syntax tree; bytes are decoded as Python does it, with byte order mark and coding cookie.

    Raises:
        TheoremFileError: whatever Python's parser raises, as one clear message.
    """
    try:
        return compile(source, where, "exec", 0 if run else ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        raise TheoremFileError(_syntax_message(error, named(where))) from error
    except (ValueError, LookupError, RecursionError, MemoryError) as error:  # a null byte, or nested beyond reason
        got, remedy = f"{type(error).__name__}: {error}", "is it saved as UTF-8?" if b"\0" in _bytes(source) else ""
        raise TheoremFileError(f"{named(where)}: {expected('Python source', got, remedy)}") from error


def _bytes(source: str | bytes) -> bytes:
    return source if isinstance(source, bytes) else source.encode("utf-8", "replace")


def _syntax_message(error: SyntaxError, where: str) -> str:
    line = f" in `{error.text.strip()[:LONGEST_LINE]}`" if error.text else ""
    said = str(error.msg).rstrip("?")
    return f"{where}, line {error.lineno or 1}: {expected('Python', f'a syntax error{line}', said)}"


def _sections(docstring: str) -> dict[str, str]:
    """Text by section; a section goes on through indented lines and ends at any other line that is not blank."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in docstring.splitlines()[1:]:
        label = _LABEL.match(line)
        if label:
            current = found.setdefault(label[1], [])
            current.append(label[2].strip())
        elif line[:1].isspace():
            current.append(line.strip())
        elif line:
            current = []
    return {name: "\n".join(part for part in parts if part) for name, parts in found.items()}


def looks_like_theorem(source: str | bytes) -> bool:
    r"""Whether a text, even a broken one, is meant as a theorem file.

    >>> looks_like_theorem("from wnverify import Theorem\ntheorem = Theorem(claim=(")
    True
    >>> looks_like_theorem("import numpy\ntheorem = 3")
    False

    A string that holds such a text does not count, where the file can be parsed.
    """
    if not any(_IMPORT.search(text) and _DEFINITION.search(text) for text in _readings(source)):
        return False
    try:
        outside = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True  # broken, so that only its text can tell
    lines = "\n".join(ast.unparse(node) for node in outside if isinstance(node, _STATEMENTS))
    return bool(_IMPORT.search(lines) and _DEFINITION.search(lines))


def _readings(source: str | bytes) -> Iterator[str]:
    """The text as Python reads it, and as it is written even if its cookie says otherwise."""
    if isinstance(source, str):
        yield source
        return
    with suppress(SyntaxError, ValueError, LookupError):
        yield decode_source(source)
    yield source.decode("utf-8-sig", "replace").replace("\r", "\n")
