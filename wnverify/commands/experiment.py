"""`wnverify experiment`: the experiments, each with data, plots and findings from one command."""

from __future__ import annotations

import pkgutil
import time
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from wnverify import experiments
from wnverify.commands.screen import screen
from wnverify.experiments.images.names import NAMES
from wnverify.experiments.kit.experiment import Experiment
from wnverify.experiments.kit.run import Notify, Order, run


def found() -> dict[str, str]:
    """The experiments by name, each with its module: every file of `wnverify.experiments` that has one."""
    names = [info.name for info in pkgutil.iter_modules(experiments.__path__) if not info.ispkg]
    there = {name: loaded(name) for name in names}
    return {each.name: name for name, each in there.items() if each is not None}


def named(name: str) -> Experiment[Any, Any] | None:
    """The experiment of that name, whose file has it too, with _ for -; no other file is loaded.

    Args:
        name: as it is typed.
    """
    module = name.replace("-", "_")
    there = module in {info.name for info in pkgutil.iter_modules(experiments.__path__) if not info.ispkg}
    experiment = loaded(module) if there else None
    return experiment if experiment and experiment.name == name else None


def loaded(module: str) -> Experiment[Any, Any] | None:
    """The experiment of a module, if it has one.

    Args:
        module: below `wnverify.experiments`.
    """
    return getattr(import_module(f"{experiments.__name__}.{module}"), "EXPERIMENT", None)


class _Experiments(click.Group):
    """`list`, and a command for every experiment that is found."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return sorted([*click.Group.list_commands(self, ctx), *found()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        own = click.Group.get_command(self, ctx, cmd_name)
        experiment = None if own else named(cmd_name)
        return _command(experiment) if experiment else own


def _command(experiment: Experiment[Any, Any]) -> click.Command:
    folder = click.Path(path_type=Path, file_okay=False)
    options = [
        click.Option(["--quick"], is_flag=True, help="Fewer and smaller points: two minutes at the most."),
        click.Option(["--out"], type=folder, default=None, help=f"Folder [default: experiments/{experiment.name}]."),
        click.Option(
            ["--seed"], type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same numbers."
        ),
    ]
    if experiment.pictured:
        told = f"{', '.join(NAMES)}, or a file: IDX, CIFAR-10 in its binary version, or .npz [default: {NAMES[0]}]."
        options.append(click.Option(["--data"], default="", help=f"Pictures: {told}", metavar="NAME|FILE"))
    text = f"{experiment.question}\n\nWhat is computed is kept in the folder: started again, it goes on."
    return click.Command(experiment.name, callback=partial(_run, experiment), params=[*options], help=text)


def _run(experiment: Experiment[Any, Any], out: Path | None, quick: bool, seed: int, data: str = "") -> None:
    order = Order(out or Path("experiments", experiment.name), seed, quick, data)
    console = screen(err=True)
    with Progress(
        BarColumn(20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        result = run(experiment, order, _notify(progress, console))
    for finding in result.findings:
        click.echo(f"- {finding}")
    click.echo(f"Wrote {', '.join(str(path) for path in result.files)}.")


def _notify(progress: Progress, console: Console) -> Notify:
    """A bar in a terminal, a line a point in a pipe."""
    task, since = progress.add_task("", total=None), time.monotonic()

    def notify(place: int, count: int, words: str) -> None:
        if console.is_terminal:
            progress.update(task, total=count, completed=place - 1, description=words)
        else:
            console.print(f"{place} of {count}, after {time.monotonic() - since:.0f} s: {words}", soft_wrap=True)

    return notify


@click.group("experiment", cls=_Experiments)
def command() -> None:
    """Run an experiment of the papers: data, plots and findings."""


@command.command("list")
def list_command() -> None:
    """List the experiments and what they ask."""
    for name, module in sorted(found().items()):
        experiment = loaded(module)
        if experiment:
            click.echo(f"{name}: {experiment.question}")
