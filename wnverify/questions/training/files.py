"""The files of a log: a line in each for every recorded call, written at once: a killed loop loses nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from wnverify.questions.training.row import COLUMNS, MEANINGS, Row

TABLE, LINES = "monitor.csv", "monitor.jsonl"
SCHEMA = 1


class Files:
    """`monitor.csv` and `monitor.jsonl` in a folder; those of an earlier loop are kept under another name.

    Args:
        folder: is made if it is not there.
        said: what the loop was said to be, for the head of the JSON.
    """

    def __init__(self, folder: Path, said: dict[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (TABLE, LINES):
            _set_aside(folder / name)
        self.folder = folder
        self._add(TABLE, _line(list(COLUMNS)))
        self._add(LINES, _json({"schema": SCHEMA, "kind": "wnverify monitor", **said, "meanings": dict(MEANINGS)}))

    def row(self, row: Row) -> None:
        """Add a call."""
        self._add(TABLE, _line(row.cells()))
        self._add(LINES, _json(row.to_json()))

    def _add(self, name: str, text: str) -> None:
        with (self.folder / name).open("a", encoding="utf-8", newline="") as file:
            file.write(text)


def _line(cells: list[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()


def _json(plain: dict[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False) + "\n"


def _set_aside(path: Path) -> None:
    """monitor.csv becomes monitor-1.csv, or the first number that is free."""
    if path.exists():
        number = 1
        while path.with_stem(f"{path.stem}-{number}").exists():
            number += 1
        path.rename(path.with_stem(f"{path.stem}-{number}"))
