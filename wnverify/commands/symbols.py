"""`wnverify symbols`: what a typed claim may speak of."""

from __future__ import annotations

from collections.abc import Sequence

import click

from wnverify.commands.screen import BROUGHT, WITH, screen, show


@click.command("symbols")
@click.argument("families", nargs=-1, metavar="[FAMILY]...")
@click.option("--family", help="Only this family; all by default.")
@click.option("--with", "with_", multiple=True, type=BROUGHT, metavar="FILE", help=WITH)
def command(families: Sequence[str], family: str | None, with_: Sequence[str]) -> None:
    """List the symbols of every family, or of those that are named, with meaning, domain and shape.

    With files of your own, what they add.
    """
    from wnverify.report.symbols import listing, loose
    from wnverify.typed.files import vocabulary_with

    vocabulary = vocabulary_with(with_)
    names = [*families, *([family] if family else [])]
    every = vocabulary.added if with_ else vocabulary.families()
    chosen = [vocabulary.family_named(name) for name in names] or list(every.values())
    console = screen()
    lines = [listing(chosen, console.width), [] if names else loose(vocabulary.own.values(), console.width)]
    show(console, [line for part in lines for line in part])
