"""`wnverify show`: one theorem as mathematics."""

from __future__ import annotations

from contextlib import suppress

import click

from wnverify import catalogue
from wnverify.commands.screen import screen, show
from wnverify.errors import WnverifyError
from wnverify.evidence import ShapeProof, StepFound

SECONDS = 1.0
"""Of processor time for certificates that are checked again."""


@click.command("show")
@click.argument("theorem", metavar="ID|FILE")
@click.option("--latex", is_flag=True, help="A LaTeX fragment instead.")
@click.option("--all", "whole", is_flag=True, help="Everything: words, the paper's text, proofs, meanings, sources.")
def command(theorem: str, *, latex: bool, whole: bool) -> None:
    """Show one theorem as mathematics; what it says about its bound is decided.

    A mutant is told by the parts of the claim that it changes, a proof by its steps: with their verdicts, and what
    each loses, if the store of this folder has them. Then come the shapes for which `wnverify prove` has proved it
    here: the cheapest certificates are checked again, for about a second. --all adds the proofs of what is said about
    the bound.
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
    found, proved = _kept(read), _proved(read)
    show(console, page(read, console.width, decided.items, steps=found, proved=proved, whole=whole))


def _proved(read: catalogue.Loaded) -> list[ShapeProof]:
    """The certificates of the theorem as it stands, as the store of this folder has them."""
    from wnverify.proving.whole import DEFAULT

    if not DEFAULT.is_file():
        return []
    from wnverify.questions.proof.listed import listed

    return listed(read.entry.id, read.theorem, seconds=SECONDS)


def _kept(read: catalogue.Loaded) -> list[StepFound]:
    """What was found last of the steps of this very proof, as the store of this folder has it; else nothing."""
    from wnverify.store.database import existing
    from wnverify.store.keeper import DEFAULT
    from wnverify.store.unit import outcome_from_text

    if not read.theorem.steps or not DEFAULT.is_file():
        return []
    with suppress(WnverifyError), existing(DEFAULT) as database:
        rows = list(database.rows("theorem = ? AND digest = ? AND unit = ?", [read.entry.id, read.digest, "steps"]))
        if rows:
            return outcome_from_text(rows[-1].result)[0].steps
    return []
