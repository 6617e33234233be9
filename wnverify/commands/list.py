"""`wnverify list`: the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import click

from wnverify import catalogue
from wnverify.commands.screen import screen, show
from wnverify.errors import UsageError
from wnverify.report.listing import listing


@click.command("list")
@click.argument("theorems", nargs=-1, metavar="[ID|FILE]...")
@click.option("--tag", help="Only theorems with this tag.")
def command(theorems: Sequence[str], tag: str | None) -> None:
    """List the theorems, by paper."""
    console = screen()
    lines = listing(catalogue.select(theorems), console.width, tag)
    if not lines:
        raise UsageError(
            f"No theorem has the tag {tag!r}; see `wnverify list`." if tag else "The catalogue is empty."
        )
    show(console, lines)
