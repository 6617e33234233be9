"""`wnverify list`: the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import click

from wnverify import catalogue
from wnverify.commands.screen import screen, show
from wnverify.errors import UsageError, expected
from wnverify.report.listing import listing, tags


@click.command("list")
@click.argument("theorems", nargs=-1, metavar="[ID|FILE]...")
@click.option("--tag", help="Only theorems with this tag.")
def command(theorems: Sequence[str], tag: str | None) -> None:
    """List the theorems, by paper."""
    console = screen()
    entries = catalogue.select(theorems)
    lines = listing(entries, console.width, tag)
    if not lines:
        raise UsageError(_unknown(tag, entries) if tag else "The catalogue is empty.")
    show(console, lines)


def _unknown(tag: str, entries: Sequence[catalogue.Entry]) -> str:
    """The tags that there are, the nearest first."""
    known = tags(entries)
    near = get_close_matches(tag.lower(), known, n=3)
    remedy = f"did you mean {' or '.join(near)}?" if near else f"the tags are {', '.join(known) or 'none'}"
    return expected("a tag that a theorem has", repr(tag[:60]), remedy)
