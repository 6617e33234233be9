"""Decided: what a check decided one by one as a record writes it, what was decided alike together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import UNSET, Struct, UnsetType

from wnverify.evidence import Item, Kind, Number, Worst, broken, number
from wnverify.verdict import Verdict

HELD = Verdict.HELD.name
UNKNOWN = "nan"
"""In place of a side that was not written."""
DIGITS = 6
"""Of the ratio at which a mutant died, as its reason shows it."""


class Alike(Struct, frozen=True, array_like=True):
    """Things beside one another that were decided alike: the reason, their names, and the point that refutes them."""

    reason: str
    names: list[str]
    witness: dict[str, str] = {}


class Killed(Struct, frozen=True, array_like=True):
    """A mutant: its name, the ratio, situation and origin of what refutes it, and a reason that does not follow."""

    name: str
    ratio: Number
    situation: str
    found: str
    reason: str = ""


class Group(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Things of one kind and verdict that a check decided.

    Args:
        kind: what they are.
        verdict: HELD where none is told.
        items: the things; of mutants those of which no instance is told.
        killed: the other mutants.
        route: the second route that confirms the instances that killed them.
    """

    kind: Kind
    verdict: str | UnsetType = UNSET
    items: list[Alike] = []
    killed: list[Killed] = []
    route: str = ""


# ---- to write


def unless_held(verdict: str) -> str | UnsetType:
    """A default that is a text must not be one of the struct: it is told by identity there, not by equality."""
    return UNSET if verdict == HELD else verdict


def groups(items: Iterable[Item]) -> list[Group]:
    """Items in their order, which means something."""
    found = groupby(items, _key)
    return [_group(kind, verdict, list(group), route) for (kind, verdict, route), group in found]


def _group(kind: Kind, verdict: str, items: Sequence[Item], route: str | None) -> Group:
    if route is None:
        return Group(kind, unless_held(verdict), _alike(items))
    return Group(kind, unless_held(verdict), killed=[_killed(i, i.worst) for i in items if i.worst], route=route)


def _key(item: Item) -> tuple[Kind, str, str | None]:
    """Kind and verdict; of a mutant that an instance killed also the route that confirms it."""
    dead = item.kind is Kind.MUTANT and item.outcome is Verdict.REFUTED
    return item.kind, item.verdict, item.worst.route if dead and item.worst else None


def _killed(item: Item, worst: Worst) -> Killed:
    ratio = number(float(f"{float(worst.ratio):.{DIGITS}g}"))
    reason = "" if item.reason == broken(ratio, worst.situation, worst.route) else item.reason
    return Killed(item.name, ratio, worst.situation, worst.found, reason)


def _alike(items: Sequence[Item]) -> list[Alike]:
    found = groupby(items, lambda item: (item.reason, item.witness))
    return [Alike(reason, [item.name for item in group], witness) for (reason, witness), group in found]


# ---- to read


def items_of(written: Iterable[Group]) -> Iterator[Item]:
    """Everything on its own."""
    for group in written:
        verdict = group.verdict or HELD
        for each in group.items:
            yield from (Item(name, group.kind, verdict, each.reason, witness=each.witness) for name in each.names)
        for dead in group.killed:
            reason = dead.reason or broken(dead.ratio, dead.situation, group.route)
            worst = Worst(dead.ratio, UNKNOWN, UNKNOWN, None, group.route, dead.found, dead.situation, {})
            yield Item(dead.name, group.kind, verdict, reason, worst)
