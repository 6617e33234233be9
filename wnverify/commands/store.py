"""`wnverify store`: what is kept, and how to keep less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from wnverify.commands.screen import screen, show
from wnverify.store.keeper import DEFAULT

HERE = click.option("--store", default=DEFAULT, type=click.Path(path_type=Path), show_default=True, help="The file.")
MEGABYTE = 1e6


@click.group("store")
def command() -> None:
    """Tell what finished checks are kept, or keep fewer."""


@command.command("info")
@HERE
def info_command(store: Path) -> None:
    """Tell what a store holds; every row of it is looked at."""
    from wnverify.report.history import of_store
    from wnverify.store.database import existing
    from wnverify.store.surroundings import surroundings

    with existing(store) as database:
        heads, around, size = database.heads(), database.surroundings(), database.size
    console = screen()
    click.echo(f"{store}: {size / MEGABYTE:.1f} MB, sound")
    show(console, of_store(heads, around, surroundings().digest, console.width))


@command.command("prune")
@HERE
@click.option(
    "--keep", default=3, show_default=True, type=click.IntRange(min=0), help="States of a theorem that stay."
)
@click.option("--days", type=click.FloatRange(min=0), help="Remove also what is older than so many days.")
def prune_command(store: Path, keep: int, days: float | None) -> None:
    """Remove old states of theorems; those that are checked next are the newest, and stay.

    A state is one text of a theorem in one state of wnverify; of each budget and seed the newest stay.
    """
    from wnverify.store.database import existing
    from wnverify.store.history import prunable

    since = "" if days is None else (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
    with existing(store) as database:
        heads, before = database.heads(), database.size
        keys = prunable(heads, keep, since)
        database.remove(keys)
        database.compact()
        after = database.size
    sizes = f"{before / MEGABYTE:.1f} MB before, {after / MEGABYTE:.1f} MB now"
    click.echo(f"{store}: {len(keys):,} of {len(heads):,} rows removed; {sizes}.")
