"""`wnverify check`: try to break theorems."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from rich.console import Console

from wnverify import catalogue
from wnverify.beside import of_text
from wnverify.budget import Budget, parse_budget, parse_time
from wnverify.commands.screen import gone, screen, show
from wnverify.errors import COULD_NOT_CHECK, INTERRUPTED, UsageError, WnverifyError, expected
from wnverify.papers import damaged
from wnverify.stopping import finishing
from wnverify.store.keeper import DEFAULT, Keeper, keeper

if TYPE_CHECKING:
    from wnverify.commands.watched import Watched
    from wnverify.evidence import Record
    from wnverify.questions.proof.standing import Standing
    from wnverify.runs.cluster import Cluster
    from wnverify.store.effort import Took

CLOSED_PIPE = 141
"""The exit code that shells give to a command whose reader went away."""


MOST = 5
"""So many units are named at the most."""
OTHERWISE = "another kind of processor, or something that the store does not see; --fresh replaces it"


EFFORT = (
    "Effort of each check: quick, standard (10 times that) or deep (150 times); or of the whole run, in numbered "
    "rounds: a time such as 30s, 5m or 2h, which adds rounds to those that are kept, or 12r for rounds 1 to 12."
)

LIMIT = "End after a time such as 10m with what is finished; what is not is UNDECIDED, and goes on the next time."

DASK = "Check on a Dask cluster: the address of its scheduler, or local for one of --jobs processes here."


class _Informed(click.Command):
    """A command whose help says what a budget takes on this machine."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the budgets take, as the store of this folder knows, if there is one."""
        from wnverify.report.effort import NAMED, each

        with _remembering() as found, formatter.section("What --budget takes"):
            took = {name: found(parse_budget(name)) for name in NAMED}
            formatter.write_dl([(name, each(parse_budget(name), took[name], took["quick"])) for name in NAMED])


@contextmanager
def _remembering() -> Iterator[Callable[[Budget], Took | None]]:
    """Who knows what a budget took; without a store that can be read, nobody."""
    kept = None
    with suppress(WnverifyError):
        kept = keeper(DEFAULT, lambda _: None) if DEFAULT.is_file() else None
    try:
        yield kept.took if kept else lambda _: None
    finally:
        if kept:
            kept.close()


@click.command("check", cls=_Informed)
@click.argument("theorems", nargs=-1, metavar="[ID|FILE]...")
@click.option("--budget", default="quick", show_default=True, metavar="quick|standard|deep|TIME|Nr", help=EFFORT)
@click.option("--time-limit", metavar="TIME", help=LIMIT)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Same seed, same record.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; as many as cores by default.")
@click.option("--dask", metavar="ADDRESS|local", help=DASK)
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the record here.")
@click.option("--html", type=click.Path(path_type=Path), metavar="DIR", help="Write a page a theorem; see `report`.")
@click.option("--store", type=click.Path(path_type=Path), metavar="FILE", help=f"Keep it here.  [default: {DEFAULT}]")
@click.option("--no-store", is_flag=True, envvar="WNVERIFY_NO_STORE", help="Keep nothing, and use nothing kept.")
@click.option("--fresh", is_flag=True, help="Check again what is kept already.")
@click.option("--shard", metavar="I/K", help="Only the I-th of K shares of the theorems; see `wnverify merge`.")
@click.option("--strict", is_flag=True, help="Exit with 3 for VACUOUS or UNDECIDED too.")
@click.option("--worst-first", is_flag=True, help="One table at the end: what came closest to being broken first.")
@click.option("-q", "--quiet", is_flag=True, help="Only what needs a look, and the summary.")
@click.option("-v", "--verbose", is_flag=True, help="Of every theorem: hypotheses, proofs, what would be sharper.")
def command(theorems: Sequence[str], json_file: Path | None, *, strict: bool, **effort: Any) -> None:
    """Try to break theorems: all of them, or those named by id, folder, glob or file.

    What is finished is kept at once: a run that was interrupted or killed goes on where it was, and what has not
    changed is not checked again.

    In a round every check of a theorem is done once, on instances of its own, and what the rounds found adds up:
    --budget 2h goes on after the rounds that are kept, those of yesterday too, until the time is up.
    """
    from wnverify.commands.watched import Look, Watched
    from wnverify.report import terminal
    from wnverify.runs import files
    from wnverify.runs.record import to_json
    from wnverify.runs.shard import share

    look = {name: effort.pop(name) for name in ("quiet", "verbose", "worst_first")}
    site = _site(effort.pop("html"))
    entries = share(catalogue.select(theorems), shard := effort.pop("shard"))
    if json_file:
        _apart(json_file, DEFAULT if effort["store"] is None else effort["store"])
        files.check_writable(json_file)
    effort["budget"] = parse_budget(effort["budget"])
    if effort["time_limit"]:
        parse_time(effort["time_limit"])
    effort["jobs"] = _workers(effort.pop("dask"), effort["jobs"])
    store = _store(effort.pop("store"), none=effort.pop("no_store"), fresh=effort.pop("fresh"))
    for message in damaged(entry.path.parent for entry in entries):
        click.echo(f"wnverify: {message}", err=True)
    if not look["quiet"]:
        _announce(effort["budget"], store.get("store"), len(entries), effort["jobs"])
    watched = Watched(Look(**look, unread=json_file is not None), _proved(entries) if store else {})
    record = _with_proofs(_run(watched, entries, **effort, **store), watched.proved)
    with finishing():
        lost = files.write_or_rescue(json_file, to_json(record)) if json_file else ""
        told = "; ".join(filter(None, [f"share {shard}" if shard else "", _kept(store)]))
        watched.rest(record, files.save_counterexamples(record, entries), told)
        lost = "\n".join(filter(None, [lost, site(record, entries)]))
        if lost:
            click.echo(f"wnverify: {lost}", err=True)
        code = terminal.exit_code(record, strict=strict)
        raise click.exceptions.Exit(_piped(code, watched.console) or (COULD_NOT_CHECK if lost else 0))


def _proved(entries: Sequence[catalogue.Entry]) -> Standing:
    """The certificates of theorems, as they stand, that `wnverify prove` left in this folder."""
    from wnverify.proving.whole import DEFAULT as PROOFS

    if not PROOFS.is_file():
        return {}
    from wnverify.questions.proof.standing import standing

    return standing(entries, PROOFS)


def _with_proofs(record: Record, proved: Standing) -> Record:
    """A run with the certificates of what it checked."""
    from msgspec import structs

    standing = {each.id: proved.get((each.id, of_text(each.digest))) for each in record.theorems}
    found = {name: list(proofs) for name, proofs in standing.items() if proofs}
    return structs.replace(record, proved=found) if found else record


def _announce(budget: Budget, kept: Keeper | None, theorems: int, jobs: int | Cluster | None) -> None:
    """Say beside the results what the budget takes."""
    from wnverify.report.effort import whole
    from wnverify.report.layout import paragraph

    number = jobs if isinstance(jobs, int) else os.cpu_count() or 1
    console = screen(err=True)
    show(console, paragraph(whole(budget, kept.took(budget) if kept else None, theorems, number), console.width))


def _run(watched: Watched, entries: Sequence[catalogue.Entry], **effort: Any) -> Record:
    """Run, and show it."""
    from wnverify.commands.watched import forecast
    from wnverify.runs.limit import Limit, Within
    from wnverify.runs.run import run

    limit = Limit(text) if (text := effort.pop("time_limit")) else None
    jobs = effort["jobs"] if isinstance(effort["jobs"], int) else None
    with watched.events(forecast(effort["budget"], jobs, limit.seconds if limit else None)) as notify:
        if limit:
            effort["budget"] = Within(effort["budget"], limit)
        return run(entries, **effort, notify=notify)


def _site(folder: Path | None) -> Callable[[Record, Sequence[catalogue.Entry]], str]:
    """What writes the site of a run; a folder that cannot take it is refused before the run.

    Raises:
        UsageError: if the folder cannot be written to.
    """
    if folder is None:
        return lambda record, entries: ""
    from wnverify.commands.report import site
    from wnverify.report.site.write import check_folder

    check_folder(folder)

    def write(record: Record, entries: Sequence[catalogue.Entry]) -> str:
        """Write it; what went wrong, if anything did."""
        try:
            site(record, entries, folder)
        except UsageError as error:
            return str(error)
        return ""

    return write


def _apart(record: Path, store: Path) -> None:
    """Refuse a record in the place of a store: it would replace all that was kept.

    Raises:
        UsageError: if both are one file.
    """
    if record.resolve() == store.resolve():
        raise UsageError(expected("two files, for the record and for what is kept", f"{record} for both"))


def _workers(address: str | None, jobs: int | None) -> int | Cluster | None:
    """Who checks: so many processes, or a cluster.

    Raises:
        UsageError: if the command line asks for both.
    """
    if address is None:
        return jobs
    from wnverify.runs.cluster import LOCAL, Cluster

    if address != LOCAL and jobs is not None:
        got = f"--dask {address} and --jobs {jobs}"
        raise UsageError(expected("either --jobs or the workers of a cluster", got, "--jobs goes with --dask local"))
    return Cluster(address, jobs, lambda text: click.echo(f"wnverify: {text}", err=True))


def _store(path: Path | None, *, none: bool, fresh: bool) -> dict[str, Keeper]:
    """The keeper of a run, as an argument for it; none where nothing is to be kept.

    Raises:
        UsageError: if the command line asks for a store and for none.
    """
    typed = click.get_current_context().get_parameter_source("no_store") is ParameterSource.COMMANDLINE
    if path is not None and none and typed:
        raise UsageError(expected("a store or none", "--store and --no-store"))
    if none and path is None:
        return {}
    return {"store": keeper(path or DEFAULT, lambda text: click.echo(f"wnverify: {text}", err=True), fresh=fresh)}


def _kept(store: Mapping[str, Keeper]) -> str:
    """How many checks were taken from the store, and how many carried out; what does not agree is said apart."""
    for each in store.values():
        each.close()
        if each.differing:
            found = f"{', '.join(each.differing[:MOST])}{', …' if len(each.differing) > MOST else ''}"
            click.echo(f"wnverify: other evidence is kept under the same key, of {found}: {OTHERWISE}.", err=True)
    counts = [(each.kept, each.checked) for each in store.values()]
    return "; ".join(f"kept {kept:,}, checked {checked:,}" for kept, checked in counts if kept or checked)


def _piped(code: int, console: Console) -> int:
    """The exit code; that of a closed pipe where it was this that interrupted."""
    return CLOSED_PIPE if code == INTERRUPTED and gone(console) else code
