"""`wnverify replay`: a saved counterexample, re-checked from its data alone."""

from __future__ import annotations

from pathlib import Path

import click

from wnverify.commands.screen import screen, show
from wnverify.errors import REFUTED


@click.command("replay")
@click.argument("path", type=click.Path(path_type=Path))
def command(path: Path) -> None:
    """Re-check the counterexample at PATH (a folder or a JSON file) from its data alone.

    Exit codes, as for check: 1 it breaks its claim, 0 it does not, 3 the file is damaged or was changed.
    """
    from wnverify.questions.counterexample.replay import replay
    from wnverify.verdict import Verdict

    found = replay(path)
    console = screen()
    show(console, found.lines(console.width))
    raise click.exceptions.Exit(REFUTED if found.verdict is Verdict.REFUTED else 0)
