"""Kept: the points of an experiment that are computed already, one line of JSON each, in the order they were found.

A line is `{"of": what it depends on, "rows": [...]}`. A line that was cut off when a run was killed is not a whole
JSON document and is passed over, and so is what other code, another seed or another point left behind.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from wnverify.errors import UsageError, expected

R = TypeVar("R")


class Kept(Generic[R]):
    """Rows by what they depend on.

    Args:
        path: of the file; it need not exist.
        row: the class of a row.

    Raises:
        UsageError: if the file cannot be read.
    """

    def __init__(self, path: Path, row: type[R]) -> None:
        self.path, self._rows = path, msgspec.json.Decoder(list[row])  # type: ignore[valid-type]
        self._found: dict[str, Sequence[R]] = {}
        try:
            lines = path.read_bytes().splitlines() if path.exists() else []
        except OSError as error:
            raise UsageError(expected("a file of computed points", f"{path} ({error.strerror})")) from error
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            held = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
            key = msgspec.json.decode(held["of"], type=str)
            self._found[key] = self._rows.decode(held["rows"])
        except (msgspec.DecodeError, KeyError):
            return

    def get(self, key: str) -> Sequence[R] | None:
        """The rows, if they are there."""
        return self._found.get(key)

    def add(self, key: str, rows: Sequence[R]) -> Sequence[R]:
        """Keep rows, on the disk before this returns; what is returned is what will be read the next time."""
        line = msgspec.json.encode({"of": key, "rows": list(rows)})
        torn = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
        with self.path.open("ab") as file:
            file.write((b"\n" if torn else b"") + line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._take(line)
        return self._found[key]


def key(*parts: object) -> str:
    """What a point depends on, as a short text.

    >>> key("depth", 1) == key("depth", 1) != key("depth", 2)
    True
    """
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:32]
