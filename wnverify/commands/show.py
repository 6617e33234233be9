"""`wnverify show`: one theorem as mathematics."""

from __future__ import annotations

import click

from wnverify import catalogue
from wnverify.commands.screen import screen, show
from wnverify.errors import UsageError


@click.command("show")
@click.argument("theorem", metavar="ID|FILE")
@click.option("--latex", is_flag=True, help="A LaTeX fragment instead.")
def command(theorem: str, *, latex: bool) -> None:
    """Show one theorem as mathematics."""
    found = catalogue.select([theorem])
    if len(found) != 1:
        raise UsageError(
            f"Expected the name of one theorem, but {theorem!r} names {len(found)}: see `wnverify list`."
        )
    entry = found[0]
    header, loaded = entry.header(), catalogue.load(entry)
    if latex:
        from wnverify.report.latex import fragment

        click.echo(fragment(entry, header, loaded), nl=False)
        return
    from wnverify.report.show import page

    console = screen()
    show(console, page(entry, header, loaded, console.width))
