"""Drawings of an instance: arrows by their angle, numbers along a run, or its arrays as bars; small SVG, as text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from wnverify.pictures import Course, Fan, Picture
from wnverify.report.site.text import visible

PANEL, HEIGHT, RADIUS = 190, 150, 78
"""Size of one panel, and of its circle, in units of the drawing."""
MOST_BARS, MOST_PANELS, MOST_LINES = 24, 8, 6
"""What has more than these is told in words and numbers alone."""


def drawing(pictures: Sequence[Picture], instance: Mapping[str, Any]) -> Markup:
    """What there is to draw; empty where there is nothing.

    Args:
        pictures: what its family draws.
        instance: its arrays, drawn as they are where the family draws nothing.
    """
    panels = [_fan(each) if isinstance(each, Fan) else _course(each) for each in pictures[:MOST_PANELS]]
    panels = panels or [_bars(name, array) for name, array in _small(instance)][:MOST_PANELS]
    return Markup("").join(Markup(panel) for panel in panels)  # its texts are escaped by `_text`


def caption(pictures: Sequence[Picture]) -> str:
    """What a drawing shows, for those who read it and for those who cannot see it."""
    if any(isinstance(each, Fan) for each in pictures):
        return (
            "Every arrow is a row, at its angle to what comes into its layer (dashed); the bars are the entries of "
            "what comes in."
        )
    if any(isinstance(each, Course) for each in pictures):
        return "The run from this instance, from its start on the left to its end on the right."
    return "The arrays of the instance, each on its own scale; the number is the largest absolute value."


# ---- panels


def _svg(width: float, height: float, label: str, inner: Iterable[str]) -> str:
    shown = escape(visible(label))
    head = f'<svg class="panel" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img"'
    return f'{head} aria-label="{shown}">{"".join(inner)}</svg>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{named} text-anchor="{anchor}">{escape(visible(text))}</text>'


def _fan(fan: Fan) -> str:
    """The upper half of a circle; arrows of one angle are counted beside it."""
    x, y = PANEL / 2, HEIGHT - 48.0
    arc = f'<path class="rim" d="M{x - RADIUS:.1f} {y:.1f}A{RADIUS} {RADIUS} 0 0 1 {x + RADIUS:.1f} {y:.1f}Z"/>'
    parts = [_text(4, 13, fan.title, "head"), arc, _arrow((x, y), 0.0, RADIUS, "reference")]
    counts: dict[int, int] = {}
    for degrees, length in zip(fan.degrees, fan.lengths, strict=True):
        counts[round(degrees)] = counts.get(round(degrees), 0) + 1
        parts.append(_arrow((x, y), degrees, RADIUS * min(length, 1.0), "row"))
    told = ", ".join(
        f"{number} × {degree}°" if number > 1 else f"{degree}°" for degree, number in sorted(counts.items())
    )
    parts += [_text(4, y + 16, _cut(f"{told} from {fan.against}")), *_strip(fan.values, y + 24)]
    return _svg(PANEL, HEIGHT, f"{fan.title}: {told} from {fan.against}", parts)


def _cut(text: str, most: int = 32) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _arrow(start: tuple[float, float], degrees: float, length: float, kind: str) -> str:
    angle = math.radians(degrees)
    x, y = start[0] + length * math.cos(angle), start[1] - length * math.sin(angle)
    head = ""
    for turn in (2.7, -2.7):
        head += f"M{x:.1f} {y:.1f}L{x + 7 * math.cos(angle + turn):.1f} {y - 7 * math.sin(angle + turn):.1f}"
    return f'<path class="{kind}" d="M{start[0]:.1f} {start[1]:.1f}L{x:.1f} {y:.1f}{head}"/>'


def _strip(values: Sequence[float], top: float) -> Iterator[str]:
    """Bars side by side in a strip of 22 units, above and below its middle."""
    if not 0 < len(values) <= MOST_BARS or not all(math.isfinite(value) for value in values):
        return
    largest, step, middle = max(map(abs, values)) or 1.0, min((PANEL - 8) / len(values), 16.0), top + 11
    yield f'<path class="rim" d="M4 {middle:.1f}H{4 + step * len(values):.1f}"/>'
    for place, value in enumerate(values):
        high = 11 * abs(value) / largest
        y = middle - high if value >= 0 else middle
        x, wide = 4 + step * place, 0.7 * step
        yield f'<rect class="bars" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'


def _course(course: Course) -> str:
    """Lines over the run, each with its name at its end."""
    width, left, right, top, bottom = 470.0, 56.0, 400.0, 26.0, 160.0
    lines = course.points[:MOST_LINES]
    known = [value for line in lines for value in line if math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known]) or 1.0
    height = (bottom - top) / ((high - low) or 1.0)
    parts = [
        _text(4, 14, course.title, "head"),
        f'<path class="rim" d="M{left} {top}V{bottom}H{right}"/>',
        _text(left - 6, bottom + 4, f"{low:.3g}", anchor="end"),
        _text(left - 6, top + 4, f"{high:.3g}", anchor="end"),
        _text(left, bottom + 18, course.along),
    ]
    ends: list[float] = []
    for number, line in enumerate(lines):
        step = (right - left) / max(len(line) - 1, 1)
        points = [(left + step * place, bottom - height * (value - low)) for place, value in enumerate(line)]
        drawn = "L".join(f"{x:.0f} {y:.1f}" for x, y in points if math.isfinite(y))
        parts.append(f'<path class="line c{number % MOST_LINES + 1}" d="M{drawn}"/>')
        ends.append(points[-1][1])
    for place, name in zip(_apart(ends), course.names, strict=False):
        parts.append(_text(right + 6, place + 4, name))
    return _svg(width, 186, f"{course.title} along the run", parts)


def _apart(places: Sequence[float], least: float = 13.0) -> list[float]:
    """Places of names, moved until none covers another.

    >>> _apart([10.0, 12.0, 50.0])
    [10.0, 23.0, 50.0]
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    found = list(places)
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + least)
    return found


def _small(instance: Mapping[str, Any]) -> Iterator[tuple[str, list[float]]]:
    """The arrays with more than one number, and not too many."""
    for name, array in instance.get("arrays", {}).items():
        texts = array.get("hex", ())
        if 1 < len(texts) <= MOST_BARS:
            try:
                yield name, [float.fromhex(text) for text in texts]
            except (ValueError, TypeError, OverflowError):
                continue


def _bars(name: str, values: Sequence[float]) -> str:
    parts = [_text(4, 13, name, "head"), *_strip(values, 20.0)]
    finite = [abs(value) for value in values if math.isfinite(value)]
    parts.append(_text(4, 58, f"{max(finite, default=0.0):.4g}"))
    return _svg(PANEL, 64, f"{name}: {len(values)} numbers", parts)
