"""Experiment: what one says of itself; the frame computes its points, keeps them and writes what they tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from wnverify.report.plots.style import rules, svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

P = TypeVar("P")
R = TypeVar("R")
COLUMN, TALL = 4.2, 3.0
"""Inches of a plot: the width of a paper's column, and a height that goes with it."""


@dataclass(frozen=True)
class Picture:
    """One plot.

    Args:
        name: of its file, without the ending.
        svg: its text, a file of its own.
        caption: what is to be seen, in a sentence.
    """

    name: str
    svg: str
    caption: str


@dataclass(frozen=True)
class Told:
    """What the numbers say, in Markdown.

    Args:
        findings: sentences made from the numbers; where they agree with the paper, and where not.
        setting: what was computed, and how hard it tried.
        tables: each with its heading.
    """

    findings: Sequence[str]
    setting: str
    tables: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Experiment(Generic[P, R]):
    """An experiment: points that are computed one after the other, and what is made of all of them.

    A point and a row are frozen dataclasses of plain values. A point says all that its rows depend on but the seed.

    Args:
        name: as it is typed; of its files too.
        title: of its page.
        question: what it asks, in a sentence.
        point: the class of its points.
        row: the class of its rows.
        points: whether it is to be quick -> the points, in the order in which they are computed.
        measure: a point and the seed -> its rows; the same at every call.
        tell: all rows -> what they say.
        draw: all rows -> the plots.
        stem: of its page and plots, where that is not its name.
        pictured: of an experiment on pictures, whether it is to be quick, and the name or path of pictures -> the
            points; `points` are those on the pictures that are taken where none are named.
    """

    name: str
    title: str
    question: str
    point: type[P]
    row: type[R]
    points: Callable[[bool], Sequence[P]]
    measure: Callable[[P, int], Sequence[R]]
    tell: Callable[[Sequence[R]], Told]
    draw: Callable[[Sequence[R]], Sequence[Picture]]
    stem: str = ""
    pictured: Callable[[bool, str], Sequence[P]] | None = None

    def listed(self, quick: bool, data: str = "") -> Sequence[P]:
        """The points.

        Args:
            quick: whether it is to be quick.
            data: name or path of pictures; empty for those that are taken where none are named.
        """
        return self.pictured(quick, data) if self.pictured and data else self.points(quick)

    @property
    def files(self) -> str:
        """What the names of its files begin with."""
        return self.stem or self.name


def table(head: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """A table in Markdown.

    >>> print(table(("L", "found"), [("1", "0.5")]))
    | L | found |
    |---|---|
    | 1 | 0.5 |
    """
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in cells)])


def picture(
    name: str, title: str, caption: str, paint: Callable[[Figure], None], size: tuple[float, float]
) -> Picture:
    """A plot in the style of all plots.

    Args:
        name: of its file.
        title: above it.
        caption: what is to be seen.
        paint: draws into the empty figure.
        size: inches, across and upwards.
    """
    from matplotlib.figure import Figure

    with rules():
        figure = Figure(figsize=size, layout="constrained")
        paint(figure)
        figure.suptitle(title, x=0.01, ha="left")
        return Picture(name, svg(figure, title, caption), caption)
