"""`wnverify check`: try to break theorems."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from wnverify import catalogue
from wnverify.commands.screen import screen, show
from wnverify.errors import COULD_NOT_CHECK

if TYPE_CHECKING:
    from wnverify.evidence import Record


@click.command("check")
@click.argument("theorems", nargs=-1, metavar="[ID|FILE]...")
@click.option("--budget", default="quick", show_default=True, metavar="quick|standard|deep|Ns", help="Effort.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Same seed, same record.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; as many as cores by default.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the record here.")
@click.option("--strict", is_flag=True, help="Exit with 3 if a theorem is VACUOUS or UNDECIDED.")
@click.option("--quiet", is_flag=True, help="Only what needs a look, and the summary.")
def command(theorems: Sequence[str], json_file: Path | None, *, strict: bool, quiet: bool, **effort: Any) -> None:
    """Try to break theorems: all of them, or those named by id, folder, glob or file."""
    from wnverify.report import terminal
    from wnverify.runs import files
    from wnverify.runs.record import to_json

    entries = catalogue.select(theorems)
    if json_file:
        files.check_writable(json_file)
    console = screen()
    begin = time.monotonic()
    record = _run(console, entries, quiet=quiet, **effort)
    lost = files.write_or_rescue(json_file, to_json(record)) if json_file else ""
    saved = files.save_counterexamples(record)
    shown = [] if quiet else [terminal.tables(record, console.width, bars=console.is_terminal)]
    shown.append(terminal.problems(record, console.width, saved))
    shown.append(terminal.summary(record, console.width, time.monotonic() - begin))
    for part in shown:
        show(console, [*part, Text("")] if part and part is not shown[-1] else part)
    if lost:
        click.echo(f"wnverify: {lost}", err=True)
    code = terminal.exit_code(record, strict=strict)
    raise click.exceptions.Exit(code or (COULD_NOT_CHECK if lost else 0))


def _run(
    console: Console, entries: Sequence[catalogue.Entry], *, quiet: bool, budget: str, seed: int, jobs: int | None
) -> Record:
    from wnverify.budget import parse_budget

    effort = parse_budget(budget)
    from wnverify.report.progress import following
    from wnverify.runs.run import run

    if quiet:
        return run(entries, effort, seed=seed, jobs=jobs)
    with following(console) as notify:
        return run(entries, effort, seed=seed, jobs=jobs, notify=notify)
