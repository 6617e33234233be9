"""`wnverify prove`: a theorem proved for every network of a small shape, with a certificate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wnverify.commands.screen import screen, show
from wnverify.errors import COULD_NOT_CHECK, REFUTED, UsageError, WnverifyError, expected
from wnverify.stopping import finishing

if TYPE_CHECKING:
    from wnverify.proving.kept import Kept
    from wnverify.questions.proof.outcome import Proof

STORE = Path(".wnverify", "proofs.db")


@click.command("prove")
@click.argument("theorem", metavar="ID|FILE|CERTIFICATE.json")
@click.option("--shape", metavar="L=1,m=2,d=2", help="Depth, width and input dimension; m and d at most 2.")
@click.option("--activation", default="tanh", show_default=True, help="identity, tanh or sin.")
@click.option("--slack", default="1", show_default=True, help="Times which the bound may be, where it is reached.")
@click.option("--budget", default="10m", show_default=True, metavar="TIME", help="Processor time of the search.")
@click.option("--save", type=click.Path(path_type=Path), metavar="PATH", help="Write the certificate here.")
@click.option("--store", type=click.Path(path_type=Path), metavar="FILE", help=f"Keep it here.  [default: {STORE}]")
@click.option("--no-store", is_flag=True, envvar="WNVERIFY_NO_STORE", help="Keep nothing, and use nothing kept.")
@click.option("--shard", default="1/1", metavar="I/K", help="Only the I-th of K shares of the boxes.")
def command(theorem: str, shape: str | None, save: Path | None, **options: Any) -> None:
    """Prove a theorem for every network of a shape, whatever its weights, by branch and bound.

    \b
    wnverify prove banerjee2024/predictor_hessian --shape L=1,m=2,d=2 --slack 1.02 --save hessian.json
    wnverify prove hessian.json

    The second line has a saved certificate checked: every box of it is judged again, in balls. A theorem is proved as
    it stands where that can be, and with --slack only where it cannot. Each finished piece is kept at once: a search
    that was interrupted, or whose budget was spent, goes on where it was.

    Exit codes: 0 proved, 1 refuted, 2 usage, 3 undecided or not accepted, 130 interrupted.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from wnverify.questions.proof.ask import checked, prove
    from wnverify.verdict import Verdict

    path, none = options.pop("store"), options.pop("no_store")
    if theorem.endswith(".json"):
        proof = checked(Path(theorem))
    elif shape is None:
        raise UsageError(expected("a shape", "none", "--shape L=1,m=2,d=2"))
    else:
        with _kept(path, none=none) as kept:
            proof = prove(theorem, shape, effort=(kept, options.pop("shard")), **options)
    with finishing():
        saved = _saved(proof, save)
        console = screen()
        show(console, proof.lines(console.width))
        if saved is not None:
            click.echo(f"  saved        {saved}")
    codes = {Verdict.PROVED: 0, Verdict.REFUTED: REFUTED}
    raise click.exceptions.Exit(codes.get(proof.verdict, COULD_NOT_CHECK))


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
        write(path, proof.to_bytes())
    except (OSError, WnverifyError) as error:
        click.echo(f"wnverify: nothing was saved: {getattr(error, 'strerror', None) or error}", err=True)
        return None
    return path
