"""Opened: the files of data that a theorem file reads while it is run, which decide what is found as its text does.

They are seen by Python's audit events, whatever opens them: `open`, `Path.read_text`, `numpy.load`. Not seen is what
a library opens in C, a folder that is listed, and what a function opens later, when it is called.
"""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

Opened: TypeAlias = tuple[tuple[str, str], ...]
"""By name from the folder of the theorem file, in order, the SHA-256 of each; empty for one that is not there."""
PROGRAM = (".py", ".pyc", ".so", ".pyd")
SYSTEM = ("/dev/", "/proc/", "/sys/")
SETTLED = 2 * 10**9
"""Nanoseconds after which another edit of a file has certainly another time."""
PACKAGE = str(Path(__file__).resolve().parent)
_watching: list[list[str]] = []
"""The names opened so far, for each file that is being run."""


@contextmanager
def watched() -> Iterator[list[str]]:
    """While this lasts, the names of the files that are opened for reading are added to the list."""
    _listen()
    found: list[str] = []
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.pop()


@cache
def _listen() -> None:
    """Hear of every file that is opened, from here on: an audit hook stays."""
    sys.addaudithook(_heard)


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if event != "open" or not _watching:
        return
    name, mode, flags = given
    written = any(sign in mode for sign in "wax+") if isinstance(mode, str) else flags & (os.O_WRONLY | os.O_RDWR)
    if isinstance(name, (str, bytes, os.PathLike)) and not written:
        path = os.path.abspath(os.fsdecode(name))
        for found in _watching:
            found.append(path)


def digests(folder: Path, names: Sequence[str]) -> Opened:
    """The digests of files of data; modules that an import opened are none.

    Args:
        folder: of the theorem file.
        names: of all files that were opened.
    """
    ours = sorted({name for name in names if not _is_program(name)})
    return tuple((os.path.relpath(name, folder.resolve()), _digest_of(Path(name))) for name in ours)


def unchanged(folder: Path, opened: Opened) -> bool:
    """Whether files hold what they held.

    Args:
        folder: of the theorem file.
        opened: their names from there, and their digests.
    """
    return all(_digest_of(folder.resolve() / name) == digest for name, digest in opened)


def _is_program(name: str) -> bool:
    return name.endswith(PROGRAM) or name.startswith((*SYSTEM, *_homes()))


@cache
def _homes() -> tuple[str, ...]:
    """Where Python, installed packages and wnverify are: their versions and sources are told elsewhere."""
    paths = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    return tuple(f"{folder}{os.sep}" for folder in sorted({PACKAGE, *paths, *map(os.path.realpath, paths)}))


def _digest_of(path: Path) -> str:
    """SHA-256 of a plain file; empty for whatever else is there."""
    try:
        found = path.stat()
        read = _read if time.time_ns() - found.st_mtime_ns > SETTLED else _read.__wrapped__
        return read(path, found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else ""
    except (OSError, ValueError):
        return ""


@lru_cache(maxsize=256)
def _read(path: Path, *_: int) -> str:
    """SHA-256 of a file, anew only when it was touched."""
    whole = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            whole.update(part)
    return whole.hexdigest()
