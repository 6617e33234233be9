"""`wnverify report`: what a run found, as pages, as a table for a paper, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wnverify.errors import UsageError, expected
from wnverify.report.words import counted
from wnverify.store.keeper import DEFAULT

if TYPE_CHECKING:
    from wnverify.catalogue import Entry
    from wnverify.evidence import Record

FILE = click.Path(path_type=Path)
NAME = re.compile(r"\w+(/\w+)?")
OWN = "Theorem files of yours that stand elsewhere; repeatable."


@click.command("report")
@click.argument("run", required=False, type=FILE, metavar="[RUN.json|STORE]")
@click.option("--html", type=FILE, metavar="DIR", help="Write an index, a page a theorem and a page a paper here.")
@click.option("--latex", type=FILE, metavar="FILE", help="Write a table for a paper, of booktabs, to \\input.")
@click.option("--markdown", type=FILE, metavar="FILE", help="Write a table for a README or a review.")
@click.option("--only", multiple=True, metavar="ID", help="Only these theorems, folders or globs; repeatable.")
@click.option("--with", "own", multiple=True, metavar="FILE", help=OWN)
def command(
    run: Path | None,
    *,
    html: Path | None,
    latex: Path | None,
    markdown: Path | None,
    only: Sequence[str],
    own: Sequence[str],
) -> None:
    """Tell what a run found, from its record or from the store alone: nothing is checked anew.

    RUN.json is what `wnverify check --json` wrote; a store holds more: the curves of effort, proofs and mutants'
    instances. Without it, the store of this folder is told. What the file of a theorem says of itself is told if the
    file is at hand, as it was checked: in the catalogue, in this folder, or named by --with; and then also what
    `wnverify prove` has proved of it in this folder.
    """
    from wnverify.runs.kept import kept_or_written, selected

    if not (html or latex or markdown):
        remedy = "add --html DIR, --latex FILE or --markdown FILE"
        raise UsageError(expected("something to write", "none of it", remedy))
    record = selected(kept_or_written(run or DEFAULT), only)
    entries = _at_hand(record, own)
    if html:
        site(record, entries, html)
    if latex or markdown:
        _tables(record, entries, latex, markdown)


def _tables(record: Record, entries: Sequence[Entry], latex: Path | None, markdown: Path | None) -> None:
    """Write the tables that are asked for."""
    from wnverify.questions.proof.listed import with_proofs
    from wnverify.report.tables.latex import latex_table
    from wnverify.report.tables.markdown import markdown_table
    from wnverify.report.told.told import told
    from wnverify.runs.files import check_no_program, write

    run = with_proofs(told(record, entries))
    for path, written in ((latex, latex_table), (markdown, markdown_table)):
        if path is not None:
            check_no_program(path)
            try:
                write(path, written(run).encode())
            except OSError as error:
                raise UsageError(expected("a file to write", f"{str(path)!r} ({error.strerror})")) from error
            click.echo(f"{counted(len(run.accounts), 'theorem')} in {path}.")


def _at_hand(record: Record, own: Sequence[str]) -> list[Entry]:
    """The catalogue, the files of this folder that bear the name of a theorem told, and those that are named."""
    from wnverify.catalogue import catalogue, select

    names = [each.id for each in record.theorems if NAME.fullmatch(each.id)]
    here = [f"{name}.py" for name in names if Path(f"{name}.py").is_file()]
    return [*catalogue(), *(select(here) if here else ()), *(select(own) if own else ())]


def site(record: Record, entries: Sequence[Entry], folder: Path) -> None:
    """Write the site of a run, and say where it is.

    Args:
        record: of the run.
        entries: the theorem files at hand.
        folder: where the site goes.
    """
    from wnverify.questions.proof.listed import with_proofs
    from wnverify.report.site.write import write_site
    from wnverify.report.told.told import told
    from wnverify.runs.saved import saving

    pages = write_site(with_proofs(told(record, entries)), folder, saving(record))
    click.echo(f"{counted(pages, 'page')}; the first is {folder / 'index.html'}.")
