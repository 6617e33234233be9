"""A paper: its theorems are checked, and what was found of each of its sentences is written as a page.

`python -m wnverify.runs.sentences banerjee2024 reports/banerjee2024.md` checks it at the standard budget; with the
name of a record as third argument it reads that run instead.
"""

from __future__ import annotations

import sys
from pathlib import Path

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.evidence import Record
from wnverify.report.claims_table import claims_table
from wnverify.runs.record import from_json
from wnverify.runs.run import run


def checked(paper: str) -> Record:
    """The record of a paper at the standard budget."""
    return run(catalogue.select([paper]), parse_budget("standard"))


if __name__ == "__main__":
    paper, page, *record = sys.argv[1:]
    found = from_json(Path(record[0]).read_bytes()) if record else checked(paper)
    Path(page).write_text(claims_table(paper, found) + "\n", encoding="utf-8")
