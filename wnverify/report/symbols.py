"""The symbols of the families, as a table a family."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from wnverify.family import Family
from wnverify.report.layout import glossary, hanging
from wnverify.report.show import domain
from wnverify.report.words import listed


def listing(families: Sequence[Family], width: int) -> list[Text]:
    """Name, domain, shape and meaning of every symbol, the meaning wrapped beside the others."""
    lines: list[Text] = []
    for family in families:
        settings = "; ".join(f"{name}: {listed(values)}" for name, values in family.settings.items())
        lines += [Text(""), Text(family.name, "bold")]
        lines += hanging(Text("  "), settings, width, style="dim") if settings else []
        known = family.quantities.values()
        lines += glossary([(q.name, domain(q), q.shape) for q in known], [q.meaning for q in known], width)
    return lines[1:]
