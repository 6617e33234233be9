"""`wnverify try`: a typed inequality, refuted by a certified counterexample or not."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wnverify.commands.screen import BROUGHT, WITH, screen, show
from wnverify.errors import COULD_NOT_CHECK, INTERRUPTED, REFUTED, WnverifyError
from wnverify.stopping import finishing

if TYPE_CHECKING:
    from wnverify.questions.counterexample.bundle import Bundle
    from wnverify.questions.trial.outcome import Trial


JSON = click.Path(dir_okay=False, path_type=Path)


class _Claims(click.Command):
    """A command whose arguments may begin with a minus sign that is no option: `-output_abs <= 0`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Shield what begins as an option, and cannot be one, by a blank."""
        options = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        shielded = [f" {argument}" if _negative(argument, options) else argument for argument in args]
        return click.Command.parse_args(self, ctx, shielded)


def _negative(argument: str, options: set[str]) -> bool:
    """Whether an argument is a claim with a leading minus: no option, and more than two dashes with a word.

    >>> _negative("-rho <= 0", {"-h"}), _negative("--rho<=0", {"--given"}), _negative("--given=rho<=0", {"--given"})
    (True, True, False)
    >>> _negative("-h", {"-h"}), _negative("--", set()), _negative("--budgte", {"--budget"})
    (False, False, False)
    """
    if not argument.startswith("-") or argument in options or argument.partition("=")[0] in options:
        return False
    return any(sign in argument for sign in "<>=≤≥")


@click.command("try", cls=_Claims)
@click.argument("claim")
@click.option("--given", multiple=True, metavar="RELATION", help='A hypothesis, such as "rho == 0"; repeatable.')
@click.option("--activation", help="Only this activation; all smooth ones by default.")
@click.option("--scaling", help="fan_out (the paper's, default) or fan_in; symbols are taken as they are under it.")
@click.option("--family", help="The family by name; by default the first that knows every symbol.")
@click.option("--with", "with_", multiple=True, type=BROUGHT, metavar="FILE", help=WITH)
@click.option("--probability", default="", metavar="P", help='The claim holds with this chance at least: "1-delta".')
@click.option("--budget", default="15s", show_default=True, metavar="quick|standard|deep|Ns", help="Effort.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed of the search.")
@click.option("--json", "json_file", type=JSON, metavar="FILE", help="Write the answer here, for programs.")
@click.option("--save", type=click.Path(path_type=Path), metavar="PATH", help="A folder, or a file ending in .json.")
def command(
    claim: str,
    *,
    save: Path | None,
    json_file: Path | None,
    activation: str | None,
    scaling: str | None,
    **options: Any,
) -> None:
    """Try to refute CLAIM, an inequality over the symbols that `wnverify symbols` lists.

    \b
    wnverify try "hessian_norm <= 2*(1+rho)*L**2/(sqrt(m)*omega**2)"
    wnverify try "gradient_norm <= 2" --given "rho == 0" --activation tanh

    Allowed are + - * / **, sqrt, log, exp, sin, cos, tanh, Min, Max, Abs, pi, E, Sum(term, (l, 0, L-1)), Product,
    numbers, symbols, and one of <= >= == < >; what is printed, such as |ρ| ≤ 2·√m·ω², is read as well.
    The paper's hypotheses always hold: |φ'| ≤ 1, φ smooth, ‖x‖ ≤ 1 (√d under fan_in), no zero row.
    A counterexample is saved with a script that re-checks it without wnverify.

    Several claims are joined by `and`, or follow one another as in 0 <= output_abs <= 1 + rho.
    In gradient_norm <= C*sqrt(L) the letter C is a free constant: the answer is the least that is not refuted.
    Ctrl-C ends the search with what it has found so far.

    Exit codes: 0 not refuted, 1 refuted, 2 not a claim, 3 nothing tested, or nothing written, 130 interrupted.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from dataclasses import replace

    from wnverify.questions.trial.ask import Terms, tried
    from wnverify.questions.trial.glimpse import watching
    from wnverify.questions.trial.plain import plain
    from wnverify.runs.files import check_writable, write_or_rescue
    from wnverify.verdict import Verdict

    if json_file is not None:
        check_writable(json_file)
    with watching(screen(err=True)) as watch:
        terms = Terms(**options, settings={"activation": activation, "scaling": scaling})
        trial = tried(claim, terms, watch)
    lost = ""
    with finishing():
        if trial.refuted and trial.claim.probability is None:
            trial = replace(trial, path=_saved(trial, save))
        if json_file is not None:
            lost = write_or_rescue(json_file, json.dumps(plain(trial), indent=1, ensure_ascii=False).encode())
            if lost:
                click.echo(f"wnverify: {lost}", err=True)
        console = screen()
        show(console, trial.lines(console.width))
    told = COULD_NOT_CHECK if lost else 0
    untested = COULD_NOT_CHECK if trial.verdict is Verdict.VACUOUS else INTERRUPTED if trial.interrupted else told
    raise click.exceptions.Exit(REFUTED if trial.refuted else untested)


def _told_apart(bundle: Bundle) -> str:
    """Eight digits for a claim about a family with its settings: the same claim about another network is another."""
    where = bundle.instance["family"], *sorted(bundle.instance["settings"].items())
    return sha256(f"{bundle.claim_digest} {where}".encode()).hexdigest()[:8]


def _saved(trial: Trial, path: Path | None) -> Path | None:
    """Save the counterexample; a refutation is told even where nothing can be written."""
    from wnverify.runs.files import FOLDER, save_bundle

    try:
        bundle = trial.to_bundle()
        return save_bundle(bundle, path or FOLDER / f"try_{_told_apart(bundle)}")
    except WnverifyError as error:
        click.echo(f"wnverify: the counterexample was not saved: {error}", err=True)
        return None
