"""`wnverify audit`: every theorem that applies, on a network of one's own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from wnverify.commands.screen import screen, show
from wnverify.errors import COULD_NOT_CHECK, REFUTED, UsageError, expected
from wnverify.stopping import finishing

PATH = click.Path(path_type=Path)


@click.command("audit")
@click.argument("file", type=PATH)
@click.argument("theorems", nargs=-1, metavar="[ID|FOLDER]...")
@click.option("--data", type=PATH, metavar="FILE", help="Inputs X and targets or labels y: .npz, or .npy of X alone.")
@click.option("--activation", default="", metavar="NAME", help="The activation, if the file does not say it.")
@click.option("--scaling", default="", metavar="NAME", help="none (of state dicts, the default), fan_out or fan_in.")
@click.option("--layers", default="", metavar="A,B,…", help="The layers to be audited, from input to output.")
@click.option("--outputs", type=PATH, metavar="FILE", help="Outputs at X, .npy or .npz: they must be the same.")
@click.option("--loss", default="", metavar="NAME", help="square, or cross_entropy (the default for labels).")
@click.option("--normalize-inputs", is_flag=True, help="Divide all inputs by the largest of their norms.")
@click.option("--over", is_flag=True, help="All arguments that are files are checkpoints of one network, in order.")
@click.option("--plot", "plot_file", type=PATH, metavar="FILE", help="With --over: the quantities against the step.")
@click.option("--inputs", type=click.IntRange(min=1), help="Only the first so many inputs.")
@click.option("--json", "json_file", type=PATH, metavar="FILE", help="Write everything here.")
@click.option("--html", "html_file", type=PATH, metavar="FILE", help="Write the tables here.")
def command(
    file: Path, theorems: Sequence[str], json_file: Path, html_file: Path, plot_file: Path, **rest: Any
) -> None:
    """Set what the theory says beside what is measured, on the network in FILE.

    \b
    FILE is a state dict (.safetensors, .npz, .json, .pt, .weights.h5) with
      name.weight, name.bias                    a plain layer
      name.weight_g, name.weight_v              weight normalization (PyTorch)
      name.parametrizations.weight.original0/1  the same, as it is now
      name/kernel, name/bias, …/kernel/scale    Flax and Keras
    and --data FILE has X; or it is .npz or JSON with
      W1 … WL   the hidden layers, m_l × m_(l-1), with m_0 = d; unit rows
      v         the output weights, of length m_L
      X, y      the inputs, n × d, and targets (optional)
      activation, scaling  words

    \b
    fan_out: z = W_i·a/(‖W_i‖ √m_l),      f = v·a_L
    fan_in:  z = W_i·a/(‖W_i‖ √m_(l-1)),  f = v·a_L/√m_L

    Exit codes: 0 no theorem is broken, 1 one is, 3 the file could not be read.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from wnverify.runs import files

    for path in filter(None, (json_file, html_file, plot_file)):
        files.check_writable(path)
    rest["layers"] = tuple(filter(None, (name.strip() for name in rest["layers"].split(","))))
    with _progress() as told:
        found = _found(file, theorems, plot_file, {**rest, "told": told})
    with finishing():
        texts = _texts(found, json_file, html_file, getattr(found, "title", file.name))
        written = [files.write_or_rescue(path, f"{text}\n".encode()) for path, text in texts]
        console = screen()
        show(console, found.lines(console.width))
    lost = [words for words in written if words]
    for words in lost:
        click.echo(f"wnverify: {words}", err=True)
    raise click.exceptions.Exit(REFUTED if found.broken else COULD_NOT_CHECK if lost else 0)


def _texts(found: Any, json_file: Path | None, html_file: Path | None, name: str) -> Iterator[tuple[Path, str]]:
    """What is written where, as far as it is asked for."""
    from wnverify.questions.audit.page import page

    if json_file:
        yield json_file, json.dumps(found.to_json(), indent=1)
    if html_file:
        yield html_file, page(found.html(), name)


def _found(file: Path, arguments: Sequence[str], plot: Path | None, said: dict[str, Any]) -> Any:
    """One audit, or one of every checkpoint."""
    from wnverify.questions.audit.ask import audit
    from wnverify.questions.audit.over import check_picture, over

    if not said.pop("over"):
        if plot:
            raise UsageError(expected("--over with --plot", "--plot alone"))
        return audit(file, theorems=arguments, **said)
    if plot:
        check_picture(plot)
    files = [name for name in arguments if os.path.isfile(name)]  # that of Path raises for long names
    found = over([file, *files], [name for name in arguments if name not in files], **said)
    if plot:
        found.plot(plot)
    return found


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Tells on a terminal what is being measured, and how far it is; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    yield lambda what, done, of: click.echo(f"\r\x1b[K{what} {done}{f' of {of}' if of else ''}", nl=False, err=True)
    click.echo("\r\x1b[K", nl=False, err=True)
