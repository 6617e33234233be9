"""Vocabulary: which families there are, the symbols of each, and the family that a typed claim is about."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

import wnverify.families as package
from wnverify.errors import UsageError, expected
from wnverify.family import Family
from wnverify.typed.spelling import NotAClaim
from wnverify.typed.syntax import unknown

FIRST = ("weight_norm", "regression")
"""Families that are asked first whether a typed claim is about them."""


MOST_NAMED = 2


@cache
def families() -> Mapping[str, Family]:
    """Every family by name: the module-level instances in `wnverify.families`, networks first."""
    found: dict[str, Family] = {}
    for module in sorted(info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")):
        for value in vars(import_module(module)).values():
            if isinstance(value, Family):
                found.setdefault(value.name, value)
    names = [*(name for name in FIRST if name in found), *sorted(set(found) - set(FIRST))]
    return MappingProxyType({name: found[name] for name in names})


def family_named(name: str) -> Family:
    """The family of that name.

    Raises:
        UsageError: if there is none.
    """
    if name in _networks():
        return _networks()[name]
    if name not in families():
        raise UsageError(expected(f"a family among {', '.join(families())}", repr(name[:60])))
    return families()[name]


def family_of(names: Iterable[str]) -> Family:
    """The first family that knows every name; the networks' own without loading the others.

    Raises:
        NotAClaim: if a name is unknown (with a suggestion), or no family knows them all together.
    """
    wanted = list(names)
    for pool in (_networks, families):
        for family in pool().values():
            if set(wanted) <= set(family.quantities):
                return family
    strangers = [name for name in wanted if not any(name in family.quantities for family in families().values())]
    if strangers:
        pool_of_names = [*dict.fromkeys(q for family in families().values() for q in family.quantities)]
        raise NotAClaim(unknown(strangers[0], pool_of_names))
    raise NotAClaim(_apart(list(dict.fromkeys(wanted))))


def _apart(wanted: list[str]) -> str:
    """Why no family knows all of them: what those mean that are strangers to the one that knows most."""
    home = max(families().values(), key=lambda family: sum(name in family.quantities for name in wanted))
    strangers = [name for name in wanted if name not in home.quantities]
    elsewhere = [f"{name}, which {home.name} does not know ({_home(name)})" for name in strangers[:MOST_NAMED]]
    remedy = "write a number where a constant is meant, the answer tells the least; `wnverify symbols` lists names"
    return expected("symbols that one family knows together", " and ".join(elsewhere), remedy)


def meanings(name: str) -> dict[str, list[str]]:
    """What a symbol means, and in which families.

    >>> meanings("rsc_gap")["𝓛(θ′) − 𝓛(θ) − ⟨δ,∇𝓛(θ)⟩"]
    ['other_losses', 'regression_pairs']
    """
    found: dict[str, list[str]] = {}
    for family in families().values():
        if name in family.quantities:
            found.setdefault(family.quantities[name].meaning, []).append(family.name)
    return found


def others(names: Iterable[str], first: Family) -> list[Family]:
    """The other families that know every name; a control is asked only by its own name."""
    wanted = set(names)
    return [f for f in families().values() if f.name != first.name and not f.control and wanted <= set(f.quantities)]


@cache
def _networks() -> Mapping[str, Family]:
    from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM

    return MappingProxyType({family.name: family for family in (WEIGHT_NORM, PLAIN)})


def _home(name: str) -> str:
    meaning, homes = next(iter(meanings(name).items()))
    return f"in {homes[0]} it is: {meaning}"
