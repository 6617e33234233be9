"""`wnverify replay`: a saved counterexample, re-checked from its data alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from wnverify.commands.screen import BROUGHT, WITH, screen, show
from wnverify.errors import COULD_NOT_CHECK, REFUTED


@click.command("replay")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--with", "with_", multiple=True, type=BROUGHT, metavar="FILE", help=WITH)
def command(path: Path, with_: Sequence[str]) -> None:
    """Re-check the counterexample at PATH (a folder or a JSON file) from its data alone.

    \b
    Exit codes:
      0  it does not break its claim
      1  it breaks its claim
      2  usage
      3  nothing confirmed: the file is damaged, was changed or is no counterexample, or the sides are too close
    The check.py in the folder, which needs NumPy alone, ends with
      0, 1, 2  the same
      3        it cannot measure this claim: nothing confirmed
      4        the file is damaged, was changed or is no counterexample

    A claim about an architecture or a quantity of its author's is judged --with the file that declares these; the
    check.py of such a counterexample holds what it needs of that file.

    Where the file names a theorem of the catalogue, or of a FILE, its claim is compared with that theorem's.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from wnverify.questions.counterexample.replay import replay
    from wnverify.verdict import Verdict

    found = replay(path, with_=with_)
    console = screen()
    show(console, found.lines(console.width))
    codes = {Verdict.REFUTED: REFUTED, Verdict.HELD: 0}
    raise click.exceptions.Exit(codes.get(found.verdict, COULD_NOT_CHECK))
