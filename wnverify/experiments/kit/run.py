"""Run: the points of an experiment one after the other, those that are kept already at once, then its files."""

from __future__ import annotations

import csv
import hashlib
import inspect
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, is_dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from wnverify import bounds, engine
from wnverify.errors import UsageError, expected
from wnverify.experiments.kit.experiment import Experiment, Picture, Told
from wnverify.experiments.kit.kept import Kept, key
from wnverify.runs.files import check_writable, write

P = TypeVar("P")
R = TypeVar("R")
Notify = Callable[[int, int, str], None]
"""Told of every point: its place from 1, how many there are, and what it is."""


@dataclass(frozen=True)
class Order:
    """What is asked for.

    Args:
        folder: where the files go.
        seed: same seed, same numbers.
        quick: fewer and smaller points.
        data: name or path of pictures, for an experiment on them; empty for its own choice.
    """

    folder: Path
    seed: int = 0
    quick: bool = False
    data: str = ""


@dataclass(frozen=True)
class Result:
    """What a run made.

    Args:
        files: data, plots and the page.
        findings: what the numbers say.
    """

    files: Sequence[Path]
    findings: Sequence[str]


def run(experiment: Experiment[P, R], order: Order, notify: Notify) -> Result:
    """Compute what is not kept, and write data, plots and page.

    Args:
        experiment: which.
        order: how, and where to.
        notify: told of every point before it is computed.

    Raises:
        UsageError: if the folder cannot be written to.
        RecordError: if pictures that were asked for are damaged; no folder is made then.
    """
    points = experiment.listed(order.quick, order.data)  # before the folder is made: the pictures may be damaged
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(expected("a folder to write to", f"{order.folder} ({error.strerror})")) from error
    check_writable(order.folder / f"{experiment.files}.md")
    return written(experiment, order, computed(experiment, order, points, notify))


def computed(experiment: Experiment[P, R], order: Order, points: Sequence[P], notify: Notify) -> list[R]:
    """The rows of all points; each is on the disk as soon as it is there."""
    kept = Kept(order.folder / f".{experiment.name}.points", experiment.row)
    code, rows = _code(experiment), list[R]()
    for place, point in enumerate(points, 1):
        name = key(experiment.name, code, order.seed, point)
        found = kept.get(name)
        if found is None:
            notify(place, len(points), told(point))
            found = kept.add(name, experiment.measure(point, order.seed))
        rows += found
    return rows


def told(point: object) -> str:
    """A point in words.

    >>> told(Order(Path("here"), 3))
    'folder here, seed 3, quick False, data '
    """
    shown = {each.name: getattr(point, each.name) for each in fields(point)} if is_dataclass(point) else {}
    return ", ".join(f"{name} {value}" for name, value in shown.items() if not is_dataclass(value))


def _code(experiment: Experiment[P, R]) -> str:
    """A digest of engine, bounds, the file that measures and those it uses: older numbers are not mixed in."""
    module = inspect.getmodule(experiment.measure)
    near = {getattr(each, "__module__", "") or "" for each in vars(module or experiment).values()}
    files = {sys.modules[name].__file__ for name in near if name.startswith("wnverify.") and name in sys.modules}
    own = sorted({inspect.getsourcefile(experiment.measure) or "", *(name for name in files if name)})
    shared = [path for part in (bounds, engine) for path in sorted(Path(part.__path__[0]).rglob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in [*map(Path, own), *shared])).hexdigest()


def written(experiment: Experiment[P, R], order: Order, rows: Sequence[R]) -> Result:
    """Write CSV, JSON, plots and the page.

    Args:
        experiment: which.
        order: how it was run.
        rows: all of them.
    """
    told, pictures = experiment.tell(rows), experiment.draw(rows)
    data = {"experiment": experiment.name, "seed": order.seed, "quick": order.quick, "findings": list(told.findings)}
    whole = msgspec.json.format(msgspec.json.encode({**data, "rows": list(rows)}), indent=1) + b"\n"
    files = {f"{experiment.files}.csv": as_csv(rows, experiment.row).encode(), f"{experiment.files}.json": whole}
    files |= {f"{each.name}.svg": each.svg.encode() for each in pictures}
    files[f"{experiment.files}.md"] = page(experiment, order, told, pictures).encode()
    for name, content in files.items():
        write(order.folder / name, content)
    return Result([order.folder / name for name in files], told.findings)


def as_csv(rows: Sequence[object], row: type) -> str:
    """The rows as CSV, a column a field; floats are written so that they are read back the same."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow([each.name for each in fields(row)])
    table.writerows(astuple(each) for each in rows)  # type: ignore[call-overload]
    return stream.getvalue()


def page(experiment: Experiment[P, R], order: Order, told: Told, pictures: Sequence[Picture]) -> str:
    """The page in Markdown.

    Args:
        experiment: which.
        order: how it was run.
        told: what the numbers say.
        pictures: the plots.
    """
    flags = (" --quick" if order.quick else "") + (f" --data {Path(order.data).name}" if order.data else "")
    parts = [
        f"# {experiment.title}",
        experiment.question,
        *(f"![{each.caption}]({each.name}.svg)" for each in pictures),
        "\n".join(f"- {each}" for each in told.findings),
        told.setting,
        f"Data: [{experiment.files}.csv]({experiment.files}.csv), [{experiment.files}.json]({experiment.files}.json);"
        f" made by `wnverify experiment {experiment.name}{flags} --seed {order.seed}`.",
    ]
    for heading, cells in told.tables:
        parts += [f"## {heading}", cells]
    return "\n\n".join(part for part in parts if part) + "\n"
