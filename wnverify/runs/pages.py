"""The papers: their theorems are checked, and what was found of every printed statement is written as a page each.

`python -m wnverify.runs.pages reports banerjee2024 chou2023` checks them at the standard budget and writes
`reports/banerjee2024.md` and `reports/chou2023.md`; without names, a page for every paper of the catalogue. With
`--record RUN.json` it reads the run that `wnverify check --json RUN.json` saved instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.errors import COULD_NOT_CHECK, UsageError, WnverifyError, expected
from wnverify.evidence import Record
from wnverify.papers import read
from wnverify.report.claims_table import claims_table
from wnverify.runs.record import from_json
from wnverify.runs.run import run


def papers() -> list[str]:
    """The folders of the catalogue that list what their paper prints."""
    folders = {entry.paper: entry.path.parent for entry in catalogue.catalogue()}
    return [name for name, folder in folders.items() if (paper := read(folder)) and paper.printed]


def checked(names: Sequence[str]) -> Record:
    """The record of some papers at the standard budget."""
    return run(catalogue.select(names), parse_budget("standard"))


def write(folder: Path, names: Sequence[str], record: Record) -> list[Path]:
    """Write a page a paper into a folder; the pages written."""
    pages = {folder / f"{Path(name).name}.md": claims_table(name, record) for name in names}
    for page, text in pages.items():
        page.write_text(text + "\n", encoding="utf-8")
    return list(pages)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, check or read a run, and write the pages; the exit code, with a sentence if it fails."""
    parser = argparse.ArgumentParser(prog="python -m wnverify.runs.pages")
    parser.add_argument("folder", type=Path, help="where the pages go")
    parser.add_argument("papers", nargs="*", help="folders of theorems; every paper if none is named")
    parser.add_argument("--record", type=Path, help="a saved run to read instead of checking anew")
    options = parser.parse_args(arguments)
    try:
        if not options.folder.is_dir():
            raise UsageError(expected("a folder for the pages", repr(str(options.folder)), "make it first"))
        names = options.papers or papers()
        catalogue.select(names)
        found = from_json(options.record.read_bytes()) if options.record else checked(names)
        write(options.folder, names, found)
    except (WnverifyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_CHECK
    return 0


if __name__ == "__main__":
    sys.exit(main())
