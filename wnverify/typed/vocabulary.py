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
from wnverify.typed.syntax import CONSTANTS, FUNCTIONS, suggestion

FIRST = ("weight_norm", "regression")
"""Families that are asked first whether a typed claim is about them."""


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
    unknown = [name for name in wanted if not any(name in family.quantities for family in families().values())]
    if unknown:
        pool_of_names = [*dict.fromkeys(q for family in families().values() for q in family.quantities)]
        hint = suggestion(unknown[0], [*pool_of_names, *CONSTANTS, *FUNCTIONS])
        raise NotAClaim(expected("known symbols", repr(unknown[0][:60]), hint))
    homes = ", ".join(f"{name} ({_home(name)})" for name in wanted)
    raise NotAClaim(expected("symbols that one family knows together", homes, "see `wnverify symbols`"))


def others(names: Iterable[str], first: Family) -> list[Family]:
    """The other families that know every name; a control is asked only by its own name."""
    wanted = set(names)
    return [f for f in families().values() if f.name != first.name and not f.control and wanted <= set(f.quantities)]


@cache
def _networks() -> Mapping[str, Family]:
    from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM

    return MappingProxyType({family.name: family for family in (WEIGHT_NORM, PLAIN)})


def _home(name: str) -> str:
    return next(family.name for family in families().values() if name in family.quantities)
