"""`wnverify eval`: the bound of a theorem as a certified number."""

from __future__ import annotations

from collections.abc import Sequence

import click

from wnverify.commands.screen import screen, show
from wnverify.errors import UsageError, expected


@click.command("eval")
@click.argument("theorem", metavar="ID|FILE")
@click.argument("values", nargs=-1, metavar="[SYMBOL=VALUE]...")
def command(theorem: str, values: Sequence[str]) -> None:
    """Evaluate the bound of a theorem, certified by ball arithmetic.

    \b
    wnverify eval banerjee2024/predictor_hessian m=512 L=4 omega=1 rho=0 activation=tanh
    wnverify eval banerjee2024/predictor_hessian m=64,128,256 L=4 omega=1 rho=1/2 beta=1 c0=0

    Several values, with commas, make a table; with one such symbol also a plot.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from wnverify.questions.evaluation.ask import evaluate

    pairs = [value.partition("=") for value in values]
    for name, sign, value in pairs:
        if not sign or not name.isidentifier() or not value:
            raise UsageError(expected("values as SYMBOL=VALUE", repr(f"{name}{sign}{value}"[:60])))
    repeated = {name for name, _, _ in pairs if sum(other == name for other, _, _ in pairs) > 1}
    if repeated:
        raise UsageError(expected("every symbol once", ", ".join(sorted(repeated)), "separate values with commas"))
    found = evaluate(theorem, **{name: value for name, _, value in pairs})
    console = screen()
    show(console, found.lines(console.width))
