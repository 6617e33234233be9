"""`wnverify symbols`: what a typed claim may speak of."""

from __future__ import annotations

import click

from wnverify.commands.screen import screen, show


@click.command("symbols")
@click.option("--family", help="Only this family; all by default.")
def command(family: str | None) -> None:
    """List the symbols of every family, with meaning, domain and shape."""
    from wnverify.report.symbols import listing
    from wnverify.typed.vocabulary import families, family_named

    chosen = list(families().values()) if family is None else [family_named(family)]
    console = screen()
    show(console, listing(chosen, console.width))
