"""Style: one look for every plot, and what makes a figure SVG that can be put into a page as it is.

Text stays text, colours are CSS variables with a fallback, and the same figure gives the same bytes. matplotlib is
loaded where something is plotted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LIGHT: Mapping[str, str] = MappingProxyType({
    "ink": "#1b1f25",
    "muted": "#59636f",
    "grid": "#d8dee5",
    "random": "#0072b2",
    "searched": "#d55e00",
    "structured": "#00805f",
    "hypothesis": "#9a4f86",
    "claimed": "#3d444e",
    "fitted": "#0073b3",
    "violation": "#b3123f",
    "met": "#56b4e8",
    "third": "#00815e",
    "fourth": "#9b4f86",
})  # fmt: skip
"""What a colour stands for -> the colour: those of Okabe and Ito, told apart by any eye; no two are equal."""
DARK: Mapping[str, str] = MappingProxyType({
    "ink": "#e7ecf2",
    "muted": "#a3adb9",
    "grid": "#39414b",
    "random": "#5cb6ec",
    "searched": "#f58b3c",
    "structured": "#35c79b",
    "hypothesis": "#dd94c8",
    "claimed": "#d2d8e0",
    "fitted": "#5cb7ed",
    "violation": "#ff7d9c",
    "met": "#3f8fc4",
    "third": "#36c79b",
    "fourth": "#dd95c8",
})  # fmt: skip
CHECKS = MappingProxyType({
    "sampled": "random",
    "statistical": "random",
    "structured": "structured",
    "hypothesis": "hypothesis",
    "adversarial": "searched",
})  # fmt: skip
"""The colour of what a check found."""
SERIES = ("random", "searched", "third", "fourth", "ink")
CORNERS = 0, 4, 3, 5, 6
"""Colours, and corners of the marks, of things that have no colour of their own, in their order."""
WIDTH, HEIGHT = 302.0, 180.0
"""Points of a plot: it is as wide as a column of a paper, and fills a telephone."""
SIZE = 8.5
"""Points of its text."""
LONGEST = 44
"""Characters of a label that comes from data."""
RULES: Mapping[str, Any] = MappingProxyType({
    "svg.fonttype": "none",
    "svg.hashsalt": "wnverify",
    "font.family": "DejaVu Sans",
    "font.size": SIZE,
    "text.parse_math": False,
    "text.color": LIGHT["ink"],
    "axes.titlesize": SIZE + 1,
    "axes.titlelocation": "left",
    "axes.titlecolor": LIGHT["ink"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.edgecolor": LIGHT["muted"],
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LIGHT["grid"],
    "grid.linewidth": 0.6,
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "xtick.labelcolor": LIGHT["ink"],
    "ytick.labelcolor": LIGHT["ink"],
    "legend.frameon": False,
})  # fmt: skip
"""What matplotlib is told; only the first two matter to a `Panel`, the others to figures of its own axes."""
FONTS = "var(--wnv-font, Helvetica, Arial, sans-serif)"
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def css() -> str:
    """The rules of a page that holds plots: their colours in light and dark, and that they never are too wide."""
    light, dark = (";".join(f"--wnv-{name}:{colour}" for name, colour in each.items()) for each in (LIGHT, DARK))
    return (
        f":root{{{light}}}"
        f"@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f":root[data-theme=dark]{{{dark}}}"
        ".wnv-plot{max-width:100%;height:auto}"
    )


def clean(words: str, most: int = LONGEST) -> str:
    """Words from data as a label: short, and without characters that are not seen or turn the direction.

    >>> clean(f"rho <= 1{chr(0x202E)} and more", 12)
    'rho <= 1 an…'
    """
    seen = _HIDDEN.sub("", words).replace("\n", " ")
    return seen if len(seen) <= most else seen[: most - 1] + "…"


def written(value: float) -> str:
    """A number of an axis.

    >>> [written(x) for x in (1e-6, 0.01, 0.5, 1.0, 3000.0, 2e7)]
    ['10⁻⁶', '0.01', '0.5', '1', '3,000', '2·10⁷']
    """
    if value == 0.0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:,g}".replace("-", "−")
    mantissa, _, power = f"{value:.2e}".partition("e")
    digits = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    head = f"{float(mantissa):g}"
    return f"10{digits}" if head == "1" else f"{head}·10{digits}"


@contextmanager
def rules() -> Iterator[None]:
    """In this context matplotlib writes text as text, and the same figure as the same bytes."""
    import matplotlib

    wanted: Any = dict(RULES)
    with matplotlib.rc_context(wanted):
        yield


def numbered(figure: Figure) -> None:
    """Name the powers of ten of logarithmic axes as every other plot does."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    for axes in figure.axes:
        if axes.get_yscale() == "log":
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value)))
            axes.yaxis.set_minor_locator(NullLocator())


def save(figure: Figure, path: Path, title: str, description: str) -> None:
    """Write a figure as an SVG file; see `svg`.

    Args:
        figure: drawn in the context of `rules`, in which this is called too.
        path: of the file.
        title: what it shows, for those who do not see it.
        description: what is to be seen, in a sentence.
    """
    path.write_text(svg(figure, title, description), "utf-8", newline="\n")


def svg(figure: Figure, title: str, description: str) -> str:
    """A figure as the text of an SVG file, which is light or dark with the page that shows it.

    Args:
        figure: drawn in the context of `rules`, in which this is called too.
        title: what it shows, for those who do not see it.
        description: what is to be seen, in a sentence.
    """
    stream = StringIO()
    numbered(figure)
    figure.patch.set_visible(False)
    for axes in figure.axes:
        axes.patch.set_visible(False)
    nothing: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(stream, format="svg", metadata=nothing)
    return standalone(inlined(stream.getvalue(), title, description))


def inlined(text: str, title: str, description: str) -> str:
    """SVG for a page: no prolog, no name that two plots of a page would share, colours that follow the page.

    Args:
        text: as matplotlib writes it.
        title: what it shows, for those who do not see it.
        description: what is to be seen, in a sentence.
    """
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    head, _, body = text.partition(">")
    named = set(re.findall(r'(?:url\(|href=")#([\w.-]+)', body))
    body = re.sub(r' id="([\w.-]+)"', lambda found: found[0] if found[1] in named else "", body)
    body = re.sub(r'(?<= d=")[^"]*', lambda found: _NUMBER.sub(_rounded, " ".join(found[0].split())), body)
    body = re.sub(r'(?<= transform=")[^"]*', lambda found: _NUMBER.sub(_rounded, found[0]), body)
    body = re.sub(r"\s*\n\s*", "\n", body).replace("<g>\n", "<g>").replace("\n</g>", "</g>")
    for name, colour in LIGHT.items():
        body = body.replace(colour, f"var(--wnv-{name},{colour})")
    body = re.sub(r"font-family: '[^;\"]*", "font-family: inherit", body)
    size = " ".join(re.findall(r'viewBox="[^"]*"', head))
    width, height = (float(number) for number in size.split('"')[1].split()[2:])
    opening = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' class="wnv-plot" role="img" width="{width * 4 / 3:.0f}" height="{height * 4 / 3:.0f}" {size}'
        f' style="font-family:{FONTS}">'
    )
    return f"{opening}<title>{_told(title)}</title><desc>{_told(description)}</desc>{body.rstrip()}"


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _told(words: str) -> str:
    return escape(clean(words, 400))


def standalone(plot: str) -> str:
    """A plot as a file of its own, which is light or dark with the page that shows it."""
    dark = ";".join(f"--wnv-{name}:{colour}" for name, colour in DARK.items())
    rules = f"<style>@media(prefers-color-scheme:dark){{svg{{{dark}}}}}</style>"
    return '<?xml version="1.0" encoding="utf-8"?>\n' + plot.replace("<title>", f"{rules}<title>", 1) + "\n"
