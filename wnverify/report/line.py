"""Line: one line at the foot of a terminal that says how far something is, and is gone when it is over.

Other lines may stand above it for as long as they cannot be printed for good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from wnverify.report.signs import two_dimensional, written

OFTEN = 5
"""Times a second that the line is drawn."""
SPIN = 2
"""Columns for the sign that turns, and a blank."""


@dataclass
class Line:
    """The line.

    Args:
        console: where it stands; nothing is shown unless that is a terminal that can take a line back.
        says: what it says now, in so many columns.
        above: lines that stand above it for a while, the last of which are shown where there is room.
    """

    console: Console
    says: Callable[[int], str]
    above: Callable[[], Sequence[Text]] = tuple

    def __post_init__(self) -> None:
        self._spinner = Spinner("dots" if two_dimensional() else "line", style="cyan")
        self._live = Live(
            get_renderable=self._drawn,
            console=self.console,
            transient=True,
            redirect_stdout=False,
            refresh_per_second=OFTEN,
        )

    @property
    def shown(self) -> bool:
        """Whether there is such a line at all."""
        return self.console.is_terminal and not self.console.is_dumb_terminal

    @contextmanager
    def standing(self) -> Iterator[None]:
        """While this lasts, the line is there."""
        if not self.shown:
            yield
            return
        with self._live:
            yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While this lasts, the line is not there: something else is printed."""
        if not self._live.is_started:
            yield
            return
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()

    def _drawn(self) -> Group:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(self._spinner, self.says(self.console.width - SPIN - 1))
        return Group(*self.above()[-max(self.console.height // 2, 1) :], grid)


def fitting(parts: list[str], width: int) -> str:
    """As many parts as fit into a width, the most important first; the first is cut if need be.

    >>> fitting(["3/9 checks", "12 s", "worst ratio 0.97 at a/b"], 20)
    '3/9 checks · 12 s'
    """
    first, *others = [written(part) for part in parts if part]
    line = first if cell_len(first) <= width else first[: max(width, 0)]
    for part in others:
        longer = f"{line}{written(' · ')}{part}"
        if cell_len(longer) > width:
            break
        line = longer
    return line
