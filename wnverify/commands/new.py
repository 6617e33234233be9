"""`wnverify new`: a theorem file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from wnverify.report.scaffold import KINDS, scaffold


@click.command("new")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default=KINDS[0],
    show_default=True,
    help="What to start from: a bound on networks that ship, one with a quantity of your own, or your own network.",
)
def command(name: str, kind: str) -> None:
    """Write a theorem file to start from, and a test of it.

    NAME is a path such as my_bound or theorems/my_paper/my_bound; nothing is overwritten.
    """
    theorem, test = scaffold(Path(name), kind)
    click.echo(f"Wrote {theorem} and {test}.\nCheck it:  wnverify check {theorem}   or   pytest {theorem} {test}")
