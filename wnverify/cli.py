"""The command line. Exit codes: 0 nothing refuted, 1 refuted, 2 usage, 3 could not check."""

from __future__ import annotations

import os
import pkgutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import click

from wnverify import commands
from wnverify.errors import COULD_NOT_CHECK, MISUSE, UsageError, WnverifyError


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
    """What `wnverify.commands` holds; every command ends with an exit code and at most one message."""

    def _find(self) -> None:
        """Ask every module for its `command`; one that has none, such as `screen`, is passed over."""
        for info in pkgutil.iter_modules(commands.__path__):
            found = getattr(import_module(f"{commands.__name__}.{info.name}"), "command", None)
            if found is not None:
                self.add_command(found)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        self._find()
        return click.Group.list_commands(self, ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        self._find()
        return click.Group.get_command(self, ctx, cmd_name)

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


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Unicode gets question marks, not a traceback
    cli(prog_name="wnverify")
