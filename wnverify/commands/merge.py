"""`wnverify merge`: what several machines found, in one store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from wnverify.store.keeper import DEFAULT

MEGABYTE = 1e6


@click.command("merge")
@click.argument("stores", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="STORE...")
@click.option("-o", "out", default=DEFAULT, type=click.Path(path_type=Path), show_default=True, help="Write it here.")
def command(stores: Sequence[Path], out: Path) -> None:
    """Put what several stores hold into one, from which `wnverify check` then takes everything.

    \b
    wnverify check --budget deep --shard 1/2 --store one.db       # on one machine
    wnverify check --budget deep --shard 2/2 --store two.db       # on another
    wnverify merge one.db two.db
    wnverify check --budget deep

    If two of them say different things of one check, both are named, and nothing is merged.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from wnverify.store.database import existing
    from wnverify.store.merge import merge
    from wnverify.store.surroundings import surroundings

    found = merge(stores, out)
    with existing(out) as database:
        heads, size = database.heads(), database.size
    present = surroundings().digest
    usable = sum(row.around == present for row in heads)
    click.echo(f"{out}: {found.added:,} rows added, {found.known:,} were there already; {size / MEGABYTE:.1f} MB.")
    if usable < len(heads):
        click.echo(f"{usable:,} of its {len(heads):,} rows are of the present state of wnverify and its libraries.")
