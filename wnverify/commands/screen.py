"""The console of a command: as wide as the terminal says, or of a fixed width in a pipe."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable

import click
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from wnverify.report.layout import WIDTH, in_signs

NARROWEST, WIDEST, STEP = 20, 1000, 2
"""What a terminal says beyond these is not believed; it wraps longer lines by itself, and nothing is lost."""


WITH = "A file of yours that declares architectures or quantities; repeatable."
BROUGHT = click.Path(exists=True, dir_okay=False)
"""What the commands say of `--with`, which several have, and what it takes."""


def screen(*, err: bool = False) -> Console:
    """A console as wide as COLUMNS or the terminal says; in a pipe that says nothing, of a fixed width.

    Args:
        err: whether it writes to standard error.
    """
    told = shutil.get_terminal_size((WIDTH, 25))
    return Console(
        stderr=err,
        highlight=False,
        markup=False,
        emoji=False,
        width=min(max(told.columns, NARROWEST), WIDEST),
        height=max(told.lines, 1),
    )


def show(console: Console, lines: Iterable[Text]) -> None:
    """Print lines; nearly all are wrapped already, and no word is ever cut."""
    for line in lines:
        for part in _wrapped(console, in_signs(line)):
            console.print(part, soft_wrap=True)


def _wrapped(console: Console, line: Text) -> list[Text]:
    """The line, or its parts where it is too long; they go on below it, a little to the right."""
    indent = len(line.plain) - len(line.plain.lstrip())
    room = console.width - indent - STEP
    if cell_len(line.plain) <= console.width:
        return [line]
    cuts: list[int] = []
    used = 0
    for word in re.finditer(r"\S+ *", line.plain[indent:]):
        if used and used + cell_len(word[0].rstrip()) > room + STEP * (not cuts):
            cuts.append(indent + word.start())
            used = 0
        used += cell_len(word[0])
    first, *rest = parts = line.divide(cuts)
    for part in parts:
        part.rstrip()
    return [first, *(Text(" " * (indent + STEP)) + part for part in rest)]


def gone(console: Console) -> bool:
    """Whether nobody reads any more what is printed."""
    return bool(getattr(console.file, "gone", False))
