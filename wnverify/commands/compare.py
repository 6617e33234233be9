"""`wnverify compare`: two runs side by side, for a look and for the CI of a paper's repository."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from wnverify.commands.screen import screen, show
from wnverify.errors import UsageError, expected

WORSE = 1
"""The exit code where a verdict got worse, or a proof is gone."""
FILE = click.Path(path_type=Path)


@click.command("compare")
@click.argument("before", type=FILE, metavar="A")
@click.argument("after", type=FILE, metavar="B")
@click.option("--tolerance", default=0.01, show_default=True, help="Ratios that move less, relative, are left out.")
@click.option("--only", multiple=True, metavar="ID", help="Only these theorems, folders or globs; repeatable.")
@click.option("--html", type=FILE, metavar="FILE", help="Write the comparison as one page, too.")
def command(before: Path, after: Path, tolerance: float, only: Sequence[str], html: Path | None) -> int:
    """Compare run B with run A: records that `check --json` wrote, or stores.

    Told are verdicts that changed, what is proved for all networks of a shape, worst ratios that moved, mutants,
    effort, and theorems that are in one of them alone. Exit code 1 if a verdict got worse, something is no longer
    proved, or a file can no longer be read; a theorem that is gone is no fault. Stores do not tell of proofs.
    """
    from wnverify.report.comparison.compared import compared
    from wnverify.report.comparison.shown import comparison, comparison_page
    from wnverify.runs.files import check_no_program, write
    from wnverify.runs.kept import chosen, comparable

    if not 0 <= tolerance < float("inf"):
        raise UsageError(expected("a tolerance of 0 or more", f"{tolerance:g}", "0.01 means one percent"))
    if html is not None:
        check_no_program(html)
    first, second = chosen(comparable([before, after]), only)
    found = compared(first, second, tolerance)
    console = screen()
    show(console, comparison(found, console.width))
    if html is not None:
        try:
            write(html, comparison_page(found))
        except OSError as error:
            raise UsageError(expected("a file to write", f"{str(html)!r} ({error.strerror})", "")) from error
    return WORSE if found.worse or found.unproved else 0
