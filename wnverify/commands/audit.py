"""`wnverify audit`: every theorem that applies, on a network of one's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from wnverify.commands.screen import screen, show
from wnverify.errors import COULD_NOT_CHECK, REFUTED
from wnverify.stopping import finishing


@click.command("audit")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("theorems", nargs=-1, metavar="[ID|FOLDER]...")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write everything here.")
@click.option("--inputs", type=click.IntRange(min=1), help="Only the first so many inputs.")
def command(file: Path, theorems: Sequence[str], json_file: Path | None, inputs: int | None) -> None:
    """Evaluate every theorem that applies on the network in FILE (.npz or JSON).

    \b
    Keys: W1 … WL   the hidden layers, m_l × m_(l-1), with m_0 = d
          v         the output weights, of length m_L
          X         the inputs, n × d
          y         the targets, of length n (optional: for theorems about the square loss)
          activation  one that `wnverify symbols --family weight_norm` lists, such as tanh
          scaling     fan_out (the paper's, default) or fan_in

    \b
    fan_out: z = W_i·a/(‖W_i‖ √m_l),      f = v·a_L
    fan_in:  z = W_i·a/(‖W_i‖ √m_(l-1)),  f = v·a_L/√m_L

    Exit codes: 0 no theorem is broken, 1 one is, 3 the file could not be read.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from wnverify.questions.audit.ask import audit
    from wnverify.runs import files

    if json_file:
        files.check_writable(json_file)
    found = audit(file, theorems=theorems, inputs=inputs)
    with finishing():
        data = (json.dumps(found.to_json(), indent=1) + "\n").encode()
        lost = files.write_or_rescue(json_file, data) if json_file else ""
        console = screen()
        show(console, found.lines(console.width))
    if lost:
        click.echo(f"wnverify: {lost}", err=True)
    raise click.exceptions.Exit(REFUTED if found.broken else COULD_NOT_CHECK if lost else 0)
