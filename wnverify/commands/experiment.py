"""`wnverify experiment`: the experiments, each a table and a plot from one command."""

from __future__ import annotations

from pathlib import Path

import click


@click.group("experiment")
def command() -> None:
    """Run an experiment and write its page and plot."""


@command.command("depth")
@click.option("--out", default=Path("reports"), type=click.Path(path_type=Path), show_default=True, help="Folder.")
@click.option("--deepest", default=12, show_default=True, type=click.IntRange(1, 32), help="Depths 1 to this.")
@click.option("--width", default=4, show_default=True, type=click.IntRange(1, 16), help="Hidden width m.")
@click.option("--restarts", default=3, show_default=True, type=click.IntRange(min=1), help="Searches at each point.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Same seed, same figures.")
def depth_command(out: Path, deepest: int, width: int, restarts: int, seed: int) -> None:
    """Attained maxima of gradient and Hessian against depth, with the bounds on them."""
    from wnverify.experiments import depth, depth_report
    from wnverify.runs.files import check_writable, write

    out.mkdir(parents=True, exist_ok=True)
    picture, text = out / "depth.svg", out / "depth.md"
    check_writable(text)
    effort = depth.Effort(restarts=restarts)
    rows = []
    for row in depth.rows(range(1, deepest + 1), width, seed, effort):
        rows.append(row)
        click.echo(f"{row.activation} L={row.depth}: {row.hessian:.4f} of {row.free:.4f}", err=True)
    reached = list(depth.reached(seed, effort))
    depth_report.plot(rows, picture)
    write(text, depth_report.page(rows, reached, effort, seed, picture.name).encode())
    click.echo(f"Wrote {text} and {picture}.")


@command.command("normalizations")
@click.option("--out", default=Path("reports"), type=click.Path(path_type=Path), show_default=True, help="Folder.")
@click.option("--deepest", default=6, show_default=True, type=click.IntRange(1, 12), help="Depths 1 to this.")
@click.option("--width", default=4, show_default=True, type=click.IntRange(3, 8), help="Width m.")
@click.option("--quick", is_flag=True, help="Half of the depths, shorter ascents.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Same seed, same figures.")
def normalizations_command(out: Path, deepest: int, width: int, quick: bool, seed: int) -> None:
    """Gradient and Hessian against depth in one normalization after the other."""
    from wnverify.experiments import depth, normalizations, normalizations_report
    from wnverify.runs.files import check_writable, write

    out.mkdir(parents=True, exist_ok=True)
    picture, text = out / "normalizations_depth.svg", out / "normalizations_depth.md"
    check_writable(text)
    effort = depth.Effort(starts=6, steps=12 if quick else 40, restarts=1)
    depths = [each for each in range(1, deepest + 1) if not quick or each in (1, deepest) or each % 2 == 0]
    rows = []
    for row in normalizations.rows(depths, width, seed, effort):
        rows.append(row)
        click.echo(f"{row.name}, {row.activation}, L={row.depth}", err=True)
    normalizations_report.plot(rows, width, picture)
    write(text, normalizations_report.page(rows, effort, width, seed, picture.name).encode())
    click.echo(f"Wrote {text} and {picture}.")
