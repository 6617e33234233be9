"""The command line. Exit codes: 0 nothing refuted, 1 refuted, 2 usage, 3 could not check, 130 interrupted."""

from __future__ import annotations

import os
import pkgutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from wnverify import commands
from wnverify.commands.outlet import outlets
from wnverify.errors import COULD_NOT_CHECK, MISUSE, UsageError, WnverifyError
from wnverify.stopping import Stop, heard, heeded

INTERNAL, LONGEST = "Internal error", 300
"""How an error that nobody foresaw is told, and how much of it."""


class _Stopped(Exception):
    """A command was interrupted."""


class _Commands(click.Group):
    """What `wnverify.commands` holds; every command ends with an exit code and at most one message."""

    def _find(self, begin: str = "") -> None:
        """Ask every module whose name begins so for its `command`; one without, such as `screen`, is passed over."""
        for info in pkgutil.iter_modules(commands.__path__):
            if info.name.startswith(begin):
                found = getattr(import_module(f"{commands.__name__}.{info.name}"), "command", None)
                if found is not None:
                    self.add_command(found)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        self._find()
        return click.Group.list_commands(self, ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; the others are loaded only if no module is called as it, or begins so."""
        self._find(cmd_name)
        if cmd_name not in self.commands:
            self._find()
        return click.Group.get_command(self, ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, each with the whole first sentence of its help."""
        known = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(LONGEST)) for name, each in known.items() if each])

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run the command line; whatever happens, it ends with an exit code that tells the truth."""
        with heeded() as stop, outlets() as out:
            code = _code(partial(click.Group.main, self, *args, standalone_mode=False, **extra), stop)
            out.flush()
            if out.failure:
                code = _said(f"The output could not be written: {out.failure}.", code or COULD_NOT_CHECK)
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", _storage())
        try:
            return click.Group.invoke(self, ctx)
        except KeyboardInterrupt as error:  # click would add a blank line
            heard()
            raise _Stopped from error


def _storage() -> str:
    """Where Hypothesis caches the constants of our source: not in the folder where the user happens to be.

    Where there is no temporary folder it gets a place that can hold nothing, and does without.
    """
    folder = os.devnull
    with suppress(OSError):
        found = tempfile.gettempdir()
        folder = folder if os.path.samefile(found, os.curdir) else found
    return str(Path(folder, "wnverify-hypothesis"))


def _code(run: Callable[[], Any], stop: Stop) -> int:
    """The exit code of a command, and one message where it ends with an error; 1 is a refutation and nothing else."""
    try:
        return int(run() or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BaseException as error:
        if isinstance(error, SystemExit) and not error.code:  # of shell completion
            return 0
        message, code = _ending(error, stop)
        if message.startswith(INTERNAL) and os.environ.get("WNVERIFY_DEBUG"):
            raise
        return _said(message, code)


def _ending(error: BaseException, stop: Stop) -> tuple[str, int]:
    """What is said of an error, and the exit code."""
    match error:
        case UsageError():
            return str(error), MISUSE
        case WnverifyError():
            return str(error), COULD_NOT_CHECK
        case _Stopped() | KeyboardInterrupt() | click.exceptions.Abort():
            return "interrupted.", stop.code
        case _ if stop.asked:  # a library made another error of the interruption
            return "interrupted.", stop.code
        case OSError():
            return _unreachable(error), COULD_NOT_CHECK
    words = " ".join(str(error).split())[:LONGEST]
    return f"{INTERNAL}, {type(error).__name__}: {words} (WNVERIFY_DEBUG=1 shows where).", COULD_NOT_CHECK


def _said(message: str, code: int) -> int:
    """Say it on standard error, and hand the code on."""
    click.echo(f"wnverify: {message}", err=True)
    return code


def _unreachable(error: OSError) -> str:
    try:
        Path.cwd()
    except OSError:
        return "The current folder does not exist any more: change to another one."
    about = f" {error.filename!r}" if error.filename else ""
    return f"Could not write or read{about}: {error.strerror or error}."


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wnverify", message="wnverify %(version)s")
def cli() -> None:
    """Check theorems about weight normalization on real networks.

    Exit codes: 0 nothing refuted, 1 refuted, 2 usage, 3 could not check, 130 interrupted.
    """
