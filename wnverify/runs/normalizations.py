"""The normalizations: their theorems are checked, and the table of what carries over is written.

`python -m wnverify.runs.normalizations reports` checks them at the quick budget and writes
`reports/normalizations.md`. With `--record RUN.json` it reads the run that `wnverify check --json RUN.json` saved
instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.errors import COULD_NOT_CHECK, UsageError, WnverifyError, expected
from wnverify.report.normalizations_table import FOLDERS, normalizations_table
from wnverify.runs.record import from_json
from wnverify.runs.run import run

PAGE = "normalizations.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, check or read a run, and write the page; the exit code, with a sentence if it fails."""
    parser = argparse.ArgumentParser(prog="python -m wnverify.runs.normalizations")
    parser.add_argument("folder", type=Path, help="where the page goes")
    parser.add_argument("--record", type=Path, help="a saved run to read instead of checking anew")
    options = parser.parse_args(arguments)
    try:
        if not options.folder.is_dir():
            raise UsageError(expected("a folder for the page", repr(str(options.folder)), "make it first"))
        if options.record:
            found = from_json(options.record.read_bytes())
        else:
            found = run(catalogue.select(FOLDERS), parse_budget("quick"))
        (options.folder / PAGE).write_text(normalizations_table(found) + "\n", encoding="utf-8")
    except (WnverifyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_CHECK
    return 0


if __name__ == "__main__":
    sys.exit(main())
