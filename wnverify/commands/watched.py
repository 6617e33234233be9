"""A run on the screen: its table on standard output, row by row; how far it is on standard error."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from wnverify.budget import Budget
from wnverify.commands.screen import gone, screen, show
from wnverify.report import rows
from wnverify.report.forecast import Forecast
from wnverify.report.progress import following

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wnverify.evidence import Event, Notify, Record
    from wnverify.questions.proof.standing import Standing


@dataclass(frozen=True)
class Look:
    """What is shown of a run.

    Args:
        quiet: only what needs a look, and the summary.
        verbose: of every theorem, what is proved of its bound, what a sharper one may hope for, and its hypotheses.
        worst_first: one table at the end, with what needs a look first, then what came closest to being broken.
        unread: whether the run goes on where nobody reads any more what is printed.
    """

    quiet: bool = False
    verbose: bool = False
    worst_first: bool = False
    unread: bool = False


@dataclass
class Watched:
    """A run on the screen.

    Args:
        look: what is shown of it.
        proved: certificates for all networks of a shape, by the id of a theorem and the digest of its text.
        console: standard output.
        begin: when it began.
    """

    look: Look
    proved: Standing = field(default_factory=dict)
    console: Console = field(default_factory=screen)
    begin: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._rows = rows.Rows(self.console.width, self.console.is_terminal, self.proved)

    @contextmanager
    def events(self, forecast: Forecast) -> Iterator[Notify]:
        """Who is to be told of the events of the run; a line says how far it is while this lasts."""
        if self.look.quiet:
            yield lambda _: None
            return
        waiting = tuple if self.look.worst_first else self._rows.waiting
        with following(screen(err=True), forecast, waiting) as follower:

            def notify(event: Event) -> None:
                follower.note(event)
                self._rows.note(event)
                lines = [] if self.look.worst_first or event.kind not in ("done", "unread") else self._rows.lines()
                if lines := list(lines):
                    with follower.aside():
                        show(self.console, lines)
                self._heed()

            yield notify

    def _heed(self) -> None:
        """Where nobody reads any more, and no record is wanted, the run ends with what it has.

        Raises:
            KeyboardInterrupt: as if the reader had asked for it.
        """
        if not self.look.unread and gone(self.console):
            raise KeyboardInterrupt

    def rest(self, record: Record, saved: Mapping[str, str], kept: str) -> None:
        """What is to be printed when the run is over.

        Args:
            record: the run.
            saved: where counterexamples were saved, by theorem.
            kept: how much of it was known before.
        """
        from wnverify.report import terminal

        console, look = self.console, self.look
        if not look.quiet:
            bars = console.is_terminal
            last = rows.tables(record, console.width, bars=bars, worst_first=True) if look.worst_first else []
            show(console, last or self._rows.rest(record))
            show(console, [Text("")] if record.theorems else [])
        parts = [] if look.quiet else [terminal.details(record, console.width, every=look.verbose)]
        parts.append(terminal.problems(record, console.width, saved))
        for part in parts:
            show(console, [*part, Text("")] if part else [])
        show(console, terminal.summary(record, console.width, time.monotonic() - self.begin, kept))


def forecast(budget: Budget, jobs: int | None, limit: float | None) -> Forecast:
    """How long a run will take; nothing is known yet.

    Args:
        budget: of the run.
        jobs: processes; None for as many as there are cores.
        limit: seconds that it may take, if that is limited.
    """
    return Forecast(budget, jobs or os.cpu_count() or 1, time.monotonic(), math.inf if limit is None else limit)
