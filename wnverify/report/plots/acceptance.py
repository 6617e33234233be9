"""Acceptance: how many of the random instances met each hypothesis, and all of them."""

from __future__ import annotations

from collections.abc import Sequence

from wnverify.report.plots.panel import Panel, Scale
from wnverify.report.plots.style import clean

ROW = 23.0
"""Points of a hypothesis: its words, and below them its bar."""
MOST = 14
"""Hypotheses that are shown, those that were met least."""


def acceptance(hypotheses: Sequence[tuple[str, int, int]], together: tuple[int, int], title: str = "") -> str:
    """A bar a hypothesis, that which was met least first, and one for all of them together.

    Args:
        hypotheses: name, how many instances met it, of how many.
        together: how many met all, of how many.
        title: of the plot.

    Returns:
        The SVG; empty where there is no hypothesis or no instance.
    """
    met = sorted((each for each in hypotheses if each[2]), key=lambda row: row[1] / row[2])[:MOST]
    if not met or not together[1]:
        return ""
    rows = [(clean(name, 60), count / tried, "met") for name, count, tried in met]
    rows.append(("all together", together[0] / together[1], "ink"))
    places = Scale(0.0, 1.0)
    height = 46.0 + ROW * len(rows) + (16.0 if title else 0.0)
    drawn = Panel(places, Scale(-float(len(rows)), 0.0), title, bare=height)
    for place, (words, share, colour) in enumerate(rows):
        drawn.box((0.0, -place - 0.85), (1.0, -place - 0.55), "grid")
        drawn.box((0.0, -place - 0.85), (share, -place - 0.55), colour)
        _, y = drawn.at(0.0, -place - 0.4)
        drawn.words((drawn.left, y), words)
        drawn.words((drawn.right, y), percent(share), "right")
    drawn.ticks_x({0.0: "0", 0.5: "50 %", 1.0: "100 %"}, "share of the random instances that met it")
    told = "; ".join(f"{words}: {percent(share)}" for words, share, _ in rows)
    return drawn.svg(f"How many random instances met each hypothesis. {title}", f"{told}.")


def percent(share: float) -> str:
    """A share in words; one that is no whole never reads as 0 or 100 %.

    >>> percent(0.0), percent(1.0), percent(0.99999), percent(1e-5), percent(0.1234)
    ('0 %', '100 %', '> 99.9 %', '< 0.1 %', '12.3 %')
    """
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    if not 0.001 <= share <= 0.999:
        return "< 0.1 %" if share < 0.5 else "> 99.9 %"
    return f"{100 * share:.1f} %"
