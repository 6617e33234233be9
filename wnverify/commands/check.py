"""`wnverify check`: try to break theorems."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from wnverify import catalogue
from wnverify.commands.screen import gone, screen, show
from wnverify.errors import COULD_NOT_CHECK, INTERRUPTED
from wnverify.papers import damaged
from wnverify.stopping import finishing

if TYPE_CHECKING:
    from wnverify.evidence import Event, Notify, Record

CLOSED_PIPE = 141
"""The exit code that shells give to a command whose reader went away."""


EFFORT = "Effort: quick, standard (10 times that), deep (150 times), or seconds such as 30s for the whole run."


@click.command("check")
@click.argument("theorems", nargs=-1, metavar="[ID|FILE]...")
@click.option("--budget", default="quick", show_default=True, metavar="quick|standard|deep|Ns", help=EFFORT)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Same seed, same record.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; as many as cores by default.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the record here.")
@click.option("--strict", is_flag=True, help="Exit with 3 for VACUOUS or UNDECIDED too.")
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
    for message in damaged(entry.path.parent for entry in entries):
        click.echo(f"wnverify: {message}", err=True)
    begin = time.monotonic()
    record = _run(console, entries, quiet=quiet, kept=json_file is not None, **effort)
    with finishing():
        lost = files.write_or_rescue(json_file, to_json(record)) if json_file else ""
        saved = files.save_counterexamples(record, entries)
        shown = [] if quiet else [terminal.tables(record, console.width, bars=console.is_terminal)]
        shown.append(terminal.problems(record, console.width, saved))
        shown.append(terminal.summary(record, console.width, time.monotonic() - begin))
        for part in shown:
            show(console, [*part, Text("")] if part and part is not shown[-1] else part)
        if lost:
            click.echo(f"wnverify: {lost}", err=True)
        code = terminal.exit_code(record, strict=strict)
        raise click.exceptions.Exit(_piped(code, console) or (COULD_NOT_CHECK if lost else 0))


def _run(console: Console, entries: Sequence[catalogue.Entry], *, quiet: bool, kept: bool, **effort: Any) -> Record:
    from wnverify.budget import parse_budget
    from wnverify.report.progress import following
    from wnverify.runs.run import run

    effort = {**effort, "budget": parse_budget(effort["budget"])}
    if quiet:
        return run(entries, **effort)
    with following(console) as notify:
        return run(entries, **effort, notify=notify if kept else partial(_unless_gone, console, notify))


def _unless_gone(console: Console, notify: Notify, event: Event) -> None:
    """Tell of an event; where nobody reads any more, and no record is wanted, the run ends with what it has.

    Raises:
        KeyboardInterrupt: as if the reader had asked for it.
    """
    notify(event)
    if gone(console):
        raise KeyboardInterrupt


def _piped(code: int, console: Console) -> int:
    """The exit code; that of a closed pipe where it was this that interrupted."""
    return CLOSED_PIPE if code == INTERRUPTED and gone(console) else code
