"""Panel: one pair of axes, drawn straight onto matplotlib's SVG renderer: its own axes take several times as long."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, TypeAlias

from wnverify.report.plots.style import HEIGHT, LIGHT, SIZE, WIDTH, clean, inlined, rules

BOUND = 4.0, 2.0
"""How a line is dashed that stands for the bound."""
GAP, LETTER = 9.0, 0.52
"""Points between the entries of a legend; the width of a letter, of its height."""
Points: TypeAlias = Sequence[tuple[float, float]]
Dashes: TypeAlias = tuple[float, float] | None
Renderer: TypeAlias = Any  # that of matplotlib has no types
Stroke: TypeAlias = Callable[[Renderer], None]


@dataclass(frozen=True)
class Scale:
    """Values between two ends, as a share of the way."""

    low: float
    high: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Where a value lies; what is beyond an end lies at it.

        >>> Scale(1, 100, log=True)(10.0), Scale(0, 2)(5.0)
        (0.5, 1.0)
        """
        value = min(max(value, self.low), self.high)
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


class Panel:
    """A plot while it is drawn; nothing is drawn before `svg` asks for it.

    Args:
        x: the scale across.
        y: the scale upwards.
        title: above the plot; may be empty.
        bare: the height of a plot that has no axis upwards and no legend.
    """

    def __init__(self, x: Scale, y: Scale, title: str = "", *, bare: float = 0.0) -> None:
        self.x, self.y, self.height = x, y, bare or HEIGHT
        self.left, self.right, self.bottom = 9.0 if bare else 44.0, WIDTH - 10.0, 34.0
        self.top = self.height - 6.0 - (16.0 if title else 0.0) - (0.0 if bare else 15.0)
        self._strokes: list[Stroke] = []
        self._entry = min(self.left, 14.0)
        if title:
            self.words((self.left, self.height - 11.0), clean(title, 64), size=SIZE + 1)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place in points."""
        width, height = self.right - self.left, self.top - self.bottom
        return self.left + width * self.x(x), self.bottom + height * self.y(y)

    def line(self, points: Points, colour: str, width: float = 1.6, dashes: Dashes = None) -> None:
        """A line through places."""
        if points:
            self._path([self.at(*point) for point in points], colour, width, dashes)

    def area(self, points: Points, colour: str, alpha: float = 1.0) -> None:
        """What lies between places."""
        self._path([self.at(*point) for point in points], colour, 0.0, fill=alpha)

    def box(self, low: tuple[float, float], high: tuple[float, float], colour: str, alpha: float = 1.0) -> None:
        """A box between two corners."""
        self.area([low, (low[0], high[1]), high, (high[0], low[1])], colour, alpha)

    def dots(self, points: Points, colour: str, corners: int = 0) -> None:
        """A mark at each place: a disc, or a polygon with that many corners."""
        self._dots([self.at(*point) for point in points], colour, corners)

    def words(
        self, place: tuple[float, float], text: str, at: str = "left", *, size: float = SIZE, angle: float = 0.0
    ) -> None:
        """Text at a place in points, from which it goes right, left, or both ways."""

        def draw(renderer: Renderer) -> None:
            from matplotlib.font_manager import FontProperties
            from matplotlib.text import Text

            font = FontProperties(size=size)
            shown = Text(
                *place,
                text,
                ha=at,
                va="baseline",
                rotation=angle,
                fontproperties=font,
                rotation_mode="anchor",
                parse_math=False,
            )
            gc = renderer.new_gc()
            gc.set_foreground(LIGHT["ink"])
            renderer.draw_text(gc, place[0], self.height - place[1], text, font, angle, False, shown)

        self._strokes.append(draw)

    def ticks_x(self, places: Mapping[float, str], label: str = "") -> None:
        """The axis across with its names, and what it shows; the names at its ends stay within the plot."""
        self._path([(self.left, self.bottom), (self.right, self.bottom)], "muted", 0.7)
        for value, name in places.items():
            x, y = self.at(value, self.y.low)
            self._path([(x, y), (x, y - 3.0)], "muted", 0.7)
            end = x + LETTER * SIZE * len(name) / 2 > WIDTH
            self.words(
                (min(x, WIDTH - 1.0) if not end else WIDTH - 1.0, y - 12.0), name, "right" if end else "center"
            )
        self.words(((self.left + self.right) / 2, 4.0), label, "center")

    def ticks_y(self, places: Mapping[float, str], label: str = "") -> None:
        """The axis upwards with its names and a line across at each, and what it shows."""
        for value, name in places.items():
            x, y = self.at(self.x.low, value)
            self._path([(x, y), (self.right, y)], "grid", 0.6)
            self.words((x - 4.0, y - 3.0), name, "right")
        self._path([(self.left, self.bottom), (self.left, self.top)], "muted", 0.7)
        self.words((9.0, (self.bottom + self.top) / 2), label, "center", angle=90.0)

    def legend(
        self, name: str, colour: str, *, fill: float = 0.0, corners: int | None = None, dashed: bool = False
    ) -> None:
        """One more entry above the axes: a line, a filled box, or a line with a mark."""
        x, y = self._entry, self.top + 7.0
        if fill:
            self._path([(x, y), (x, y + 6.0), (x + 11.0, y + 6.0), (x + 11.0, y)], colour, 0.0, fill=fill)
        else:
            self._path([(x, y + 3.0), (x + 13.0, y + 3.0)], colour, 1.6, BOUND if dashed else None)
        if corners is not None:
            self._dots([(x + 6.5, y + 3.0)], colour, corners)
        self.words((x + 16.0, y), name)
        self._entry = x + 16.0 + LETTER * SIZE * len(name) + GAP

    def _path(
        self,
        points: Points,
        colour: str,
        width: float,
        dashes: Dashes = None,
        *,
        fill: float = 0.0,
    ) -> None:
        def draw(renderer: Renderer) -> None:
            from matplotlib.path import Path
            from matplotlib.transforms import IdentityTransform

            gc = _context(renderer, colour, width, fill or 1.0)
            if dashes:
                gc.set_dashes(0.0, list(dashes))
            path = Path([*points, points[0]], closed=True) if fill else Path(list(points))
            renderer.draw_path(gc, path, IdentityTransform(), _rgb(colour) if fill else None)

        self._strokes.append(draw)

    def _dots(self, points: Points, colour: str, corners: int) -> None:
        def draw(renderer: Renderer) -> None:
            from matplotlib.path import Path
            from matplotlib.transforms import Affine2D, IdentityTransform

            mark = Path.unit_regular_polygon(corners) if corners else Path.unit_circle()
            size = Affine2D().rotate_deg(45.0 if corners == 4 else 0.0).scale(3.1 if corners else 2.6)
            gc = _context(renderer, colour, 0.0, 1.0)
            renderer.draw_markers(gc, mark, size, Path(list(points)), IdentityTransform(), _rgb(colour))

        self._strokes.append(draw)

    def svg(self, title: str, description: str) -> str:
        """The plot as SVG, with what it shows and what is to be seen in words."""
        import matplotlib.backends.backend_svg as backend

        stream = StringIO()
        nothing: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        with rules():
            renderer: Renderer = backend.RendererSVG(WIDTH, self.height, stream, image_dpi=72, metadata=nothing)  # type: ignore[no-untyped-call]
            for stroke in self._strokes:
                stroke(renderer)
            renderer.finalize()
        return inlined(stream.getvalue(), title, description)


def _context(renderer: Renderer, colour: str, width: float, alpha: float) -> Any:
    gc = renderer.new_gc()
    gc.set_foreground(LIGHT[colour])
    gc.set_linewidth(width)
    gc.set_alpha(alpha)
    gc.set_joinstyle("round")
    gc.set_capstyle("butt")
    return gc


def _rgb(colour: str) -> tuple[float, ...]:
    from matplotlib.colors import to_rgb

    return to_rgb(LIGHT[colour])
