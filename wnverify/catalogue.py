"""The catalogue: theorem files are found by glob, their headers are read without running them, and one is loaded.

Nothing here imports sympy before `load` is called, so that listing the catalogue is quick.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from wnverify.errors import TheoremFileError, UsageError, WnverifyError, expected

if TYPE_CHECKING:
    from wnverify.theorem import Theorem

SECTIONS = ("Statement", "Hypotheses", "Kind", "References", "Tags")
SOURCES = ("References", "Paper", "Ours")  # a header needs one of them
LONGEST_LINE = 60
GROUP = "wnverify.theorems"
_LABEL = re.compile(rf"({'|'.join({*SECTIONS, *SOURCES})}):\s*(.*)")
_IMPORT = re.compile(r"^(?:from|import)\s+wnverify\b", re.MULTILINE)
_STATEMENTS = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
_DEFINITION = re.compile(r"^(?:theorem\b[^=\n]*=|\w+\s*(?::[^=\n]*)?=\s*(?:wnverify\.)?Theorem\()", re.MULTILINE)


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
        paper: what of the statement is in the paper of the folder's `_paper.toml`, and where in it.
        ours: what is not in that paper.
    """

    title: str
    statement: str
    hypotheses: str
    kind: str
    tags: tuple[str, ...]
    references: str = ""
    paper: str = ""
    ours: str = ""


@dataclass(frozen=True)
class Entry:
    """One theorem file.

    Args:
        id: `folder/stem`, or the stem alone for a lone file.
        path: where the file is.
        paper: the folder that groups it with others; empty for a lone file.
    """

    id: str
    path: Path
    paper: str

    def header(self, source: bytes | None = None) -> Header:
        """Read the header; of a text that has been read already, if it is given.

        Raises:
            TheoremFileError: if the file cannot be read or a section of the header is missing.
        """
        text = _read(self.path) if source is None else source
        return parse_header(text.decode("utf-8", "replace"), str(self.path))


@dataclass(frozen=True)
class Loaded:
    """A theorem file, read once: whatever becomes of the file, all of this belongs together.

    Args:
        entry: the file.
        header: what its text says of itself.
        source: its text.
        theorem: the theorem that its text defines.
    """

    entry: Entry
    header: Header
    source: bytes = field(repr=False)
    theorem: Theorem

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return sha256(self.source).hexdigest()


def parse_header(text: str, where: str) -> Header:
    """The header of a theorem file, from its text.

    Raises:
        TheoremFileError: if the text is not Python, has no docstring, or the docstring lacks a section.
    """
    docstring = ast.get_docstring(_compiled(text, where, run=False))
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
    return Header(title=docstring.splitlines()[0].strip(), tags=tags, **texts)


def _compiled(source: str | bytes, where: str, *, run: bool) -> Any:
    """Code to run, or the syntax tree; whatever Python's parser may raise becomes one clear message."""
    try:
        return compile(source, where, "exec", 0 if run else ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        raise TheoremFileError(_syntax_message(error, where)) from error
    except (ValueError, RecursionError, MemoryError) as error:  # a null byte, or nested beyond reason
        got = f"{type(error).__name__}: {error}"
        raise TheoremFileError(f"{where}: {expected('Python source', got)}") from error


def _syntax_message(error: SyntaxError, where: str) -> str:
    line = f" in `{error.text.strip()[:LONGEST_LINE]}`" if error.text else ""
    return f"{where}, line {error.lineno or 1}: {expected('Python', f'a syntax error{line}', error.msg.rstrip('?'))}"


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


def looks_like_theorem(text: str) -> bool:
    r"""Whether a text, even a broken one, is meant as a theorem file.

    >>> looks_like_theorem("from wnverify import Theorem\ntheorem = Theorem(claim=(")
    True
    >>> looks_like_theorem("import numpy\ntheorem = 3")
    False

    A string that holds such a text does not count, where the file can be parsed.
    """
    if not (_IMPORT.search(text) and _DEFINITION.search(text)):
        return False
    try:
        outside = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True  # broken, so that only its text can tell
    lines = "\n".join(ast.unparse(node) for node in outside if isinstance(node, _STATEMENTS))
    return bool(_IMPORT.search(lines) and _DEFINITION.search(lines))


def builtin_folder() -> Path:
    """The theorems that come with wnverify: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).resolve().parent
    checkout = package.parent / "theorems"
    in_checkout = checkout.is_dir() and (package.parent / "pyproject.toml").is_file()
    return checkout if in_checkout else package / "theorems"


def folders() -> list[Path]:
    """The built-in folder and every folder that an installed package registers as `wnverify.theorems`."""
    registered = [_registered(point) for point in entry_points(group=GROUP)]
    found = {folder.resolve(): None for folder in (builtin_folder(), *registered)}
    return list(found)


def _registered(point: EntryPoint) -> Path:
    try:
        target = point.load()
        if not isinstance(target, ModuleType) and callable(target):
            target = target()
    except Exception as error:
        message = f"The theorems registered as {point.name} = {point.value} could not be found: {error!r}"
        raise TheoremFileError(message) from error
    if isinstance(target, ModuleType):
        target = list(getattr(target, "__path__", [])) or [Path(str(target.__file__)).parent]
        target = target[0]
    if not isinstance(target, Path | str) or not Path(target).is_dir():
        wanted = f"a folder from the entry point {point.name} = {point.value}"
        raise TheoremFileError(expected(wanted, repr(target)))
    return Path(target)


def catalogue() -> list[Entry]:
    """Every theorem of every registered folder, sorted by id.

    Raises:
        TheoremFileError: if two folders hold a theorem of the same id.
    """
    entries = (entry for folder in folders() for entry in _tree(folder))
    return sorted(_unique(entries, TheoremFileError, "rename one"), key=lambda entry: entry.id)


def _tree(folder: Path) -> list[Entry]:
    """The entries of a catalogue folder: one folder a paper, one file a theorem."""
    files = sorted(file for file in folder.glob("*/*.py") if not file.name.startswith("_"))
    return [Entry(f"{file.parent.name}/{file.stem}", file, file.parent.name) for file in files]


def _unique(entries: Iterable[Entry], error: type[WnverifyError], remedy: str) -> list[Entry]:
    """The entries, each once, in their order."""
    found: dict[str, Entry] = {}
    for entry in entries:
        other = found.setdefault(entry.id, entry)
        if other.path.resolve() != entry.path.resolve():
            got = f"two files: {other.path} and {entry.path}"
            raise error(expected(f"one file for the theorem {entry.id}", got, remedy))
    return list(found.values())


def select(words: Sequence[str]) -> list[Entry]:
    """The theorems that the words name; all of them if there is no word.

    A word is an id, an unambiguous stem, a folder name, a glob over ids, or a path to a file or folder.

    Raises:
        UsageError: if a word names nothing.
    """
    known = _Known(catalogue())
    named = (entry for word in words for entry in known.named(word))
    return _unique(named, UsageError, "check them one by one") if words else known.entries


def one(word: str) -> Entry:
    """The one theorem that a word names; see `select`.

    Raises:
        UsageError: if it names none, or several.
    """
    found = select([word])
    if len(found) != 1:
        got = f"{word!r}, which names {len(found)}"
        raise UsageError(expected("the name of one theorem", got, "see `wnverify list`"))
    return found[0]


@dataclass(frozen=True)
class _Known:
    """The catalogue, and what a word means in it."""

    entries: list[Entry]

    @cached_property
    def by_path(self) -> dict[Path, Entry]:
        return {entry.path.resolve(): entry for entry in self.entries}

    def named(self, word: str) -> list[Entry]:
        exact = [entry for entry in self.entries if word in (entry.id, entry.paper)]
        stems = [entry for entry in self.entries if entry.path.stem == word]
        if not exact and len(stems) > 1:
            choices = ", ".join(entry.id for entry in stems)
            raise UsageError(expected("a name that means one theorem", repr(word), f"choose among {choices}"))
        globbed = [entry for entry in self.entries if _matches(entry, word)] if set(word) & set("*?[") else []
        return exact or stems or globbed or self.at(Path(word)) or self.unknown(word)

    def at(self, path: Path) -> list[Entry]:
        if path.is_file() and path.suffix == ".py":
            return [self.by_path.get(path.resolve(), Entry(path.stem, path, ""))]
        if not path.is_dir():
            return []
        whole = path.resolve()
        files = sorted({*whole.glob("*.py"), *whole.glob("*/*.py")})
        listed = [file for file in files if not file.name.startswith("_")]
        return [entry for file in listed if (entry := self.by_path.get(file) or _stray(file))]

    def unknown(self, word: str) -> list[Entry]:
        names = {name for entry in self.entries for name in (entry.id, entry.path.stem, entry.paper)}
        if word.endswith(".py") or Path(word).exists():
            got, remedy = f"{word!r}", "no theorem file is there"
        else:
            near = get_close_matches(word, sorted(names), n=3, cutoff=0.5)
            remedy = f"did you mean {' or '.join(near)}" if near else "see `wnverify list`"
            got = repr(word)
        raise UsageError(expected("a theorem, a folder, a glob or a file", got, remedy))


def _matches(entry: Entry, pattern: str) -> bool:
    return fnmatchcase(entry.id, pattern) or fnmatchcase(entry.path.stem, pattern)


def _stray(file: Path) -> Entry | None:
    """The entry of a file in a folder that is no catalogue, if the file is meant as a theorem."""
    if not looks_like_theorem(file.read_text("utf-8", "replace")):
        return None
    return Entry(f"{file.parent.name}/{file.stem}", file, file.parent.name)


def read(entry: Entry) -> Loaded:
    """Read a theorem file and run its text.

    Raises:
        TheoremFileError: if the file cannot be read or run, its header lacks a section, or it does not define
            exactly one theorem.
    """
    source = _read(entry.path)
    return Loaded(entry, entry.header(source), source, theorem_of(entry.path, source))


def load(what: Entry | Path | str) -> Theorem:
    """Run a theorem file and return its theorem.

    Args:
        what: an entry, an id or a path.

    Raises:
        TheoremFileError: if the file cannot be read or run, or does not define exactly one theorem.
        UsageError: if the id or path does not name exactly one theorem.
    """
    entry = what if isinstance(what, Entry) else one(str(what))
    return replace(theorem_of(entry.path, _read(entry.path)), name=entry.id)


def theorem_of(path: Path, source: bytes) -> Theorem:
    """The theorem that a text defines; the module is thrown away and never cached.

    Args:
        path: where the text comes from, for messages and `__file__`.
        source: the text.

    Raises:
        TheoremFileError: if the text cannot be run, or does not define exactly one theorem.
    """
    return _theorem(_execute(path, source), path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TheoremFileError(f"{path}: {expected('a readable file', error.strerror or repr(error))}") from error


def _execute(path: Path, source: bytes) -> dict[str, Any]:
    code = _compiled(source, str(path), run=True)
    module = ModuleType(f"_wnverify_theorem_{sha256(source).hexdigest()[:16]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # a dataclass in the file looks its own module up
    try:
        with _apart():
            exec(code, module.__dict__)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit above all: a file must not end the program
        raise TheoremFileError(_message(error, path, vars(module))) from error
    finally:
        del sys.modules[module.__name__]
    return vars(module)


@contextmanager
def _apart() -> Iterator[None]:
    """Keep what a file does while it is read from the report: it has no input, prints aside, and cannot end us."""
    stdin, leave = sys.stdin, os._exit
    with open(os.devnull, encoding="utf-8") as nothing, redirect_stdout(sys.stderr):
        sys.stdin = nothing
        os._exit = sys.exit  # type: ignore[assignment]  # so that it raises
        try:
            yield
        finally:
            sys.stdin, os._exit = stdin, leave


def _message(error: BaseException, path: Path, names: dict[str, Any]) -> str:
    where = f"{path}, line {_line(error.__traceback__, str(path))}"
    if isinstance(error, TheoremFileError):
        return f"{where}: {error}"
    if isinstance(error, NameError | ImportError):
        pool = _importable(error) if isinstance(error, ImportError) else _vocabulary(names)
        wanted = _missing_name(error)
        same = [name for name in sorted(pool) if name.rpartition(".")[2] == wanted.rpartition(".")[2]]
        near = same or get_close_matches(wanted, sorted(pool), n=3, cutoff=0.6)
        remedy = f"did you mean {' or '.join(near)}" if near else ""
        return f"{where}: {expected('known names', str(error).rstrip('.'), remedy)}"
    got = f"{type(error).__name__}: {error}".rstrip(": .")
    return f"{where}: {expected('a file that runs', got)}"


def _missing_name(error: NameError | ImportError) -> str:
    quoted = re.findall(r"'([^']*)'", str(error))
    return str(quoted[0]) if quoted else str(error.name or "")


def _importable(error: ImportError) -> set[str]:
    """What could have been meant: the modules of this package, or the names in the module that was found."""
    if isinstance(error, ModuleNotFoundError):
        package = Path(__file__).resolve().parent
        return {".".join(file.relative_to(package.parent).with_suffix("").parts) for file in package.rglob("*.py")}
    module = sys.modules.get(error.name or "")
    return set(dir(module)) if module else set()


def _vocabulary(names: dict[str, Any]) -> set[str]:
    """Names of the file itself and of the quantities of the families that it has at hand."""
    families = [
        vars(value).get("quantities") or getattr(type(value), "quantities", {})
        for value in names.values()
        if hasattr(value, "quantities") and hasattr(value, "__dict__")
    ]
    return {name for name in names if not name.startswith("_")}.union(*(dict(found) for found in families))


def _line(traceback: TracebackType | None, path: str) -> int:
    """The last line of the theorem file that ran before the error."""
    line = 1
    while traceback:
        if traceback.tb_frame.f_code.co_filename == path:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _theorem(names: dict[str, Any], path: Path) -> Theorem:
    from wnverify.theorem import Theorem  # sympy: only when a theorem is really loaded

    found = list({id(value): name for name, value in names.items() if isinstance(value, Theorem)}.values())
    if "theorem" not in names:
        got = f"it under the name {', '.join(found)}" if found else "none"
        raise TheoremFileError(f"{path}: {expected('a theorem under the name `theorem`', got)}")
    if not isinstance(names["theorem"], Theorem):
        raise TheoremFileError(f"{path}: {expected('a Theorem as `theorem`', repr(names['theorem'])[:80])}")
    if len(found) > 1:
        raise TheoremFileError(f"{path}: {expected('one theorem a file', ', '.join(found), 'split the file')}")
    result: Theorem = names["theorem"]
    return result
