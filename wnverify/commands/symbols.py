"""`wnverify symbols`: what a typed claim may speak of."""

from __future__ import annotations

from collections.abc import Sequence

import click

from wnverify.commands.screen import screen, show


@click.command("symbols")
@click.argument("families", nargs=-1, metavar="[FAMILY]...")
@click.option("--family", help="Only this family; all by default.")
def command(families: Sequence[str], family: str | None) -> None:
    """List the symbols of every family, or of those that are named, with meaning, domain and shape."""
    from wnverify.report.symbols import listing
    from wnverify.typed import vocabulary

    names = [*families, *([family] if family else [])]
    chosen = [vocabulary.family_named(name) for name in names] or list(vocabulary.families().values())
    console = screen()
    show(console, listing(chosen, console.width))
