"""The reference run: the catalogue at the quick budget, its record, an index, key plots, a page a paper.

`python -m wnverify.runs.reference reports` checks the catalogue and writes all of it; with `--record RUN.json` it
reads the run that `wnverify check --json RUN.json` saved, or the `run.json.gz` of the folder, instead.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

from msgspec import structs

from wnverify import catalogue
from wnverify.budget import parse_budget
from wnverify.errors import COULD_NOT_CHECK, RecordError, UsageError, WnverifyError, expected
from wnverify.evidence import Record, TheoremEvidence, Worst
from wnverify.report.tables.reference import INDEX, RECORD, index, key_plots, paper_pages
from wnverify.report.told.told import told
from wnverify.runs.record import from_json, timeless, to_json
from wnverify.runs.run import run

LARGEST = 500_000
"""Bytes of a compressed record, beyond which it is kept without the instances themselves."""


def packed(record: Record, largest: int = LARGEST) -> bytes:
    """The record, compressed and without its times: equal runs give equal bytes.

    Args:
        record: of the run.
        largest: bytes beyond which instances are left out; the same seed finds them again.
    """
    whole = gzip.compress(to_json(timeless(record)), 9, mtime=0)
    return (
        whole if len(whole) <= largest else gzip.compress(to_json(timeless(_without_instances(record))), 9, mtime=0)
    )


def _without_instances(record: Record) -> Record:
    return structs.replace(record, theorems=[_bare(evidence) for evidence in record.theorems])


def _bare(evidence: TheoremEvidence) -> TheoremEvidence:
    checks = [
        structs.replace(
            check,
            worst=_alone(check.worst),
            items=[structs.replace(item, worst=_alone(item.worst)) for item in check.items],
        )
        for check in evidence.checks
    ]
    return structs.replace(evidence, checks=checks)


def _alone(worst: Worst | None) -> Worst | None:
    """Ratio and sides without the instance."""
    return None if worst is None else structs.replace(worst, instance={})


def unpacked(path: Path) -> Record:
    """A record from a file, compressed or not.

    Raises:
        RecordError: if it is damaged.
    """
    data = path.read_bytes()
    try:
        return from_json(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data)
    except (OSError, EOFError, zlib.error) as error:
        raise RecordError(expected("a compressed record", f"{str(path)!r} ({error})", "write it again")) from error


def write(folder: Path, record: Record, entries: Sequence[catalogue.Entry]) -> list[Path]:
    """Write the record, the index, the plots and the pages of papers; the files written.

    Args:
        folder: where they go.
        record: of the run.
        entries: the theorem files.
    """
    pages, plots = paper_pages(told(record, entries), entries), key_plots(record)
    folders = [Path(name).stem for name in pages]
    texts = {INDEX: index(record, entries, folders, list(plots)), **pages}
    texts |= {f"plots/{name}": plot for name, plot in plots.items()}
    (folder / "plots").mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / RECORD).write_bytes(packed(record))
    return [folder / name for name in (*texts, RECORD)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, check or read a run, and write the folder; the exit code, with a sentence if it fails."""
    parser = argparse.ArgumentParser(prog="python -m wnverify.runs.reference")
    parser.add_argument("folder", type=Path, help="where it goes")
    parser.add_argument("--record", type=Path, help="a saved run to read instead of checking anew")
    options = parser.parse_args(arguments)
    try:
        if not options.folder.is_dir():
            raise UsageError(expected("a folder for the pages", repr(str(options.folder)), "make it first"))
        entries = catalogue.catalogue()
        record = unpacked(options.record) if options.record else run(entries, parse_budget("quick"))
        write(options.folder, record, entries)
    except (WnverifyError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_CHECK
    return 0


if __name__ == "__main__":
    sys.exit(main())
