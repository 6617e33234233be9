"""`wnverify suggest`: closed forms for attained maxima, as conjectures that are attacked at once."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from wnverify.commands.screen import BROUGHT, screen, show
from wnverify.errors import COULD_NOT_CHECK, INTERRUPTED, UsageError, expected
from wnverify.stopping import finishing

SHAPE = "At this shape, L=2,m=3,d=2; repeatable. By default the smallest shapes of the theorem."
WITH = "A file of yours: the theorem, or what declares architectures or quantities of a claim; repeatable."
SETTING = "Keep one value of a setting, activation=identity; repeatable. By default the largest over all of them."


@click.command("suggest")
@click.argument("subject", metavar="ID|FILE|CLAIM")
@click.option("--shape", "shapes", multiple=True, metavar="L=…,m=…", help=SHAPE)
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help=SETTING)
@click.option("--given", multiple=True, metavar="RELATION", help='A hypothesis of a typed CLAIM, such as "rho == 0".')
@click.option("--with", "with_", multiple=True, type=BROUGHT, metavar="FILE", help=WITH)
@click.option("--budget", default="quick", show_default=True, metavar="quick|standard|deep|Nr", help="Of the search.")
@click.option("--attack", default="quick", show_default=True, metavar="BUDGET", help="Of the checks of each form.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Same seed, same forms.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes; same result.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="For programs."
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Keep the files here.")
def command(subject: str, *, json_file: Path | None, **asked: Any) -> None:
    """Suggest closed forms for the largest values that a claim's left side attains.

    The claim is a theorem, by its id or file, or typed as for `try`. Its left side is maximised at several shapes,
    in the known scalings of its bound; the maxima are refined to many digits, and closed forms are sought for them,
    for as many shapes at once as one form explains. Each becomes a theorem file, labelled a conjecture, and is
    attacked by the ordinary checks: it is refuted, and dropped, or it stands as a conjecture that was not refuted.

    \b
    wnverify suggest depth_free/hidden_gradient --setting activation=identity
    wnverify suggest "hidden_hessian_norm <= (1+rho)/(sqrt(m)*omega**2)" --setting activation=identity
    wnverify suggest mine --with mine.py

    Ctrl-C ends it with what it has found so far; closed forms for that are sought still, and not attacked.

    Exit codes: 0, 2 not a claim or theorem, 3 no value was attained or not written, 130 interrupted.
    """  # noqa: D301  # \b is click's mark for lines that are not to be wrapped
    from wnverify.runs.files import check_writable, write_or_rescue
    from wnverify.suggesting.ask import Order, suggest
    from wnverify.suggesting.work import Subject

    if json_file is not None:
        check_writable(json_file)
    kept = dict(_pair(text) for text in asked.pop("settings"))
    shapes = [_shape(text) for text in asked.pop("shapes")]
    about = Subject(subject, asked.pop("given"), kept, asked.pop("with_"))
    typed = (
        [("--with", each) for each in about.with_]
        + [("--given", each) for each in about.given]
        + [("--setting", f"{n}={v}") for n, v in kept.items()]
    )
    typed += [("--shape", ",".join(f"{n}={size}" for n, size in shape.items())) for shape in shapes]
    order = Order(shapes, command=_typed(subject, typed, asked), **asked)
    found = suggest(about, order, lambda words: click.echo(f"wnverify: {words} …", err=True))
    lost = ""
    with finishing():
        if json_file is not None:
            lost = write_or_rescue(json_file, json.dumps(found.data(), indent=1, ensure_ascii=False).encode())
            if lost:
                click.echo(f"wnverify: {lost}", err=True)
        console = screen()
        show(console, found.lines(console.width))
    code = INTERRUPTED if found.interrupted else 0 if found.values and not lost else COULD_NOT_CHECK
    raise click.exceptions.Exit(code)


def _typed(subject: str, options: Sequence[tuple[str, str]], asked: Mapping[str, Any]) -> str:
    """The command, for whoever wants to repeat it."""
    words = ["wnverify", "suggest", subject, *(word for option in options for word in option)]
    return shlex.join([*words, "--budget", asked["budget"], "--seed", str(asked["seed"])])


def _pair(text: str) -> tuple[str, str]:
    """A setting with its value.

    Raises:
        UsageError: if it is none.
    """
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise UsageError(expected("a setting such as activation=identity", repr(text[:60])))
    return name.strip(), value.strip()


def _shape(text: str) -> dict[str, int]:
    """Sizes by name.

    Raises:
        UsageError: if it is no shape.

    >>> _shape("L=2, m=3")
    {'L': 2, 'm': 3}
    """
    pairs = [re.fullmatch(r"\s*(\w+)\s*=\s*(\d{1,4})\s*", part, re.ASCII) for part in text.split(",")]
    found = {pair[1]: int(pair[2]) for pair in pairs if pair}
    if len(found) != len(pairs):
        raise UsageError(expected("a shape such as L=2,m=3,d=2", repr(text[:60])))
    return found
