"""`wnverify prove`: a theorem proved for every network of a small shape, with a certificate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wnverify.commands.screen import BROUGHT, screen, show
from wnverify.errors import COULD_NOT_CHECK, INTERRUPTED, REFUTED, UsageError, WnverifyError, expected
from wnverify.stopping import finishing, noted

if TYPE_CHECKING:
    from wnverify.proving.kept import Kept
    from wnverify.proving.work import Each
    from wnverify.questions.proof.outcome import Proof

STORE = Path(".wnverify", "proofs.db")
WITH = "A theorem file of yours that a certificate is about; repeatable."


@click.command("prove")
@click.argument("theorems", nargs=-1, metavar="ID|FILE...|CERTIFICATE.json")
@click.option("--list", "listed", is_flag=True, help="Which theorems can be proved, how, and why others cannot.")
@click.option(
    "--shape", "shapes", multiple=True, metavar="L=1,m=2,d=2", help="m at most 2 (3 for L=1), L 4; repeatable."
)
@click.option(
    "--activation",
    "activations",
    multiple=True,
    help="Such as tanh, identity, gelu; repeatable.  [default: tanh]",
)
@click.option("--slack", default="1", show_default=True, help="Times which the bound may be, where it is reached.")
@click.option(
    "--budget",
    default="10m",
    show_default=True,
    metavar="TIME",
    help="Processor time of each proof, with its checker.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write all of it here.")
@click.option("--save", type=click.Path(path_type=Path), help="A file for the certificate; a folder for several.")
@click.option("--store", type=click.Path(path_type=Path), metavar="FILE", help=f"Keep it here.  [default: {STORE}]")
@click.option("--no-store", is_flag=True, envvar="WNVERIFY_NO_STORE", help="Keep nothing, and use nothing kept.")
@click.option("--shard", default="1/1", metavar="I/K", help="Only the I-th of K shares of the boxes.")
@click.option("--with", "with_", multiple=True, type=BROUGHT, metavar="FILE", help=WITH)
@click.option("--dask", metavar="ADDRESS|local", help="Search on a Dask cluster, or local: --jobs processes here.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes of a local cluster; as many as cores by default.")
def command(
    theorems: Sequence[str], save: Path | None, json_file: Path | None, *, listed: bool, **options: Any
) -> None:
    """Prove a theorem for every network of a shape, whatever its weights, by branch and bound.

    \b
    wnverify prove banerjee2024/predictor_hessian --shape L=1,m=2,d=2 --slack 1.02 --save hessian.json
    wnverify prove hessian.json
    wnverify prove mine.json --with mine.py
    wnverify prove output input_lipschitz --shape L=1,m=2,d=2 --shape L=2,m=1,d=1 --slack 1.02
    wnverify prove --list depth_free

    The second line has a saved certificate checked: every box of it is judged again, in balls. The third does so for
    a theorem of your own: no file is run because a certificate names it. The fourth makes a table. A theorem is
    proved as it stands where that can be, and with --slack only where it cannot. Each finished piece is kept at once:
    a search that was interrupted, or whose budget was spent, tells how far it got, and goes on where it was.

    Exit codes: 0 proved, 1 refuted, 2 usage, 3 undecided, not accepted or not saved, 130 interrupted.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from wnverify.questions.proof import takes
    from wnverify.questions.proof.several import lines, plain
    from wnverify.runs.files import check_no_program, check_writable, write_or_rescue

    if listed:
        console = screen()
        show(console, takes.lines(list(takes.taken(theorems)), console.width))
        return
    if not theorems:
        raise UsageError(
            expected("a theorem, or certificates", "none", "`wnverify prove --list` names those it takes")
        )
    if json_file is not None:
        check_writable(json_file)
    if save is not None:
        check_no_program(save)
    proofs = _proofs(theorems, **options)
    with finishing():
        several, console = len(proofs) > 1, screen()
        saved = [_saved(proof, save / proof.file if several and save else save) for proof in proofs]
        lost = write_or_rescue(json_file, plain(proofs)) if json_file is not None else ""
        if lost:
            click.echo(f"wnverify: {lost}", err=True)
        show(console, lines(proofs, console.width) if several else proofs[0].lines(console.width))
        for place in filter(None, saved):
            click.echo(f"  saved        {place}")
    unsaved = bool(lost) or (save is not None and None in saved)  # where all is proved there is something to save
    raise click.exceptions.Exit(_code(proofs) or (COULD_NOT_CHECK if unsaved else 0))


def _proofs(theorems: Sequence[str], shapes: Sequence[str], **options: Any) -> list[Proof]:
    """What became of everything that was asked, up to an interruption."""
    from wnverify.questions.proof.ask import Effort, checked, prove

    path, none, shard, dask, jobs = (options.pop(name) for name in ("store", "no_store", "shard", "dask", "jobs"))
    activations, with_ = options.pop("activations") or ("tanh",), options.pop("with_")
    asked = list(product((word for word in theorems if not word.endswith(".json")), shapes, activations))
    certificates = [Path(word) for word in theorems if word.endswith(".json")]
    if len(certificates) < len(theorems) and not shapes:
        raise UsageError(expected("a shape", "none", "--shape L=1,m=2,d=2"))
    proofs = [checked(each, with_=with_) for each in certificates]
    with ExitStack() as stack:
        kept = stack.enter_context(_kept(path, none=none or not asked))
        each = stack.enter_context(_workers(dask, jobs))
        # what works elsewhere is waited for, and that can be interrupted
        stopped = stack.enter_context(noted()) if each is None else None
        effort = Effort(kept, shard, each, stopped) if stopped else Effort(kept, shard, each)
        for theorem, shape, activation in asked:
            proofs.append(prove(theorem, shape, activation=activation, effort=effort, **options))
            if proofs[-1].found.interrupted:
                break
    return proofs


def _code(proofs: Sequence[Proof]) -> int:
    """The exit code: a refutation outweighs what is undecided."""
    from wnverify.verdict import Verdict

    verdicts = {proof.verdict for proof in proofs}
    if Verdict.REFUTED in verdicts:
        return REFUTED
    if any(proof.found.interrupted for proof in proofs):
        return INTERRUPTED
    return 0 if verdicts == {Verdict.PROVED} else COULD_NOT_CHECK


@contextmanager
def _workers(address: str | None, jobs: int | None) -> Iterator[Each | None]:
    """What does the pieces, while this lasts; None for this process."""
    if address is None:
        yield None
        return
    from wnverify.runs.cluster import Cluster
    from wnverify.runs.proof import abroad

    with abroad(Cluster(address, jobs)) as each:
        yield each


@contextmanager
def _kept(path: Path | None, *, none: bool) -> Iterator[Kept]:
    """Where pieces are kept, while this lasts."""
    from wnverify.proving.kept import Kept, kept_in

    say = lambda text: click.echo(f"wnverify: {text}", err=True)  # noqa: E731
    kept = Kept() if none and path is None else kept_in(path or STORE, say)
    try:
        yield kept
    finally:
        kept.close()


def _saved(proof: Proof, path: Path | None) -> Path | None:
    """Save the certificate, or the counterexample; what is found is told even where nothing can be written."""
    from wnverify.runs.files import save_bundle, write
    from wnverify.verdict import Verdict

    if path is None or proof.verdict is Verdict.UNDECIDED:
        return None
    try:
        if proof.verdict is Verdict.REFUTED:
            return save_bundle(proof.to_bundle(), path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, proof.to_bytes())
    except (OSError, WnverifyError) as error:
        click.echo(f"wnverify: nothing was saved: {getattr(error, 'strerror', None) or error}", err=True)
        return None
    return path
