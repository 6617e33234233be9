"""`wnverify symbols`: what a typed claim may speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from rich.text import Text

from wnverify.commands.screen import BROUGHT, WITH, screen, show

if TYPE_CHECKING:
    from wnverify.typed.vocabulary import Vocabulary


@click.command("symbols")
@click.argument("families", nargs=-1, metavar="[FAMILY]...")
@click.option("--family", help="Only this family, or those with this in their names.")
@click.option("--all", "every", is_flag=True, help="The symbols of every family.")
@click.option("--with", "with_", multiple=True, type=BROUGHT, metavar="FILE", help=WITH)
def command(families: Sequence[str], family: str | None, with_: Sequence[str], *, every: bool) -> None:
    """List the symbols of the families that are named, with meaning, domain and shape.

    FAMILY is a name, a part of one, or a part of a symbol's name. Without any, those of weight_norm, and every family
    in a line; with files of your own, what they add.
    """
    from wnverify.report.symbols import listing, loose
    from wnverify.typed.files import vocabulary_with

    vocabulary, console = vocabulary_with(with_), screen()
    names = [*families, *([family] if family else [])]
    if not (names or with_ or every):
        lines = _without_any(vocabulary, console.width)
    elif not names:
        chosen = vocabulary.families() if every else vocabulary.added
        lines = [*listing(list(chosen.values()), console.width), *loose(vocabulary.own.values(), console.width)]
    else:
        lines = [line for name in names for line in _named(vocabulary, name, console.width)]
    show(console, lines)


def _without_any(vocabulary: Vocabulary, width: int) -> list[Text]:
    from wnverify.report.symbols import listing, overview

    first, *rest = vocabulary.families().values()
    words = "Every other family; `wnverify symbols FAMILY` lists its symbols, `wnverify symbols --all` those of all:"
    return [*listing([first], width), Text(""), Text(words), *overview(rest, width)]


def _named(vocabulary: Vocabulary, name: str, width: int) -> list[Text]:
    """The families of a name, or with it in theirs; or else the symbols with it in theirs."""
    from wnverify.report.symbols import known_as, listing

    known = vocabulary.families()
    chosen = [known[name]] if name in known else [each for title, each in known.items() if name.lower() in title]
    lines = listing(chosen, width) if chosen else known_as(name, known.values(), width)
    return lines or listing([vocabulary.family_named(name)], width)  # which says what there is
