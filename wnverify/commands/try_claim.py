"""`wnverify try`: a typed inequality, refuted by a certified counterexample or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wnverify.commands.screen import screen, show
from wnverify.errors import COULD_NOT_CHECK, REFUTED, UsageError
from wnverify.stopping import finishing

if TYPE_CHECKING:
    from wnverify.questions.trial.outcome import Trial


@click.command("try")
@click.argument("claim")
@click.option("--given", multiple=True, metavar="RELATION", help='A hypothesis, such as "rho == 0"; repeatable.')
@click.option("--activation", help="Only this activation; all smooth ones by default.")
@click.option("--scaling", help="fan_out (the paper's, default) or fan_in; symbols are taken as they are under it.")
@click.option("--family", help="The family by name; by default the first that knows every symbol.")
@click.option("--budget", default="15s", show_default=True, metavar="quick|standard|deep|Ns", help="Effort.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed of the search.")
@click.option("--save", type=click.Path(path_type=Path), metavar="PATH", help="A folder, or a file ending in .json.")
def command(claim: str, *, save: Path | None, **options: Any) -> None:
    """Try to refute CLAIM, an inequality over the symbols that `wnverify symbols` lists.

    \b
    wnverify try "hessian_norm <= 2*(1+rho)*L**2/(sqrt(m)*omega**2)"
    wnverify try "gradient_norm <= 2" --given "rho == 0" --activation tanh

    Allowed are + - * / **, sqrt, log, exp, sin, cos, Min, Max, Abs, pi, numbers, symbols, and one of <= >= ==.
    The paper's hypotheses always hold: |φ'| ≤ 1, φ smooth, ‖x‖ ≤ 1 (√d under fan_in), no zero row.
    A counterexample is saved with a script that re-checks it without wnverify.

    Exit codes: 0 not refuted, 1 refuted, 2 not a claim, 3 nothing could be tested.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from dataclasses import replace

    from wnverify.questions.trial.ask import try_claim
    from wnverify.verdict import Verdict

    trial = try_claim(claim, **options)
    with finishing():
        if trial.refuted:
            trial = replace(trial, path=_saved(trial, save))
        console = screen()
        show(console, trial.lines(console.width))
    untested = COULD_NOT_CHECK if trial.verdict is Verdict.VACUOUS else 0
    raise click.exceptions.Exit(REFUTED if trial.refuted else untested)


def _saved(trial: Trial, path: Path | None) -> Path | None:
    """Save the counterexample; a refutation is told even where nothing can be written."""
    from wnverify.runs.files import FOLDER, save_bundle

    try:
        bundle = trial.to_bundle()
        return save_bundle(bundle, path or FOLDER / f"try_{bundle.claim_digest[:8]}")
    except UsageError as error:
        click.echo(f"wnverify: the counterexample was not saved: {error}", err=True)
        return None
