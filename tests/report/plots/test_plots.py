"""Plots: what is shown stands in the text, nothing of data gets out of it, and the same data give the same bytes."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest

from wnverify.evidence import EDGES
from wnverify.report.plots import style
from wnverify.report.plots.acceptance import acceptance
from wnverify.report.plots.by_size import ratio_by_size
from wnverify.report.plots.effort import effort
from wnverify.report.plots.histogram import ratio_histogram
from wnverify.report.plots.scaling import scaling
from wnverify.spread import Scaling

HOSTILE = '<script>alert(1)</script> $x^{ & "q" \u202e\x00\x1b' + "long " * 2000
NONE = [0] * (len(EDGES) + 1)


def counts(**bins: int) -> list[int]:
    found = list(NONE)
    for name, count in bins.items():
        found[int(name[1:])] = count
    return found


def words(plot: str) -> list[str]:
    """The texts of a plot in their order; it is well-formed, and holds text and shapes alone."""
    whole = ElementTree.fromstring(plot)
    tags = {element.tag.partition("}")[2] for element in whole.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "style", "g", "path", "text", "use", "tspan"}
    return [element.text or "" for element in whole.iter() if element.tag.endswith("}text")]


def test_a_histogram_tells_random_instances_from_others() -> None:
    plot = ratio_histogram(counts(b20=900, b30=100), counts(b29=1, b34=3), HOSTILE)
    told = words(plot)
    assert {"random (1,000)", "searched (4)", "bound", "ratio of the sides", "0.3", "1"} <= set(told)
    assert "3 searched instances" not in plot
    assert "4 searched instances, the largest ratio below 10" in plot
    assert f"var(--wnv-violation,{style.LIGHT['violation']})" in plot
    assert style.LIGHT["violation"] not in ratio_histogram(counts(b20=1, b34=3), NONE, sure=False)
    assert "the largest ratio up to 1" in ratio_histogram(NONE, counts(b30=1))


def test_every_other_plot_says_what_it_shows() -> None:
    by_size = ratio_by_size({"L": [(1, 0.5), (8, 0.97)], HOSTILE: [(2, "inf")], "d": [(3, 0.0)]})
    assert {"L", "8", "largest ratio found", "size"} <= set(words(by_size))
    assert "L: 0.5 at 1, 0.97 at 8" in by_size
    curves = effort({"sampled": [(10, 0.2), (3000, 0.9)], "adversarial": [(90, math.inf)]})
    assert {"sampled", "adversarial", "1,000"} <= set(words(curves))
    grown = scaling(Scaling("m", -0.5, -0.52, -0.6, -0.44, [(2, 1.0), (4, 0.7), (8, 0.5)]))
    assert {"bound, power −0.5", "found, −0.52 (−0.6 to −0.44)", "m", "2", "8"} <= set(words(grown))
    met = acceptance([("rare", 1, 100_000), (HOSTILE, 5, 10)], (0, 10))
    assert words(met)[:4] == ["rare", "< 0.1 %", style.clean(HOSTILE, 60), "50.0 %"]
    assert "<script" not in by_size + curves + grown + met


@pytest.mark.parametrize(
    "plot",
    [
        ratio_histogram([], []), ratio_histogram(NONE, NONE), ratio_by_size({}), ratio_by_size({"m": [(1, "nan")]}),
        ratio_by_size({"m": [(1, "inf")]}), effort({}), effort({"sampled": [(1, 0.0)]}), acceptance([], (0, 0)),
        scaling(Scaling("m", 0.0, 0.0, None, None, [(1, 0.0)])),
    ],
)  # fmt: skip
def test_nothing_is_drawn_where_there_is_nothing(plot: str) -> None:
    assert plot == ""


def steep(*points: tuple[int, float]) -> str:
    return scaling(Scaling(HOSTILE, 30.0, 29.0, -1e9, 1e9, list(points)))


@pytest.mark.parametrize(
    "plot",
    [
        ratio_histogram(counts(b0=1), NONE), ratio_histogram(NONE, counts(b36=10**9)),
        ratio_by_size({"m": [(4, 0.5)]}),
        ratio_by_size({"m": [(1, 1e-300), (10**9, 1e300)]}), effort({"sampled": [(0, 0.5)]}), steep((1, 1.0)),
        steep((1, 1.0), (64, 1e50)), acceptance([("h", 0, 1)] * 40, (0, 1)),
    ],
)  # fmt: skip
def test_little_data_and_wide_data_are_drawn(plot: str) -> None:
    assert words(plot)
    assert words(style.standalone(plot)) == words(plot)


def test_the_same_data_give_the_same_bytes_that_name_no_time_and_no_font_file() -> None:
    one, two = (ratio_by_size({"L": [(1, 0.5), (8, 0.97)], "m": [(1, 0.4)]}, "A title") for _ in range(2))
    assert one == two
    assert len(one) < 8_000
    assert not [word for word in ("date", "DejaVu", "Matplotlib", "metadata", "http://matplotlib") if word in one]


def test_colours_are_told_apart_and_follow_the_page() -> None:
    assert style.LIGHT.keys() == style.DARK.keys()
    for palette, paper in ((style.LIGHT, "#ffffff"), (style.DARK, "#0d1117")):
        assert len(set(palette.values())) == len(palette)
        assert min(contrast(colour, paper) for name, colour in palette.items() if name not in ("grid", "met")) > 3.0
        assert min(contrast(palette[name], paper) for name in ("ink", "muted")) > 4.5
    assert all(f"--wnv-{name}:{colour}" in style.css() for name, colour in style.DARK.items())


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG defines it."""
    lights = sorted(light([int(each[place : place + 2], 16) / 255 for place in (1, 3, 5)]) for each in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def light(colour: Sequence[float]) -> float:
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_matplotlib_is_loaded_only_where_something_is_plotted() -> None:
    modules = "acceptance, by_size, effort, histogram, scaling"
    code = f"import sys; from wnverify.report.plots import {modules}; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
