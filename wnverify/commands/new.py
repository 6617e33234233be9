"""`wnverify new`: a theorem file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from wnverify.report.scaffold import scaffold


@click.command("new")
@click.argument("name")
def command(name: str) -> None:
    """Write a theorem file to start from, and a test of it.

    NAME is a path such as my_bound or theorems/my_paper/my_bound; nothing is overwritten.
    """
    theorem, test = scaffold(Path(name))
    click.echo(f"Wrote {theorem} and {test}.\nCheck it:  wnverify check {theorem}   or   pytest {theorem}")
