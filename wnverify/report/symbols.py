"""The symbols of the families, as a table a family."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from wnverify.family import Family
from wnverify.quantity import Quantity
from wnverify.report.layout import hanging
from wnverify.report.show import domain
from wnverify.report.words import listed


def listing(families: Sequence[Family], width: int) -> list[Text]:
    """Name, domain, shape and meaning of every symbol, the meaning wrapped beside the others."""
    lines: list[Text] = []
    for family in families:
        settings = "; ".join(f"{name}: {listed(values)}" for name, values in family.settings.items())
        lines += [Text(""), Text(family.name, "bold")]
        lines += hanging(Text("  "), settings, width, style="dim") if settings else []
        lines += _table(list(family.quantities.values()), width)
    return lines[1:]


def _table(quantities: Sequence[Quantity], width: int) -> list[Text]:
    columns = [[q.name for q in quantities], [domain(q) for q in quantities], [q.shape for q in quantities]]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for quantity, cells in zip(quantities, zip(*columns, strict=True), strict=True):
        head = "  " + "".join(f"{cell:<{size}}  " for cell, size in zip(cells, widths, strict=True))
        lines += hanging(Text(head, "cyan"), quantity.meaning, width)
    return lines
