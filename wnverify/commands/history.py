"""`wnverify history`: how theorems fared over the runs that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from wnverify.commands.screen import screen, show
from wnverify.store.keeper import DEFAULT


@click.command("history")
@click.argument("theorems", nargs=-1, metavar="[ID]...")
@click.option("--store", default=DEFAULT, type=click.Path(path_type=Path), show_default=True, help="What was kept.")
def command(theorems: Sequence[str], store: Path) -> None:
    """Show how verdict, worst ratio and effort changed, theorem by theorem.

    A line is one text of the theorem in one state of wnverify, at one budget, from one seed. Without an ID, a line is
    a theorem.
    """
    from wnverify.report.history import of_all, of_theorem
    from wnverify.store.database import existing
    from wnverify.store.history import matching, states

    with existing(store) as database:
        found = {name: known for name in matching(database, theorems) if (known := states(database, name))}
    console = screen()
    if not theorems:
        show(console, of_all(found, console.width) if found else [])
        return
    for name, known in found.items():
        show(console, of_theorem(name, known, console.width))
