"""Outside: installed packages that a theorem file imports and that are none of those whose versions are known.

They decide what is found as much as the file does, so that their sources are a part of its key. Not seen are modules
that are imported under a name that is made up while the file runs, and files of data.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.machinery import PathFinder
from pathlib import Path

from wnverify.catalogue import Text

KNOWN = frozenset({
    "wnverify", "numpy", "scipy", "sympy", "mpmath", "autograd", "hypothesis", "flint", "jax", "jaxlib", "pytest",
    "__future__",
})  # fmt: skip
"""Packages whose versions, or sources, are told elsewhere."""
INSTALLED = ("site-packages", "dist-packages")
_IMPORT = re.compile(
    rb"(?:^|[;:])[ \t\f]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))", re.MULTILINE
)
Signature = tuple[tuple[str, int, int], ...]


def outside(text: Text) -> str:
    """SHA-256 of the packages that a theorem file, or a module beside it, imports; empty where there is none."""
    beside = {each.name for each in text.beside}
    asked = [name for source in (text.source, *(each.source for each in text.beside)) for name in imported(source)]
    found: dict[str, str] = {}
    while asked:
        name = asked.pop()
        place = None if name in found or name in beside else _place(name)
        if place is not None:
            found[name] = tree_digest(place)
            asked += [] if _installed(place) else _imported_in(place, signature(place))
    return sha256(repr(sorted(found.items())).encode()).hexdigest() if found else ""


def imported(source: bytes) -> list[str]:
    """The packages that a text imports, or seems to.

    >>> imported(b"from my.bounds import f; import numpy as np, other.part")
    ['my', 'numpy', 'other']
    """
    named = (one or several for one, several in _IMPORT.findall(source))
    words = (part.split() for text in named for part in text.decode().split(","))
    return [word[0].partition(".")[0] for word in words if word]


def _place(name: str) -> Path | None:
    """Where the sources of an installed package are; None if there are none, or their version is told elsewhere."""
    if not name or name in KNOWN or name in sys.stdlib_module_names:
        return None
    try:
        spec = PathFinder.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    folders = list(spec.submodule_search_locations or ())
    place = folders[0] if folders else spec.origin
    return Path(place) if place and Path(place).exists() else None


def _installed(place: Path) -> bool:
    """Whether a package was copied to where packages are installed: what it imports in turn is taken as it is."""
    return any(part in INSTALLED for part in place.parts)


@lru_cache(maxsize=64)
def _imported_in(place: Path, _: Signature) -> list[str]:
    return sorted({name for path in sources(place) for name in imported(path.read_bytes())})


def sources(place: Path, but: str = "") -> Iterator[Path]:
    """The Python files of a folder, or the one file, in order.

    Args:
        place: the folder or file.
        but: a folder in it that is left out.
    """
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
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
