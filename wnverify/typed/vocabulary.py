"""Vocabulary: which families there are, the symbols of each, and the family that a typed claim is about."""

from __future__ import annotations

import math
import pkgutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import MappingProxyType

import wnverify.families as package
from wnverify.errors import UsageError, expected
from wnverify.family import Family
from wnverify.quantities import Quantity
from wnverify.theorem import Theorem
from wnverify.typed.signs import in_names, is_signed, strange
from wnverify.typed.spelling import NotAClaim
from wnverify.typed.syntax import unknown

FIRST = ("weight_norm", "regression")
"""Families that are asked first whether a typed claim is about them."""


MOST_NAMED = 2
MIXED = "predictor_and_loss"
"""Knows what two families know, and is asked where no other knows all symbols of a claim."""


ASIDE = f"{package.__name__}.normalizations"
"""Whose families are asked by name only: they are loaded where a claim has a symbol that no other family knows."""


@cache
def _built_in() -> Mapping[str, Family]:
    """Every family by name: the module-level instances in `wnverify.families`, networks first."""
    return _by_name(_modules(f"{package.__name__}."))


@cache
def _usual() -> Mapping[str, Family]:
    """The families that a claim may be about without naming them, and those controls that load with them."""
    return _by_name(name for name in _modules(f"{package.__name__}.") if not name.startswith(ASIDE))


def _modules(prefix: str) -> list[str]:
    return sorted(info.name for info in pkgutil.walk_packages(package.__path__, prefix))


def _by_name(modules: Iterable[str]) -> Mapping[str, Family]:
    found: dict[str, Family] = {}
    for module in modules:
        for value in vars(import_module(module)).values():
            if isinstance(value, Family):
                found.setdefault(value.name, value)
    names = [*(name for name in FIRST if name in found), *sorted(set(found) - set(FIRST))]
    return MappingProxyType({name: found[name] for name in names})


@cache
def _networks() -> Mapping[str, Family]:
    from wnverify.families.networks.weight_norm import PLAIN, WEIGHT_NORM

    return MappingProxyType({family.name: family for family in (WEIGHT_NORM, PLAIN)})


@dataclass(frozen=True)
class Vocabulary:
    """The families that typed claims may be about: those of wnverify, and what a user's files add.

    Args:
        added: families of files by name, which are asked first.
        own: quantities of files that are about no family in particular, by name; they join the first family that
            knows the other symbols of a claim.
        files: where they come from.
        theorems: those of the files that define one, by the name of the file.
    """

    added: Mapping[str, Family] = field(default_factory=dict)
    own: Mapping[str, Quantity] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    theorems: Mapping[str, Theorem] = field(default_factory=dict)

    def families(self) -> Mapping[str, Family]:
        """Every family by name."""
        return MappingProxyType({**self.added, **_built_in(), **self.added}) if self.added else _built_in()

    def usual(self) -> Mapping[str, Family]:
        """The families that a claim may be about without naming them, by name."""
        known = {name: family for name, family in _usual().items() if not family.control and name != MIXED}
        return {**self.added, **known}

    def family_named(self, name: str, symbols: Iterable[str] = ()) -> Family:
        """The family of that name, with those of the user's own quantities that are among some symbols.

        Raises:
            UsageError: if there is none, or it has a symbol of the name of such a quantity.
        """
        if name in _networks() and name not in self.added:
            return _networks()[name].extended(self._mine(symbols))
        if name not in self.families():
            near = get_close_matches(name, self.families(), n=1)
            remedy = f"did you mean {near[0]}?" if near else "`wnverify symbols` lists the families"
            raise UsageError(expected("the name of a family", repr(name[:60]), remedy))
        return self.families()[name].extended(self._mine(symbols))

    def family_of(self, names: Iterable[str]) -> Family:
        """The first family that knows every name; those of wnverify's networks without loading the others.

        A control is meant only if no other family knows one of the names.

        Raises:
            NotAClaim: if a name is unknown (with a suggestion), or no family knows them all together.
            UsageError: if the family has a symbol of the name of a quantity of the user's own.
        """
        wanted = list(names)
        for family in self._in_order(set(wanted)):
            if set(wanted) <= set(family.quantities) | set(self.own):
                return family.extended(self._mine(wanted))
        every = self._meant(wanted)
        strangers = [name for name in wanted if name not in self.own and not any(name in f.quantities for f in every)]
        if strangers:
            pool_of_names = [*dict.fromkeys(q for family in every for q in family.quantities), *self.own]
            raise NotAClaim(unknown(strangers[0], pool_of_names))
        raise NotAClaim(self._apart(list(dict.fromkeys(name for name in wanted if name not in self.own))))

    def in_names(self, texts: Sequence[str], family: str | None = None) -> list[str]:
        """Texts with the signs of quantities as names: those of the first family that leaves the fewest unread.

        Args:
            texts: a claim and its hypotheses.
            family: the only family whose signs are read; by default every one is asked.

        >>> BUILT_IN.in_names(["‖∇²f‖ ≤ ρ"])
        ['hessian_norm ≤ rho']
        """
        best, least = list(texts), math.inf
        asked = [self.family_named(family)] if family else self._in_order(())
        for each in asked if any(map(is_signed, texts)) else ():
            known = {**each.quantities, **self.own}
            told = [in_names(text, known) for text in texts]
            left = sum(strange(text, known) for text in told)
            if left < least:
                best, least = told, left
            if not left:
                break
        return best

    def _in_order(self, wanted: Collection[str]) -> Iterator[Family]:
        """The families as they are asked; most claims are about the networks, and the others load slowly."""
        yield from self.added.values()
        yield from (family for name, family in _networks().items() if name not in self.added)
        yield from self._meant(wanted)
        yield self.families()[MIXED]

    def _meant(self, wanted: Collection[str]) -> list[Family]:
        """The families that these names may be about: controls only if no other family knows one of them."""
        usual = self.usual()
        common = {name for family in usual.values() for name in family.quantities} | set(self.own)
        return [*(usual if common.issuperset(wanted) else {**usual, **self.families()}).values()]

    def _mine(self, symbols: Iterable[str]) -> list[Quantity]:
        return [self.own[name] for name in dict.fromkeys(symbols) if name in self.own]

    def _apart(self, wanted: list[str]) -> str:
        """Why no family knows all of them: what those mean that are strangers to the one that knows most."""
        home = max(self._meant(wanted), key=lambda family: sum(name in family.quantities for name in wanted))
        strangers = [name for name in wanted if name not in home.quantities]
        elsewhere = [f"{n}, which {home.name} does not know ({self._home(n)})" for n in strangers[:MOST_NAMED]]
        remedy = "write a number or a letter such as C where a constant is meant; `wnverify symbols` lists names"
        return expected("symbols that one family knows together", " and ".join(elsewhere), remedy)

    def _home(self, name: str) -> str:
        meaning, homes = next(iter(self.meanings(name).items()))
        return f"in {homes[0]} it is: {meaning}"

    def meanings(self, name: str) -> dict[str, list[str]]:
        """What a symbol means, and in which families; in controls only if no other knows it.

        >>> BUILT_IN.meanings("rsc_gap")["𝓛(θ′) − 𝓛(θ) − ⟨δ,∇𝓛(θ)⟩"]
        ['other_losses', 'regression_pairs']
        """
        found: dict[str, list[str]] = {}
        for family in self._meant([name]):
            if name in family.quantities:
                found.setdefault(family.quantities[name].meaning, []).append(family.name)
        return found

    def others(self, names: Iterable[str], first: Family) -> list[Family]:
        """The other families that know every name; a control is asked only by its own name.

        None, if a quantity of the user's own is among them, which has joined the first.
        """
        wanted = set(names)
        known = [family for name, family in self.usual().items() if name != first.name]
        return [] if wanted & set(self.own) else [each for each in known if wanted <= set(each.quantities)]


BUILT_IN = Vocabulary()
"""The vocabulary of wnverify alone."""
families, family_named, family_of = BUILT_IN.families, BUILT_IN.family_named, BUILT_IN.family_of
