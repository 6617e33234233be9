"""`wnverify show`: one theorem as mathematics."""

from __future__ import annotations

import click

from wnverify import catalogue
from wnverify.commands.screen import screen, show


@click.command("show")
@click.argument("theorem", metavar="ID|FILE")
@click.option("--latex", is_flag=True, help="A LaTeX fragment instead.")
def command(theorem: str, *, latex: bool) -> None:
    """Show one theorem as mathematics."""
    read = catalogue.read(catalogue.one(theorem))
    if latex:
        from wnverify.report.latex import fragment

        click.echo(fragment(read), nl=False)
        return
    from wnverify.report.show import page

    console = screen()
    show(console, page(read, console.width))
