"""Places: the edited constants, exponents and terms of a claim as a record writes them, alike ones together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Literal, TypeAlias

from msgspec import Struct

from wnverify.checks.sharpness.critical import TRIED
from wnverify.checks.sharpness.words import UNTESTED, begin, told, unchanged
from wnverify.evidence import ClaimText, Item, Kind, Place
from wnverify.verdict import Verdict

OPENING = {"constant": "constant ", "exponent": "exponent of ", "term": "the term ", "side": ""}
"""How the words of each sort of place begin."""

Named: TypeAlias = str | tuple[str, str, str]
"""The words of a place; and its value and its symbol, where these are not the words up to ` in `, and none."""


class Edited(Struct, frozen=True, array_like=True):
    """Places that are refuted from the same values on: these, the places, and a reason that does not follow."""

    below: float | None
    above: float | None
    names: list[Named]
    reason: str = ""


class Places(Struct, frozen=True, array_like=True):
    """Places of one sort on one side, of which the same became."""

    kind: Kind
    sort: Literal["constant", "exponent", "term", "side"]
    side: str
    edited: list[Edited]


# ---- to write


def grouped(items: Iterable[Item], claim: ClaimText) -> list[Places]:
    """The places of a claim; their order means nothing."""
    told = [(item, item.place) for item in items if item.place]
    hypotheses, exact = {each.name for each in claim.given}, claim.relation == "="
    return [
        Places(Kind(kind), place.sort, side, _edited([each for each, _ in group], hypotheses, exact=exact))
        for (kind, _, side), members in groupby(sorted(told, key=_key), _key)
        for group in [list(members)]
        for place in [group[0][1]]
    ]


def _key(pair: tuple[Item, Place]) -> tuple[str, str, str]:
    item, place = pair
    return item.kind.value, place.sort, place.side


def _edited(items: Iterable[Item], hypotheses: Collection[str], *, exact: bool) -> list[Edited]:
    found: dict[tuple[object, ...], Edited] = {}
    for item in items:
        place = item.place
        if place is None:
            continue
        reason = "" if item.reason == _reason(item.kind, place, exact=exact) else item.reason
        new = Edited(place.below, place.above, [], reason)
        found.setdefault((place.below, place.above, reason), new).names.append(_named(item.name, place, hypotheses))
    return list(found.values())


def _named(name: str, place: Place, hypotheses: Collection[str]) -> Named:
    words = name.removeprefix(_opening(place.sort, place.side, hypotheses))
    return words if _read(words, place.sort) == (place.value, place.symbol) else (words, place.value, place.symbol)


def _read(words: str, sort: str) -> tuple[str, str]:
    """The value and the symbol of a place whose words say them."""
    return (words.partition(" in ")[0] if sort == "constant" else ""), ""


def _opening(sort: str, side: str, hypotheses: Collection[str]) -> str:
    return begin(side, hypotheses) + OPENING[sort]


def _reason(kind: Kind, place: Place, *, exact: bool) -> str:
    """What is said of such a place as a rule."""
    if kind is Kind.UNTESTED:
        return UNTESTED
    low, high = TRIED[unchanged(place)]
    tried = (
        place.below is not None and float(place.below) >= low,
        place.above is not None and float(place.above) <= high,
    )
    return told(place, tried, exact=exact)[1]


# ---- to read


def apart(written: Iterable[Places], claim: ClaimText) -> Iterator[Item]:
    """Every place on its own."""
    hypotheses, exact = {each.name for each in claim.given}, claim.relation == "="
    for group in written:
        begins = _opening(group.sort, group.side, hypotheses)
        for each in group.edited:
            for named in each.names:
                words, value, symbol = (named, *_read(named, group.sort)) if isinstance(named, str) else named
                place = Place(group.side, group.sort, value, symbol, each.below, each.above)
                reason = each.reason or _reason(group.kind, place, exact=exact)
                yield Item(begins + words, group.kind, Verdict.HELD.name, reason, place=place)
