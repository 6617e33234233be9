"""The command line. Exit codes: 0 nothing refuted, 1 refuted, 2 usage, 3 could not check."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from wnverify import catalogue
from wnverify.commands import audit, evaluate, experiment, replay, symbols, try_claim
from wnverify.commands.screen import screen as _screen
from wnverify.commands.screen import show as _print
from wnverify.errors import COULD_NOT_CHECK, MISUSE, UsageError, WnverifyError

if TYPE_CHECKING:
    from wnverify.evidence import Record


class _Failure(click.ClickException):
    """One message on standard error, and the exit code of what could not be checked."""

    exit_code = COULD_NOT_CHECK

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message."""
        click.echo(f"wnverify: {self.message}", file=file or sys.stderr)


class _Misuse(_Failure):
    """The same for a command that cannot be carried out."""

    exit_code = MISUSE


class _Commands(click.Group):
    """A group that ends every command with an exit code and at most one message, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        # Hypothesis caches the constants of our source, by default in the folder where the user happens to be
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir(), "wnverify-hypothesis")))
        with _one_message():
            result = click.Group.invoke(self, ctx)
            sys.stdout.flush()
            return result


@contextmanager
def _one_message() -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        raise _Misuse(str(error)) from error
    except WnverifyError as error:
        raise _Failure(str(error)) from error
    except KeyboardInterrupt as error:
        raise _Failure("interrupted.") from error
    except BrokenPipeError as error:
        _close_output()
        raise click.exceptions.Exit(COULD_NOT_CHECK) from error
    except (click.exceptions.Exit, click.exceptions.Abort, click.ClickException):
        raise
    except OSError as error:
        _close_output()
        raise _Failure(f"Could not write or read: {error}.") from error
    except Exception as error:
        if os.environ.get("WNVERIFY_DEBUG"):
            raise
        message = f"Internal error, {type(error).__name__}: {error} (WNVERIFY_DEBUG=1 shows where)."
        raise _Failure(message) from error


def _close_output() -> None:
    """Point standard output at nothing, so that the last flush of the interpreter cannot fail again."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # not a real file: nothing will be flushed to it
        return


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wnverify", message="wnverify %(version)s")
def cli() -> None:
    """Check theorems about weight normalization on real networks.

    Exit codes: 0 nothing refuted, 1 refuted, 2 usage, 3 could not check.
    """


@cli.command("list")
@click.argument("theorems", nargs=-1, metavar="[ID|FILE]...")
@click.option("--tag", help="Only theorems with this tag.")
def list_command(theorems: Sequence[str], tag: str | None) -> None:
    """List the theorems, by paper."""
    from wnverify.report.listing import listing

    console = _screen()
    lines = listing(catalogue.select(theorems), console.width, tag)
    if not lines:
        raise UsageError(
            f"No theorem has the tag {tag!r}; see `wnverify list`." if tag else "The catalogue is empty."
        )
    _print(console, lines)


@cli.command("show")
@click.argument("theorem", metavar="ID|FILE")
@click.option("--latex", is_flag=True, help="A LaTeX fragment instead.")
def show_command(theorem: str, *, latex: bool) -> None:
    """Show one theorem as mathematics."""
    found = catalogue.select([theorem])
    if len(found) != 1:
        raise UsageError(
            f"Expected the name of one theorem, but {theorem!r} names {len(found)}: see `wnverify list`."
        )
    entry = found[0]
    header, loaded = entry.header(), catalogue.load(entry)
    if latex:
        from wnverify.report.latex import fragment

        click.echo(fragment(entry, header, loaded), nl=False)
        return
    from wnverify.report.show import page

    console = _screen()
    _print(console, page(entry, header, loaded, console.width))


@cli.command("check")
@click.argument("theorems", nargs=-1, metavar="[ID|FILE]...")
@click.option("--budget", default="quick", show_default=True, metavar="quick|standard|deep|Ns", help="Effort.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Same seed, same record.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; as many as cores by default.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the record here.")
@click.option("--strict", is_flag=True, help="Exit with 3 if a theorem is VACUOUS or UNDECIDED.")
@click.option("--quiet", is_flag=True, help="Only what needs a look, and the summary.")
def check_command(
    theorems: Sequence[str], json_file: Path | None, *, strict: bool, quiet: bool, **effort: Any
) -> None:
    """Try to break theorems: all of them, or those named by id, folder, glob or file."""
    from wnverify.report import terminal
    from wnverify.runs import files as saving
    from wnverify.runs.record import to_json

    entries = catalogue.select(theorems)
    if json_file:
        saving.check_writable(json_file)
    console = _screen()
    begin = time.monotonic()
    record = _run(console, entries, quiet=quiet, **effort)
    lost = saving.write_or_rescue(json_file, to_json(record)) if json_file else ""
    saved = saving.save_counterexamples(record)
    shown = [] if quiet else [terminal.tables(record, console.width, bars=console.is_terminal)]
    shown.append(terminal.problems(record, console.width, saved))
    shown.append(terminal.summary(record, console.width, time.monotonic() - begin))
    for part in shown:
        _print(console, [*part, Text("")] if part and part is not shown[-1] else part)
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


@cli.command("new")
@click.argument("name")
def new_command(name: str) -> None:
    """Write a theorem file to start from, and a test of it.

    NAME is a path such as my_bound or theorems/my_paper/my_bound; nothing is overwritten.
    """
    from wnverify.report.scaffold import scaffold

    theorem, test = scaffold(Path(name))
    click.echo(f"Wrote {theorem} and {test}.\nCheck it:  wnverify check {theorem}   or   pytest {theorem}")


for module in (audit, evaluate, experiment, replay, symbols, try_claim):
    cli.add_command(module.command)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Unicode gets question marks, not a traceback
    cli(prog_name="wnverify")


if __name__ == "__main__":
    main()
