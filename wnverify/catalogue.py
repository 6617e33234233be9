"""The catalogue: theorem files are found by glob, their headers are read without running them, and one is loaded.

Nothing here imports sympy before `load` is called, so that listing the catalogue is quick.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from wnverify.beside import Beside, digest, modules
from wnverify.errors import TheoremFileError, UsageError, WnverifyError, expected
from wnverify.execution import executed
from wnverify.opened import Opened, digests, watched
from wnverify.source import Header, looks_like_theorem, named, parse_header, read_bytes

if TYPE_CHECKING:
    from wnverify.theorem import Theorem

GROUP = "wnverify.theorems"
LONGEST_WORD = 200
"""As much as is told of what was typed."""


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
        return parse_header(read_bytes(self.path) if source is None else source, named(self.path))


@dataclass(frozen=True)
class Text:
    """A theorem file as it was read, before it is run.

    Args:
        entry: the file.
        header: what its text says of itself.
        source: its text.
        beside: the modules of its folder that it imports.
    """

    entry: Entry
    header: Header
    source: bytes = field(repr=False)
    beside: Beside = field(default=(), repr=False)


@dataclass(frozen=True)
class Loaded:
    """A theorem file, read once: whatever becomes of the file, all of this belongs together.

    Args:
        entry: the file.
        header: what its text says of itself.
        source: its text.
        theorem: the theorem that its text defines.
        beside: the modules of its folder that it imports.
        opened: the files of data that it read.
    """

    entry: Entry
    header: Header
    source: bytes = field(repr=False)
    theorem: Theorem
    beside: Beside = field(default=(), repr=False)
    opened: Opened = field(default=(), repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the text, and of those of the modules beside it; and that of files of data."""
        return digest(self.source, self.beside, self.opened)


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
    return [_grouped(file) for file in sorted(folder.glob("*/*.py")) if _is_file(file)]


def _grouped(file: Path) -> Entry:
    """The entry of a file that its folder groups with others."""
    paper = named(file.parent.name)
    return Entry(f"{paper}/{named(file.stem)}", file, paper)


def _is_file(file: Path) -> bool:
    """Whether it may hold a theorem: a plain file; never a folder of that name, a pipe, or what an editor left."""
    with suppress(UsageError):  # links in a circle
        return not file.name.startswith(("_", ".")) and _kind(file) == stat.S_IFREG
    return False


def _kind(path: Path) -> int:
    """What is there, as the kinds of `stat`; 0 for nothing.

    Raises:
        UsageError: if that cannot be found out.
    """
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return 0
    except OSError as error:  # no permission, a name that is too long, links in a circle
        raise UsageError(
            expected("a theorem, a folder or a file", repr(str(path))[:LONGEST_WORD], error.strerror or "")
        ) from error


def _unique(entries: Iterable[Entry], error: type[WnverifyError], remedy: str) -> list[Entry]:
    """The entries, each once, in their order."""
    found: dict[str, Entry] = {}
    for entry in entries:
        other = found.setdefault(entry.id, entry)
        if other is not entry and other.path.resolve() != entry.path.resolve():
            got = f"two files: {other.path} and {entry.path}"
            raise error(expected(f"one file for the theorem {entry.id}", got, remedy))
    return list(found.values())


def select(words: Sequence[str]) -> list[Entry]:
    """The theorems that the words name; all of them if there is no word.

    A word is an id, an unambiguous stem, a folder name, a glob over ids, or a path to a file or folder.

    Raises:
        UsageError: if a word names nothing.
    """
    known = Known(catalogue())
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
class Known:
    """The catalogue, and what a word means in it; whoever asks for many words one by one keeps it.

    Args:
        entries: every theorem of the catalogue.
    """

    entries: list[Entry]

    @cached_property
    def _by_path(self) -> dict[Path, Entry]:
        return {entry.path.resolve(): entry for entry in self.entries}

    def named(self, word: str) -> list[Entry]:
        """The theorems that a word names; see `select`.

        Raises:
            UsageError: if it names nothing, or a stem that several have.
        """
        if not word.strip():
            raise UsageError(expected("a theorem, a folder, a glob or a file", "an empty word", "`.` is this folder"))
        exact = [entry for entry in self.entries if word in (entry.id, entry.paper)]
        stems = [entry for entry in self.entries if entry.path.stem == word]
        if not exact and len(stems) > 1:
            choices = ", ".join(entry.id for entry in stems)
            raise UsageError(expected("a name that means one theorem", repr(word), f"choose among {choices}"))
        globbed = [entry for entry in self.entries if _matches(entry, word)] if set(word) & set("*?[") else []
        return exact or stems or globbed or self._at(Path(word)) or self._unknown(word)

    def _at(self, path: Path) -> list[Entry]:
        if path.suffix == ".py" and _kind(path) == stat.S_IFREG:
            return [self._by_path.get(path.resolve(), Entry(named(path.stem), path, ""))]
        if _kind(path) != stat.S_IFDIR:
            return []
        whole = path.resolve()
        files = sorted({*whole.glob("*.py"), *whole.glob("*/*.py")})
        return [entry for file in files if _is_file(file) and (entry := self._by_path.get(file) or _stray(file))]

    def _unknown(self, word: str) -> list[Entry]:
        names = {name for entry in self.entries for name in (entry.id, entry.path.stem, entry.paper)}
        if word.endswith(".py") or _kind(Path(word)):
            got, remedy = repr(word)[:LONGEST_WORD], "no theorem file is there"
        else:
            beside = [f"{word}.py"] if _kind(Path(f"{word}.py")) == stat.S_IFREG else []
            near = beside or get_close_matches(word, sorted(names), n=3, cutoff=0.5)
            remedy = f"did you mean {' or '.join(near)}?" if near else "see `wnverify list`"
            got = repr(word)[:LONGEST_WORD]
        raise UsageError(expected("a theorem, a folder, a glob or a file", got, remedy))


def _matches(entry: Entry, pattern: str) -> bool:
    return fnmatchcase(entry.id, pattern) or fnmatchcase(entry.path.stem, pattern)


def _stray(file: Path) -> Entry | None:
    """The entry of a file in a folder that is no catalogue, if the file is meant as a theorem, or cannot be read."""
    with suppress(TheoremFileError):
        if not looks_like_theorem(read_bytes(file)):
            return None
    return _grouped(file)


def read(entry: Entry) -> Loaded:
    """Read a theorem file and run its text.

    Raises:
        TheoremFileError: if the file cannot be read or run, its header lacks a section, or it does not define
            exactly one theorem.
    """
    return loaded(text(entry))


def text(entry: Entry) -> Text:
    """Read a theorem file and its header, which costs little: it is not run.

    Raises:
        TheoremFileError: if the file cannot be read, or its header lacks a section.
    """
    source = read_bytes(entry.path)
    return Text(entry, entry.header(source), source, modules(entry.path, source))


def loaded(read: Text, *, followed: bool = True) -> Loaded:
    """Run the text of a theorem file.

    Args:
        read: the text.
        followed: whether to look for the theorems from which it follows.

    Raises:
        TheoremFileError: if it cannot be run, does not define exactly one theorem, contradicts its label, or follows
            from a theorem that nobody knows.
    """
    with watched() as names:
        theorem = theorem_of(read.entry.path, read.source, read.beside)
    texts = {str(each.resolve()) for each in (read.entry.path, *(module.path for module in read.beside))}
    opened = digests(read.entry.path.parent, [name for name in names if os.path.realpath(name) not in texts])
    found = Loaded(read.entry, read.header, read.source, theorem, read.beside, opened)
    _check_label(found)
    if followed:
        check_followed(read.entry, theorem.corollary_of)
    return found


def check_followed(entry: Entry, names: Iterable[str]) -> None:
    """Refuse a corollary of a theorem that is neither beside this one nor in the catalogue.

    Args:
        entry: the file of the corollary.
        names: the theorems from which it follows.

    Raises:
        TheoremFileError: if there is no such theorem.
    """
    here = entry.path.parent
    for name in names:
        beside = (here if "/" not in name else here.parent) / f"{name}.py"
        if not _is_file(beside) and not any(_is_file(folder / f"{name}.py") for folder in folders()):
            ids = {entry.id for entry in (*catalogue(), *_tree(here.parent))}
            near = get_close_matches(name, sorted(ids), n=2, cutoff=0.6)
            remedy = f"did you mean {' or '.join(near)}?" if near else "see `wnverify list`"
            message = expected("a known theorem in corollary_of", repr(name)[:LONGEST_WORD], remedy)
            raise TheoremFileError(f"{named(entry.path)}: {message}")


def _check_label(read: Loaded) -> None:
    """Refuse a label that the theorem contradicts."""
    theorem, label = read.theorem, read.header.label
    if read.entry.id in theorem.corollary_of:
        raise TheoremFileError(f"{named(read.entry.path)}: {expected('a corollary of another theorem', 'of itself')}")
    control = theorem.expect.name != "HELD"
    means = {"control": control, "conjecture": theorem.conjecture, "corollary": bool(theorem.corollary_of)}
    says = {"control": "expect=Verdict.REFUTED", "conjecture": "conjecture=True", "corollary": 'corollary_of="..."'}
    if label in means and not means[label]:
        message = expected(f"{says[label]} in the theorem", "none", f"or another Label than {label}")
        raise TheoremFileError(f"{named(read.entry.path)}: {message}")
    if label and (control or theorem.conjecture) and not means.get(label, False):
        wanted = "control" if control else "conjecture"
        raise TheoremFileError(f"{named(read.entry.path)}: {expected(f'Label: {wanted}', repr(label))}")


def load(what: Entry | Path | str) -> Theorem:
    """Run a theorem file and return its theorem.

    Args:
        what: an entry, an id or a path.

    Raises:
        TheoremFileError: if the file cannot be read or run, or does not define exactly one theorem.
        UsageError: if the id or path does not name exactly one theorem.
    """
    entry = what if isinstance(what, Entry) else one(str(what))
    source = read_bytes(entry.path)
    return replace(theorem_of(entry.path, source, modules(entry.path, source)), name=entry.id)


def theorem_of(path: Path, source: bytes, beside: Beside = ()) -> Theorem:
    """The theorem that a text defines; the module is thrown away and never cached.

    Args:
        path: where the text comes from, for messages and `__file__`.
        source: the text.
        beside: the modules of its folder that it imports.

    Raises:
        TheoremFileError: if the text cannot be run, or does not define exactly one theorem.
    """
    return _theorem(executed(path, source, beside), path)


def _theorem(names: dict[str, Any], path: Path) -> Theorem:
    from wnverify.theorem import Theorem, check_spoken  # sympy: only when a theorem is really loaded

    found = list({id(value): name for name, value in names.items() if isinstance(value, Theorem)}.values())
    if "theorem" not in names:
        got = f"it under the name {', '.join(found)}" if found else "none"
        raise TheoremFileError(f"{named(path)}: {expected('a theorem under the name `theorem`', got)}")
    if not isinstance(names["theorem"], Theorem):
        raise TheoremFileError(f"{named(path)}: {expected('a Theorem as `theorem`', repr(names['theorem'])[:80])}")
    if len(found) > 1:
        raise TheoremFileError(f"{named(path)}: {expected('one theorem a file', ', '.join(found), 'split the file')}")
    result: Theorem = names["theorem"]
    try:
        check_spoken(result)
    except TheoremFileError as error:
        raise TheoremFileError(f"{named(path)}: {error}") from error
    return result
