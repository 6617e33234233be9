"""Parts of what a notebook shows: tables, headings, formulas; whatever is put into them is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup, escape

from wnverify.report.site.text import visible

COLOURS: Mapping[str, str] = MappingProxyType(
    {"green": "#1a7f37", "red": "#cf222e", "yellow": "#9a6700", "cyan": "#0969da"}
)
"""Of verdicts; dark enough on white, light enough on black."""
LEFT = Markup(' style="text-align: left"')


def joined(*parts: str) -> Markup:
    """Parts one below the other."""
    return Markup("<div>{}</div>").format(Markup("").join(part for part in parts if part))


def paragraph(text: str) -> Markup:
    """A paragraph."""
    return Markup("<p>{}</p>").format(visible(text)) if text else Markup("")


def heading(name: str, *parts: str) -> Markup:
    """A name, and beside it what is said of it."""
    rest = Markup("").join(Markup(" · {}").format(visible(part)) for part in parts)
    return Markup("<p><b>{}</b>{}</p>").format(visible(name), rest)


def verdict(words: str, style: str) -> Markup:
    """A verdict in its colour, as the terminal has it."""
    colour = COLOURS.get(style.rpartition(" ")[2], "inherit")
    return Markup('<span style="color: {}; font-weight: bold">{}</span>').format(colour, words)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """A table; nothing if it has no rows.

    >>> print(table(("name", ""), [("a<b", 1)]).partition("<tbody>")[2])
    <tr><td style="text-align: left">a&lt;b</td><td style="text-align: left">1</td></tr></tbody></table>
    """
    lines = [Markup("<tr>{}</tr>").format(Markup("").join(_cell("td", cell) for cell in row)) for row in rows]
    if not lines:
        return Markup("")
    head = Markup("").join(_cell("th", name) for name in heads)
    body = Markup("").join(lines)
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


def _cell(tag: str, text: object) -> Markup:
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), LEFT, escape(visible(text)))


def folded(head: str, text: str) -> Markup:
    """A long text that opens when it is asked for."""
    return Markup("<details><summary>{}</summary><pre>{}</pre></details>").format(visible(head), visible(text))
