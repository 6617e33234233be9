"""Modules beside a theorem file: `from my_nets import NET` finds my_nets.py in its folder.

They are read together with the file, run anew whenever it is run, and forgotten afterwards: two folders may each have
a my_nets.py, and an edit is seen the next time. The standard library and installed packages come first.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

from wnverify.errors import TheoremFileError
from wnverify.opened import Opened
from wnverify.source import compiled, read_bytes

SOURCE = "__source__"
"""Under this name a module that was run from its text keeps it, for scripts into which a function travels."""


@dataclass(frozen=True)
class Module:
    """A module of the folder of a theorem file.

    Args:
        name: as it is imported.
        path: the file.
        source: its text.
    """

    name: str
    path: Path
    source: bytes = field(repr=False)


Beside: TypeAlias = tuple[Module, ...]


def modules(path: Path, source: bytes) -> Beside:
    """The modules in the folder of a file that its text imports, and that these import, by name.

    Args:
        path: the file.
        source: its text.

    Raises:
        TheoremFileError: if one cannot be read.
    """
    found: dict[str, Module] = {}
    folder, asked = path.resolve().parent, list(_imported(path, source))
    while asked:
        name = asked.pop()
        file = folder / f"{name}.py"
        if name in found or not file.is_file() or _comes_first(name, folder):
            continue
        found[name] = Module(name, file, read_bytes(file))
        asked += _imported(file, found[name].source)
    return tuple(found[name] for name in sorted(found))


def digest(source: bytes, beside: Beside, opened: Opened = ()) -> str:
    """SHA-256 of a text, and of those of the modules beside it, if there are any; behind `+` that of files of data.

    Args:
        source: the text.
        beside: the modules.
        opened: the files of data that the text reads when it is run, as far as that is known.
    """
    whole = sha256(source)
    for each in beside:
        whole.update(b"\0".join((b"", each.name.encode(), sha256(each.source).digest())))
    return f"{whole.hexdigest()}+{sha256(repr(opened).encode()).hexdigest()}" if opened else whole.hexdigest()


def of_text(digest: str) -> str:
    """The part of a digest that is of texts alone."""
    return digest.partition("+")[0]


def shortened(digest: str) -> str:
    """As much of a digest as tells texts, and files of data, from others.

    >>> shortened("0123456789abcdef"), shortened("0123456789abcdef+fedcba9876543210")
    ('01234567', '01234567+fedc')
    """
    text, plus, data = digest.partition("+")
    return f"{text[:8]}{plus}{data[:4]}"


@contextmanager
def importable(beside: Iterable[Module]) -> Iterator[None]:
    """While this lasts, imports find these modules; whatever was loaded under their names is put back afterwards."""
    named = {module.name: module for module in beside}
    hidden = {name: sys.modules.pop(name) for name in named if name in sys.modules}
    finder = _Finder(named)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in named:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)


class _Finder(MetaPathFinder, Loader):
    """Finds the given modules and runs them from their texts; nothing is written beside them."""

    def __init__(self, named: Mapping[str, Module]) -> None:
        self.named = named

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is to be had; None for others."""
        found = self.named.get(fullname)
        return None if found is None else ModuleSpec(fullname, self, origin=str(found.path))

    def exec_module(self, module: ModuleType) -> None:
        """Run a module."""
        found = self.named[module.__name__]
        module.__file__ = str(found.path)
        vars(module)[SOURCE] = found.source
        exec(compiled(found.source, str(found.path), run=True), vars(module))


def _imported(path: Path, source: bytes) -> Iterator[str]:
    """The modules that a text imports, wherever in it; none if it is not Python, which running it will tell."""
    with suppress(TheoremFileError):
        for node in ast.walk(compiled(source, str(path), run=False)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            yield from (name for name in names if name.isidentifier())


def _comes_first(name: str, folder: Path) -> bool:
    """Whether an import means the standard library, wnverify or an installed package: not one of the folder."""
    if name in sys.stdlib_module_names or name == __name__.partition(".")[0]:
        return True
    here = {"", str(folder)}
    with suppress(OSError):
        here.add(os.getcwd())  # where Python was started: no place where packages are installed
    found = PathFinder.find_spec(name, [entry for entry in sys.path if entry not in here])
    return found is not None and found.origin is not None
