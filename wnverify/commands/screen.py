"""The console of a command: a closed pipe is left to the command line, and a pipe has a fixed width."""

from __future__ import annotations

import os
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from wnverify.report.layout import WIDTH


class Screen(Console):
    """A console that leaves a closed pipe to the command line; rich would exit with 1, which means refuted."""

    def on_broken_pipe(self) -> None:
        """Hand the closed pipe on."""
        raise BrokenPipeError


def screen() -> Console:
    """A console as wide as the terminal, or of a fixed width in a pipe."""
    console = Screen(highlight=False, markup=False, emoji=False)
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console.width = WIDTH
    return console


def show(console: Console, lines: Iterable[Text]) -> None:
    """Print lines that are wrapped already."""
    for line in lines:
        console.print(line, soft_wrap=True)
