"""The difference between a claim and a wrong version of it: the smallest parts that are not the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import sympy

from wnverify.claim import Claim, Relation

Part: TypeAlias = "sympy.Expr | Relation | None"
RIGHT, LEFT, CHANCE = "right side", "left side", "probability"
ROLES: Mapping[type[sympy.Expr], str] = MappingProxyType(
    {sympy.Mul: "factor", sympy.Add: "term", sympy.Max: "argument", sympy.Min: "argument"}
)
"""What the arguments are called that may stand in any order."""
ALIKE = 0.3
"""Terms that share a smaller part of what occurs in them do not come from one another."""
PLACE = 3
"""What it costs to read of one more place."""
MOST = 4
"""If a side differs in more places than these, it is the whole side that differs."""


@dataclass(frozen=True)
class Change:
    """One place that differs.

    Args:
        where: the side, or which hypothesis.
        old: what the claim has there; None if nothing.
        new: what the wrong version has there; None if it was left out.
        role: what is left out or put in: a factor, a term or an argument; empty for what is changed.
    """

    where: str
    old: Part
    new: Part
    role: str = ""


Place: TypeAlias = tuple[Part, Part, str]
"""Old, new and the role of what has no counterpart."""


def changes(claim: Claim, wrong: Claim) -> list[Change]:
    """What a wrong version of a claim changes: its sides first, then its hypotheses.

    >>> x, m = sympy.symbols("x m", positive=True)
    >>> claim = Claim(x, "<=", 2 + x / sympy.sqrt(m))
    >>> changes(claim, Claim(x, "<=", 2 + x / m))
    [Change(where='right side', old=1/sqrt(m), new=1/m, role='')]
    >>> changes(claim, Claim(x, "<=", (2 + x / sympy.sqrt(m)) / m)), changes(claim, Claim(x, "<=", sympy.Integer(2)))
    ([Change(where='right side', old=None, new=1/m, role='factor')],
     [Change(where='right side', old=x/sqrt(m), new=None, role='term')])
    """
    if claim.relation != wrong.relation:
        return [Change("the relation", claim.main, wrong.main), *_of_hypotheses(claim, wrong)]
    found = [*_of_a_side(LEFT, claim.lhs, wrong.lhs), *_of_a_side(RIGHT, claim.rhs, wrong.rhs)]
    if claim.probability != wrong.probability:
        found.append(Change(CHANCE, claim.probability, wrong.probability))
    return [*found, *_of_hypotheses(claim, wrong)]


def _of_hypotheses(claim: Claim, wrong: Claim) -> Iterator[Change]:
    for name in dict.fromkeys((*claim.given, *wrong.given)):
        old, new = claim.given.get(name), wrong.given.get(name)
        if old != new:
            yield Change(f"hypothesis “{name}”", old, new)


def _of_a_side(where: str, old: sympy.Expr, new: sympy.Expr) -> list[Change]:
    """The places of one side, each kind of change once."""
    places = list(dict.fromkeys(_places(old, new)))
    return [Change(where, *place) for place in places] if len(places) <= MOST else [Change(where, old, new)]


def _places(old: sympy.Expr, new: sympy.Expr) -> list[Place]:
    """The smallest parts that stand at the same place and differ; both as they are, where these are no smaller."""
    if old == new:
        return []
    if scaled := _scaled(old, new):
        return scaled
    found = list(_within(old, new))
    small = sum(_size(before) + _size(after) + PLACE for before, after, _ in found) < _size(old) + _size(new)
    return found if found and small else [(old, new, "")]


def _scaled(old: sympy.Expr, new: sympy.Expr) -> list[Place]:
    """One is the other times something, or with something added, which sympy may have multiplied out."""
    for func, role in ROLES.items():
        for whole, part, swapped in ((new, old, False), (old, new, True)):
            if whole.func is func and part in whole.args and part.func is not func:
                rest = func(*(arg for arg in whole.args if arg != part))
                return [(rest, None, role) if swapped else (None, rest, role)]
    if old.is_Add and new.is_Add:
        (one, first), (other, second) = old.as_content_primitive(), new.as_content_primitive()
        if first == second and one != 0:
            return [(None, other / one, "factor")]
    return []


def _within(old: sympy.Expr, new: sympy.Expr) -> Iterator[Place]:
    """The parts inside of two expressions that differ; none where they have nothing alike."""
    if {old.func, new.func} == {sympy.Add, sympy.Mul}:
        yield from _of_arguments(sympy.Mul, _factors(old), _factors(new))
    elif old.func is not new.func:
        return
    elif old.func in ROLES:
        yield from _of_arguments(old.func, old.args, new.args)
    elif len(old.args) == len(new.args) and not (old.is_Pow and old.exp != new.exp):
        for before, after in zip(old.args, new.args, strict=True):
            yield from _places(before, after)


@lru_cache(maxsize=4096)
def _size(part: Part) -> int:
    """How much there is to read in it."""
    if isinstance(part, sympy.Basic):
        return 1 + sum(map(_size, part.args))
    return 0


def _factors(expression: sympy.Expr) -> Sequence[sympy.Expr]:
    """The factors of a product, or of a sum into which sympy has multiplied a number."""
    if expression.is_Mul:
        return list(expression.args)
    number, rest = expression.as_content_primitive()
    return [rest] if number == 1 else [number, rest]


def _of_arguments(func: type[sympy.Expr], old: Sequence[sympy.Expr], new: Sequence[sympy.Expr]) -> Iterator[Place]:
    """Terms or factors in any order: those that both have are left out, the others are paired by what they share."""
    before, after = Counter(old), Counter(new)
    gone, come = list((before - after).elements()), list((after - before).elements())
    for pair in _paired(gone, come):
        yield from _places(*pair)
        gone.remove(pair[0])
        come.remove(pair[1])
    if gone or come:
        role = "" if gone and come else ROLES[func]
        yield (func(*gone) if gone else None), (func(*come) if come else None), role


def _paired(gone: Sequence[sympy.Expr], come: Sequence[sympy.Expr]) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """What came of what, by how much they share; two that are left over belong together."""
    if len(gone) == len(come) == 1:
        return [(gone[0], come[0])]
    names = {part: _parts(part) for part in (*gone, *come)}
    scored = [
        (_shared(names[part], names[other]), i, j) for i, part in enumerate(gone) for j, other in enumerate(come)
    ]
    pairs: dict[int, int] = {}
    for score, i, j in sorted(scored, key=lambda each: (-each[0], each[1:])):
        if score >= ALIKE and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(gone[i], come[j]) for i, j in pairs.items()]


def _parts(expression: sympy.Expr) -> frozenset[sympy.Expr]:
    """Everything that occurs in it, but for plain numbers."""
    return frozenset(part for part in sympy.preorder_traversal(expression) if not part.is_Number)


def _shared(parts: frozenset[sympy.Expr], others: frozenset[sympy.Expr]) -> float:
    return len(parts & others) / max(len(parts | others), 1)
