"""Outside: installed packages that a theorem file imports and that are none of those whose versions are known.

They decide what is found as much as the file does, so that their sources are a part of its key. A text that looks for
modules in its own way (`sys.path`, `importlib`) has no key: nobody knows what it finds. Files of data: `opened`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.machinery import ModuleSpec
from pathlib import Path

from wnverify.catalogue import Text

KNOWN = frozenset({
    "wnverify", "numpy", "scipy", "sympy", "mpmath", "autograd", "hypothesis", "flint", "jax", "jaxlib", "pytest",
    "__future__",
})  # fmt: skip
"""Packages whose versions, or sources, are told elsewhere."""
INSTALLED = ("site-packages", "dist-packages")
SOURCE, COMPILED = ".py", (".so", ".pyd")
_OWN_WAY = re.compile(
    rb"\b(?:sys[ \t]*\.[ \t]*(?:path|modules|meta_path|path_hooks)|from[ \t]+sys[ \t]+import|"
    rb"importlib|__import__|runpy|addsitedir)\b"
)
"""In a text that looks for modules in its own way."""
_IMPORT = re.compile(
    rb"(?:^|[;:])[ \t\f]*(?:from[ \t]+([\w.\x80-\xff]+)[ \t]+import\b|import[ \t]+([\w., \t\x80-\xff]+))",
    re.MULTILINE,
)
Signature = tuple[tuple[str, int, int], ...]


def outside(text: Text) -> str:
    """SHA-256 of the packages that a theorem file, or a module beside it, imports; empty where there is none."""
    found = packages(text)
    return sha256(repr(sorted(found.items())).encode()).hexdigest() if found else ""


def packages(text: Text) -> dict[str, str]:
    """These packages by name, with the digest of their sources."""
    beside = {each.name for each in text.beside}
    asked = [name for source in (text.source, *(each.source for each in text.beside)) for name in imported(source)]
    found: dict[str, str] = {}
    while asked:
        name = asked.pop()
        places = [] if name in found or name in beside else _places(name)
        if places:
            found[name] = " ".join(tree_digest(place) for place in places)
            asked += [
                more for place in places if not _installed(place) for more in _imported_in(place, signature(place))
            ]
    return found


def unforeseen(text: Text) -> bool:
    """Whether a theorem file, or a module beside it, looks for modules in its own way: what it finds is not known."""
    return any(_OWN_WAY.search(source) for source in (text.source, *(each.source for each in text.beside)))


def imported(source: bytes) -> list[str]:
    """The packages that a text imports, or seems to.

    >>> imported(b"from my.bounds import f; import numpy as np, other.part")
    ['my', 'numpy', 'other']
    """
    named = (one or several for one, several in _IMPORT.findall(source))
    words = (part.split() for text in named for part in text.decode(errors="replace").split(","))
    return [word[0].partition(".")[0] for word in words if word]


def _places(name: str) -> list[Path]:
    """Where the sources of an installed package are; none if there are none, or their version is told elsewhere.

    All finders are asked, as an import does: a package that is installed to be edited may have one of its own.
    """
    if not name or name in KNOWN or name in sys.stdlib_module_names:
        return []
    spec = next(filter(None, (_spec(finder, name) for finder in sys.meta_path)), None)
    if spec is None:
        return []
    folders = list(spec.submodule_search_locations or ()) or filter(None, [spec.origin])
    return [place for place in map(Path, folders) if place.exists()]


def _spec(finder: object, name: str) -> ModuleSpec | None:
    try:
        found: ModuleSpec | None = finder.find_spec(name, None)  # type: ignore[attr-defined]  # of whatever type
    except (ImportError, ValueError, AttributeError):
        return None
    return found


def _installed(place: Path) -> bool:
    """Whether a package was copied to where packages are installed: what it imports in turn is taken as it is."""
    return any(part in INSTALLED for part in place.parts)


@lru_cache(maxsize=64)
def _imported_in(place: Path, _: Signature) -> list[str]:
    return sorted({name for path in sources(place) for name in imported(path.read_bytes())})


def sources(place: Path, but: str = "") -> Iterator[Path]:
    """The Python files of a folder, and what was compiled where it is edited, or the one file, in order.

    Args:
        place: the folder or file.
        but: a folder in it that is left out.
    """
    kinds = (SOURCE,) if _installed(place) else (SOURCE, *COMPILED)
    files = sorted(file for file in place.rglob("*.*") if file.suffix in kinds) if place.is_dir() else [place]
    return (file for file in files if not but or file.relative_to(place).parts[0] != but)


def signature(place: Path, but: str = "") -> Signature:
    """Name, time and size of every source: while these stay, so do the texts."""
    return tuple((str(path), *state_of(str(path))) for path in sources(place, but))


def state_of(name: str) -> tuple[int, int]:
    """Time and size of a file."""
    found = os.stat(name)
    return found.st_mtime_ns, found.st_size


def tree_digest(place: Path, but: str = "") -> str:
    """SHA-256 of the sources of a folder with their names, read anew only when one of them was touched."""
    return _digest(place, but, signature(place, but))


@lru_cache(maxsize=64)
def _digest(place: Path, but: str, _: Signature) -> str:
    whole = sha256()
    for path in sources(place, but):
        name = path.relative_to(place).as_posix() if place.is_dir() else path.name
        whole.update(f"{name}\0".encode() + sha256(path.read_bytes()).digest())
    return whole.hexdigest()
