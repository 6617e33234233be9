"""`wnverify show`: one theorem as mathematics."""

from __future__ import annotations

import click

from wnverify import catalogue
from wnverify.commands.screen import screen, show


@click.command("show")
@click.argument("theorem", metavar="ID|FILE")
@click.option("--latex", is_flag=True, help="A LaTeX fragment instead.")
@click.option("--all", "whole", is_flag=True, help="Everything: words, the paper's text, proofs, meanings, sources.")
def command(theorem: str, *, latex: bool, whole: bool) -> None:
    """Show one theorem as mathematics; what it says about its bound is decided.

    A mutant is told by the parts of the claim that it changes. --all adds the proofs.
    """
    read = catalogue.read(catalogue.one(theorem))
    if latex:
        from wnverify.report.latex import fragment

        click.echo(fragment(read), nl=False)
        return
    import numpy as np

    from wnverify.budget import BUDGETS
    from wnverify.checks import symbolic
    from wnverify.report.show import page

    console = screen()
    decided = symbolic.check(read.theorem, BUDGETS["quick"], np.random.default_rng(0))
    show(console, page(read, console.width, decided.items, whole=whole))
