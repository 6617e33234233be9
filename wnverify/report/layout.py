"""Lines of text that fit a width: tables that drop columns by priority, and fields with a hanging indent.

Whatever is laid out is first put into the signs of the output at hand, so that it fits in these.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import StringIO

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.text import Text

from wnverify.report.signs import written

WIDTH = 100
"""The width where no terminal tells one."""
GAP = 2
SHORTEST_NAME = 12
LABEL = 12
LEAST_ROOM = 12
"""The fewest columns for a text, however narrow the page."""
BESIDE, BELOW = 24, 4
"""A text that would get fewer columns than this beside its head stands below it, indented by so many."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        head: its heading.
        cells: its cells, one a row.
        right: whether it is flush right.
        drop: the column with the largest number goes first when there is no room; 0 stays always.
        fold: of the first column: so many cells are enough before another with a head goes; it goes on below itself.
    """

    head: str
    cells: Sequence[Text]
    right: bool = False
    drop: int = 0
    fold: int = 0

    @property
    def width(self) -> int:
        """Width of the widest cell."""
        return max(cell_len(text) for text in (self.head, *(cell.plain for cell in self.cells)))


def table(columns: Sequence[Column], width: int, *, head: bool = True, indent: int = 2) -> list[Text]:
    """The table as lines of at most `width` cells.

    Columns are dropped by priority, which is said; then the first one goes on below itself. Where not even that fits,
    every row is told in words instead.
    """
    first, *rows = table_rows(columns, width, indent=indent)
    return [line for row in (([first] if head else []) + rows) for line in row]


def table_rows(columns: Sequence[Column], width: int, *, indent: int = 2) -> list[list[Text]]:
    """The lines of the head and of every row of the table."""
    fit = fitted(columns, width, indent=indent)
    rows = zip(*(column.cells for column in columns), strict=True)
    return [fit.head(), *(fit.row(cells) for cells in rows)]


@dataclass(frozen=True)
class Fitted:
    """Which columns of a table have room, and how broad they are; the rows may come later.

    Args:
        columns: all of them.
        places: which have room; none where every row is told in words.
        widths: how broad these are.
        width: of the page.
        indent: of the table.
    """

    columns: Sequence[Column]
    places: Sequence[int]
    widths: Sequence[int]
    width: int
    indent: int

    def head(self) -> list[Text]:
        """The line with the heads, and for which of them there is no room."""
        if not self.places:
            return []
        heads = [Text(self.columns[place].head, "dim") for place in self.places]
        return self._lines(heads) + _missing(self.columns, self.places, self.width, self.indent)

    def row(self, cells: Sequence[Text]) -> list[Text]:
        """The lines of a row, of which every column has a cell; one that is too broad is told in words."""
        cells = [in_signs(cell) for cell in cells]
        if self.places:
            lines = self._lines([cells[place] for place in self.places])
            if max(cell_len(line.plain) for line in lines) <= self.width:
                return lines
        return _told(self.columns, cells, self.width, self.indent)

    def _lines(self, cells: Sequence[Text]) -> list[Text]:
        name, *below = folded(cells[0].plain, self.widths[0])
        kept = [self.columns[place] for place in self.places]
        first = _line([Text(name, cells[0].style), *cells[1:]], kept, self.widths, self.indent)
        return [first, *(Text(" " * (self.indent + 1) + part, cells[0].style) for part in below)]


def fitted(columns: Sequence[Column], width: int, *, indent: int = 2) -> Fitted:
    """Which columns have room.

    Args:
        columns: with their cells, or with the broadest that may come.
        width: of the page.
        indent: of the table.
    """
    columns = [replace(c, head=written(c.head), cells=[in_signs(cell) for cell in c.cells]) for c in columns]
    places = _fitting(columns, width - indent)
    kept = [columns[place] for place in places]
    rest = sum(column.width + GAP for column in kept[1:])
    first = max(min(kept[0].width, width - indent - rest), min(kept[0].width, SHORTEST_NAME))
    if indent + first + rest > width:
        places = []
    return Fitted(columns, places, [first, *(column.width for column in kept[1:])], width, indent)


def _told(columns: Sequence[Column], cells: Sequence[Text], width: int, indent: int) -> list[Text]:
    """A row in words: what heads it, and below that every other cell after the head of its column."""
    name, *others = cells
    words = [f"{c.head} {cell.plain}" if c.head else cell.plain for c, cell in zip(columns[1:], others, strict=True)]
    told = [word.strip() for word, cell in zip(words, others, strict=True) if cell.plain.strip()]
    top = paragraph(name.plain, width, indent=indent, style=str(name.style)) if name.plain else []
    return top + paragraph("; ".join(told), width, indent=indent + BELOW if top else indent)


def _missing(columns: Sequence[Column], places: Sequence[int], width: int, indent: int) -> list[Text]:
    """Which columns there is no room for."""
    dropped = [c.head for place, c in enumerate(columns) if c.head and place not in places and _filled(c)]
    return paragraph(f"no room for: {', '.join(dropped)}", width, indent=indent, style="dim") if dropped else []


def _filled(column: Column) -> bool:
    return any(cell.plain.strip() for cell in column.cells)


def _fitting(columns: Sequence[Column], width: int) -> list[int]:
    """The places of the columns that have room; before one with a head goes, the first goes on below itself."""
    kept = [place for place, column in enumerate(columns) if _filled(column)] or list(range(len(columns)))
    while (broad := sum(columns[place].width + GAP for place in kept) - GAP) > width:
        name, last = columns[kept[0]], max(kept, key=lambda place: columns[place].drop)
        folded_away = max(name.width - name.fold, 0) if name.fold and columns[last].head else 0
        if not columns[last].drop or broad - folded_away <= width:
            break
        kept.remove(last)
    return kept


def folded(name: str, width: int) -> list[str]:
    """A name in pieces of at most `width` cells (all but the first one less), broken after `/`, `_` or blanks.

    >>> folded("paper/a_long_name", 12)
    ['paper/a_', 'long_name']
    """
    pieces = [""]
    for part in re.findall(r"[^/_ ]*[/_ ]?", name):
        room = width - (len(pieces) > 1)
        if pieces[-1] and cell_len(pieces[-1] + part.rstrip()) > room:
            pieces.append("")
            room = width - 1
        pieces[-1] += part
        while cell_len(pieces[-1].rstrip()) > room:
            short = chop_cells(pieces[-1], room)[0]
            pieces[-1:] = [short, pieces[-1][len(short) :]]
            room = width - 1
    return pieces


def _line(cells: Sequence[Text], columns: Sequence[Column], widths: Sequence[int], indent: int) -> Text:
    line, end = Text(" " * indent), indent
    for cell, column, width in zip(cells, columns, widths, strict=True):
        end += width
        line.append_text(_padded(cell, end - cell_len(line.plain), right=column.right))
        line.append(" " * GAP)
        end += GAP
    line.rstrip()
    return line


def _padded(cell: Text, width: int, *, right: bool) -> Text:
    blank = Text(" " * (width - cell_len(cell.plain)))
    return Text.assemble(blank, cell) if right else Text.assemble(cell, blank)


def paragraph(text: str, width: int, *, indent: int = 0, style: str = "") -> list[Text]:
    """A text wrapped to the width; its own line breaks stay if every line fits. Long words are never cut."""
    room = max(width - indent, LEAST_ROOM)
    lines = [line.rstrip() for line in written(text).splitlines()]
    if any(cell_len(line) > room for line in lines):
        lines = textwrap.wrap(" ".join(lines), room, break_on_hyphens=False, break_long_words=False)
    return [Text(" " * indent + line, style) for line in lines]


def hanging(head: Text, text: str, width: int, *, style: str = "") -> list[Text]:
    """A head and a text that goes on below itself, not below the head; without room for that it stands below it."""
    head = in_signs(head)
    indent = cell_len(head.plain)
    if width - indent < BESIDE and cell_len(written(text)) > width - indent and indent > BELOW:
        head.rstrip()
        return [head, *paragraph(text, width, indent=min(BELOW, width - LEAST_ROOM), style=style)]
    lines = paragraph(text, width, indent=indent, style=style) or [Text(" " * indent)]
    return [Text.assemble(head, lines[0][indent:]), *lines[1:]]


def in_signs(text: Text) -> Text:
    """The text in signs of the output at hand, with its styles."""
    if written(text.plain) == text.plain:
        return text.copy()
    cuts = sorted({place for span in text.spans for place in (span.start, span.end)})
    found = Text(style=text.style)
    for piece in text.divide(cuts) if cuts else [text]:
        found.append(written(piece.plain), piece.spans[0].style if piece.spans else None)
    return found


def glossary(rows: Sequence[Sequence[str]], texts: Sequence[str], width: int) -> list[Text]:
    """Columns of short words, and beside every row a text that goes on below itself.

    >>> [str(line) for line in glossary([("m", "integer"), ("rho", "real")], ["width", "radius"], 40)]
    ['  m    integer  width', '  rho  real     radius']
    """
    rows = [[written(word) for word in row] for row in rows]
    sizes = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    heads = ["  ".join(f"{word:<{size}}" for word, size in zip(row, sizes, strict=True)) for row in rows]
    pairs = zip(heads, texts, strict=True)
    return [line for head, text in pairs for line in hanging(Text(f"  {head}  ", "cyan"), text, width)]


def field(label: str, text: str, width: int, *, indent: int = 2, style: str = "") -> list[Text]:
    """A label and its text with a hanging indent.

    >>> [str(line) for line in field("reason", "one two three four five six seven", 40)]
    ['  reason      one two three four five', '              six seven']
    """
    return hanging(Text(" " * indent + f"{label:<{LABEL - 1}} ", "dim"), text, width, style=style)


def plain(lines: Iterable[Text], width: int) -> str:
    """Lines that are wrapped already, as text without colours."""
    out = StringIO()
    console = Console(file=out, width=width, no_color=True, highlight=False)
    for line in lines:
        console.print(line, soft_wrap=True)
    return out.getvalue()
