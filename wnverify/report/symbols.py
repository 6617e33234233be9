"""The symbols of the families, as a table a family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from wnverify.families.own.declared import Declared
from wnverify.family import Family
from wnverify.quantities import Quantity
from wnverify.report.layout import glossary, hanging
from wnverify.report.show import domain
from wnverify.report.words import listed
from wnverify.typed.described import description


def listing(families: Sequence[Family], width: int) -> list[Text]:
    """Name, domain, shape and meaning of every symbol, the meaning wrapped beside the others."""
    lines: list[Text] = []
    for family in families:
        settings = "; ".join(f"{name}: {listed(values)}" for name, values in family.settings.items())
        lines += [Text(""), Text(family.name, "bold")]
        lines += hanging(Text("  "), said, width) if (said := description(family)) else []
        for text in (*_declared(family), settings):
            lines += hanging(Text("  "), text, width, style="dim") if text else []
        known = family.quantities.values()
        lines += glossary([(q.name, domain(q), q.shape) for q in known], [q.meaning for q in known], width)
    return lines[1:]


def overview(families: Iterable[Family], width: int) -> list[Text]:
    """Every family in a line or two: its name, how many symbols it has, and what it is."""
    every = list(families)
    rows = [(family.name, f"{len(family.quantities)} symbols") for family in every]
    return glossary(rows, [description(family) for family in every], width)


def known_as(word: str, families: Iterable[Family], width: int) -> list[Text]:
    """The symbols with a word in their names, family by family; none if there is none."""
    found = [(family, q) for family in families for name, q in family.quantities.items() if word in name]
    rows = [(q.name, family.name, domain(q)) for family, q in found]
    return glossary(rows, [q.meaning for _, q in found], width)


def _declared(family: Family) -> Iterator[str]:
    """The arrays of a declared family, the sizes at which it is tried, and how its own activations stand."""
    if isinstance(family, Declared):
        yield "; ".join(f"{name}: {kind}" for name, kind in family.kinds.items())
        tried = {name: sorted({shape[name] for shape in family.shapes()}) for name in family.shapes()[0]}
        yield "; ".join(f"{name} = {listed(list(map(str, values)))}" for name, values in tried.items())
        yield from (line for own in family.activations.values() for line in own.lines())


def loose(own: Iterable[Quantity], width: int) -> list[Text]:
    """Quantities of a user's own that wait for a family, in the same columns."""
    known = list(own)
    head = hanging(
        Text(""), "yours, about the first family that knows the other symbols of a claim", width, style="bold"
    )
    table = glossary([(q.name, domain(q), q.shape) for q in known], [q.meaning for q in known], width)
    return [*head, *table] if known else []
