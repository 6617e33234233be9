"""Lines: a plot of the size of a paper's column, made of lines and marks, its legend below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wnverify.experiments.kit.experiment import COLUMN, TALL, Picture, picture
from wnverify.report.plots.style import LIGHT, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENTRY, FEW, BROAD = 0.19, 50.0, 150.0
"""Inches of a line of the legend; factors between the ends of y and of x below which 2 and 5 are named too."""


@dataclass(frozen=True)
class Line:
    """One line, or marks.

    Args:
        label: of the legend; without it there is no entry.
        points: x and y; those with y = None are left out.
        colour: by its name in `style.LIGHT`.
        look: as matplotlib writes it: "-", "--", ":", "o", "s-".
        thin: whether it is a bound or an aid to the eye.
    """

    label: str
    points: Sequence[tuple[float, float | None]]
    colour: str
    look: str = "-"
    thin: bool = False


@dataclass(frozen=True)
class Frame:
    """What stands around the lines.

    Args:
        title: above.
        across: label of x, with its unit.
        upwards: label of y.
        logs: which axes are logarithmic, letters of "xy".
        whole: whether x is a whole number, each of which is named.
    """

    title: str
    across: str
    upwards: str
    logs: str = ""
    whole: bool = False


def plotted(name: str, frame: Frame, lines: Sequence[Line], caption: str) -> Picture:
    """The plot; lines without a point that can be drawn are left out.

    Args:
        name: of its file.
        frame: what stands around.
        lines: in the order of the legend.
        caption: what is to be seen.
    """
    drawn = [line for line in lines if line.points]
    rows = -(-sum(bool(line.label) for line in drawn) // 2)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for line in drawn:
            _draw(axes, line, frame)
        _axes(axes, frame)
        figure.legend(loc="outside lower left", ncols=2, handlelength=2.2, columnspacing=1.0, labelspacing=0.35)

    return picture(name, plainly(frame.title), caption, paint, (COLUMN, TALL + ENTRY * rows))


def plainly(words: str) -> str:
    """Words in signs that the font of the plots has.

    >>> plainly("𝓛(θ)")
    'ℒ(θ)'
    """
    return words.replace("𝓛", "ℒ")


def _draw(axes: Axes, line: Line, frame: Frame) -> None:
    kept = [(x, y) for x, y in line.points if y is not None and (y > 0 or "y" not in frame.logs)]
    x, y = [point[0] for point in kept], [point[1] for point in kept]
    wide = 1.0 if line.thin else 1.6
    axes.plot(x, y, line.look, color=LIGHT[line.colour], lw=wide, ms=4, label=plainly(line.label) or None)


def _axes(axes: Axes, frame: Frame) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    axes.set(xlabel=plainly(frame.across), ylabel=plainly(frame.upwards))
    if "y" in frame.logs:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=_named(axes.get_ylim(), FEW), numticks=7))
    if "x" in frame.logs:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=_named(axes.get_xlim(), BROAD), numticks=7))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value)))
        axes.xaxis.set_minor_locator(NullLocator())
    if frame.whole:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _named(ends: tuple[float, float], few: float) -> tuple[float, ...]:
    """Which multiples of powers of ten are named on a logarithmic axis."""
    return (1.0, 2.0, 5.0) if ends[1] < few * ends[0] else (1.0,)
