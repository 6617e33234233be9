"""An audit as HTML: tables with a name on every cell, so that a phone can show rows as cards, and a whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from markupsafe import Markup

from wnverify.report.site.environment import TEMPLATES, rendered
from wnverify.report.site.text import visible

Cell: TypeAlias = "str | Markup"
BADGES: Mapping[str, str] = {"informative": "held", "vacuous": "refuted", "BROKEN": "refuted", "holds": "held"}
"""Colours of words; others are between these."""


def badge(word: str) -> Markup:
    """A word with its colour.

    >>> print(badge("vacuous"))
    <span class="nowrap badge refuted">vacuous</span>
    """
    return Markup('<span class="nowrap badge {}">{}</span>').format(BADGES.get(word, ""), word)


def bar(ratio: float) -> Markup:
    """How much of a bound is used, as a bar; full beyond 1."""
    width = f"{min(max(ratio, 0.0), 1.0):.0%}"
    return Markup('<span class="bar" aria-hidden="true"><span style="width:{}"></span></span>').format(width)


def beside(head: Cell, below: Cell) -> Markup:
    """A name with words below it."""
    return Markup('{}<br><span class="quiet">{}</span>').format(visible(head), visible(below))


def tabled(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], numbers: Sequence[str] = ()) -> Markup:
    """A table of which the first cell of each row is its head.

    Args:
        caption: what stands above it.
        heads: names of the columns.
        rows: cells, text or marked up.
        numbers: the columns that are flush right.
    """
    kinds = [Markup(' class="num nowrap"') if head in numbers else Markup("") for head in heads]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(kind, name) for kind, name in zip(kinds, heads, strict=True)
    )
    body = Markup("").join(_row(heads, kinds, row) for row in rows)
    table = Markup(
        '<div class="scroll"><table class="plain cards"><caption>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    )
    return table.format(caption, head, body)


def _row(heads: Sequence[str], kinds: Sequence[Markup], row: Sequence[Cell]) -> Markup:
    first, *rest = (visible(cell) for cell in row)
    cells = [
        Markup('<td{} data-name="{}">{}</td>').format(kind, head, cell)
        for head, kind, cell in zip(heads[1:], kinds[1:], rest, strict=True)
    ]
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(first, Markup("").join(cells))


def coded(text: Cell) -> Markup:
    """A text with what stands between backticks as code.

    >>> print(coded("as `a<b` has it"))
    as <code>a&lt;b</code> has it
    """
    pieces = str(visible(text)).split("`")
    marks = [Markup("<code>{}</code>" if place % 2 else "{}").format(piece) for place, piece in enumerate(pieces)]
    return text if isinstance(text, Markup) else Markup("").join(marks)


def reasons(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Long names, each with what is to be said of it below."""
    items = [Markup("<li><strong>{}</strong><br>{}</li>").format(visible(head), coded(text)) for head, text in pairs]
    return Markup("<ul>{}</ul>").format(Markup("").join(items)) if items else Markup("")


def explained(pairs: Iterable[tuple[Cell, Cell]]) -> Markup:
    """Words and what is to be said of each; nothing for no pair."""
    found = [Markup("<dt>{}</dt><dd>{}</dd>").format(visible(head), coded(text)) for head, text in pairs]
    return Markup("<dl>{}</dl>").format(Markup("").join(found)) if found else Markup("")


def headed(head: str, *parts: Markup) -> Markup:
    """Parts below a heading; nothing where all are empty."""
    body = Markup("").join(parts)
    return Markup("<h2>{}</h2>{}").format(head, body) if body else body


def answer(good: bool, summary: str, told: Iterable[str]) -> Markup:
    """What a reader wants to know first."""
    items = Markup("").join(Markup("<li>{}</li>").format(coded(text)) for text in told)
    kind = "held" if good else "refuted"
    box = '<section class="verdict {}"><p class="lead"><strong>{}</strong></p><ul>{}</ul></section>'
    return Markup(box).format(kind, visible(summary), items)


def page(body: str, name: str) -> str:
    """A whole page in one file, in the style of the site.

    Args:
        body: HTML in which every value is escaped.
        name: what was audited.
    """
    style = (TEMPLATES / "style.css").read_text("utf-8")
    return rendered("audit.html", body=Markup(body), name=name, style=Markup(style)).decode("utf-8")
