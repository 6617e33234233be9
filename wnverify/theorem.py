"""Theorem: a claim about a family, what is said of its bound, and the wrong versions that must be refuted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType

import sympy
from sympy.core.function import AppliedUndef

from wnverify.claim import Claim
from wnverify.display import Displayed, short
from wnverify.errors import TheoremFileError, expected
from wnverify.family import Family, Situation
from wnverify.quantities import Quantity
from wnverify.steps import Link, Step, linked
from wnverify.symbolic.claims import BoundClaim, unknown_symbols
from wnverify.sympy_speed import KEPT, surely_real
from wnverify.verdict import Verdict

EXPECTED = (Verdict.HELD, Verdict.REFUTED, Verdict.FLAWED, Verdict.VACUOUS)


@dataclass(frozen=True)
class Theorem(Displayed):
    """One checkable statement; a theorem file defines exactly one, under the name `theorem`.

    Args:
        claim: the statement, in the family's quantities.
        family: what it quantifies over.
        about_bound: what is claimed of the bound itself (monotone, width-free, rate, ...).
        mutants: wrong versions by name, each a whole claim or just another right side; all must be refuted.
        unrefutable: wrong versions that no search can be expected to refute, each with the reason.
        settings: the family's settings to which the statement is confined, e.g. `{"scaling": ("fan_out",)}`.
        expect: HELD for a theorem; REFUTED, FLAWED or VACUOUS for a control that is false, has a false proof, or is
            empty, on purpose.
        conjecture: whether it is only conjectured; it is then never reported as held, but as not refuted.
        paper_says: sentences of the paper, each with the claim of `about_bound` that decides it, or None if it is
            the statement itself that does.
        corollary_of: ids of the theorems from which it follows by algebra alone; one may stand without brackets.
        steps: its proof, step by step from the left side to the right side; see `wnverify.steps`.
        name: its identifier, part of the random streams; `load` fills in that of the file.

    Raises:
        TheoremFileError: if a part has the wrong type, a value that it cannot have, or a symbol that the family does
            not know.
    """

    claim: Claim
    family: Family
    about_bound: Sequence[BoundClaim] = ()
    mutants: Mapping[str, Claim | sympy.Expr] = field(default_factory=dict)
    unrefutable: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    expect: Verdict = Verdict.HELD
    conjecture: bool = False
    paper_says: Mapping[str, BoundClaim | None] = field(default_factory=dict)
    corollary_of: str | Sequence[str] = ()
    steps: Sequence[Step] = ()

    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        _check_types(self)
        object.__setattr__(self, "family", self.family.extended(_own(self)))
        object.__setattr__(self, "settings", _settings(self.settings, self.family))
        object.__setattr__(self, "corollary_of", _ids(self.corollary_of))
        _check_claim(self.claim, self.family, "the claim")
        versions = {name: _as_claim(self.claim, name, version) for name, version in self.mutants.items()}
        for name, version in versions.items():
            _check_claim(version, self.family, f"the mutant {name!r}")
            if version == self.claim:
                raise TheoremFileError(expected(f"a wrong version as the mutant {name!r}", "the claim itself"))
        for claim in self.about_bound:
            _check_about(claim, self.family)
        object.__setattr__(self, "mutants", MappingProxyType(versions))
        for link in self.proof:
            _check_claim(link.claim, self.family, f"{link.name} of the proof")

    def __repr__(self) -> str:
        return short("Theorem", self.name, self.claim.sentence, f"family={self.family.name}")

    @property
    def is_probabilistic(self) -> bool:
        """Whether the claim holds with a probability only, so that single violations refute nothing."""
        return self.claim.probability is not None

    @cached_property
    def proof(self) -> tuple[Link, ...]:
        """Its steps, each in its place; none where no proof is given."""
        return linked(self.claim, self.steps)

    @property
    def spoken(self) -> frozenset[sympy.Symbol]:
        """Every symbol of the claim and of its proof."""
        return self.claim.free_symbols.union(*(link.claim.free_symbols for link in self.proof))

    @property
    def mutant_claims(self) -> Mapping[str, Claim]:
        """The mutants as whole claims."""
        return {name: version for name, version in self.mutants.items() if isinstance(version, Claim)}

    def situations(self) -> list[Situation]:
        """Every situation in which the statement is to be tried, smallest first."""
        return self.family.situations(self.settings)

    def with_claim(self, claim: Claim) -> Theorem:
        """The same theorem about another claim: a mutant, or one with a hypothesis dropped."""
        return replace(self, claim=claim, mutants={}, steps=())


def _check_types(theorem: Theorem) -> None:
    parts: dict[str, tuple[object, type]] = {"claim": (theorem.claim, Claim), "family": (theorem.family, Family)}
    for name, (value, wanted) in parts.items():
        if not isinstance(value, wanted):
            raise TheoremFileError(expected(f"a {wanted.__name__} as {name}", repr(value)[:80]))
    for name in ("mutants", "unrefutable", "settings", "paper_says"):
        value = getattr(theorem, name)
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise TheoremFileError(expected(f"{name} by name, as {{'...': ...}}", repr(value)[:80]))
    for name, why in theorem.unrefutable.items():
        if not isinstance(why, str):
            raise TheoremFileError(expected(f"the reason why {name!r} is unrefutable, as text", repr(why)[:80]))
    _check_listed(theorem)
    if theorem.expect not in EXPECTED:
        raise TheoremFileError(expected("expect to be HELD, REFUTED, FLAWED or VACUOUS", repr(theorem.expect)))
    if theorem.conjecture and theorem.expect is not Verdict.HELD:
        raise TheoremFileError(expected("a conjecture or a control", "both", "drop conjecture or expect"))


def _check_listed(theorem: Theorem) -> None:
    """What is claimed of the bound, and the sentences of the paper that refer to it."""
    claims: Sequence[object] = theorem.about_bound
    if not isinstance(claims, Sequence | set):
        raise TheoremFileError(expected("a list as about_bound", str(claims)[:80], "write it in [...]"))
    for claim in claims:
        if not isinstance(claim, BoundClaim):
            remedy = "write them such as decreasing(x), free_of(x), order(rate)"
            raise TheoremFileError(expected("claims about the bound in about_bound", repr(claim)[:80], remedy))
    for sentence, decided_by in theorem.paper_says.items():
        if decided_by is not None and decided_by not in claims:
            raise TheoremFileError(expected(f"a claim of about_bound for {sentence!r}", str(decided_by)[:80]))


def _own(theorem: Theorem) -> list[Quantity]:
    """The quantities of a user's own in the claim and its mutants, by name."""
    claims = [theorem.claim, *(each for each in theorem.mutants.values() if isinstance(each, Claim))]
    bounds = [each for each in theorem.mutants.values() if isinstance(each, sympy.Expr)]
    symbols = set().union(*(each.free_symbols for each in (*claims, *bounds)))
    symbols |= set().union(*(link.claim.free_symbols for link in theorem.proof))
    own = (symbol for symbol in symbols if isinstance(symbol, Quantity) and symbol.own is not None)
    return sorted(own, key=lambda symbol: symbol.name)


def _ids(corollary_of: str | Sequence[str]) -> tuple[str, ...]:
    """The ids of the theorems that another one follows from."""
    if not isinstance(corollary_of, str | Sequence):
        raise TheoremFileError(expected("ids of theorems as corollary_of", repr(corollary_of)[:80]))
    found = (corollary_of,) if isinstance(corollary_of, str) else tuple(corollary_of)
    if wrong := [name for name in found if not isinstance(name, str) or not name.strip()]:
        raise TheoremFileError(expected("ids of theorems as corollary_of", repr(wrong[0])[:80]))
    return found


def _settings(settings: Mapping[str, Sequence[str]], family: Family) -> Mapping[str, Sequence[str]]:
    """The settings with every value known to the family; a single value may stand without brackets."""
    found = {name: (values,) if isinstance(values, str) else tuple(values) for name, values in settings.items()}
    for name, values in found.items():
        if name not in family.settings:
            known = ", ".join(family.settings) or "none"
            raise TheoremFileError(expected(f"a setting of the family {family.name} ({known})", repr(name)))
        unknown = [value for value in values if value not in family.settings[name]]
        if unknown or not values:
            wanted = f"{name} among {', '.join(family.settings[name])}"
            raise TheoremFileError(expected(wanted, ", ".join(map(repr, unknown)) or "none"))
    return MappingProxyType(found)


def _check_claim(claim: Claim, family: Family, where: str) -> None:
    sides = [claim.lhs, claim.rhs]
    given = [side for relation in claim.given.values() for side in (relation.lhs, relation.rhs)]
    for side in [*sides, *given, *([] if claim.probability is None else [claim.probability])]:
        _check_real(side, where)
        _check_symbols(side, family, where)
    for side in sides:
        known = surely_real(side) and not side.has(sympy.oo, -sympy.oo)
        if not known and side.is_infinite:
            raise TheoremFileError(expected(f"a finite side in {where}", side, "a bound of infinity says nothing"))
    chance = claim.probability
    if chance is None or chance.free_symbols:
        return
    if (chance.is_positive, (1 - chance).is_nonnegative) != (True, True):
        raise TheoremFileError(expected(f"a probability above 0 and at most 1 in {where}", chance))


def _check_real(side: sympy.Expr, where: str) -> None:
    """Refuse what is no real number anywhere, as far as sympy can tell."""
    if fault := _unreal(side):
        got, remedy = fault
        raise TheoremFileError(expected(f"real expressions in {where}", got, remedy))


@lru_cache(KEPT)
def _unreal(side: sympy.Expr) -> tuple[str, str] | None:
    """What an expression is instead of a real number, and a remedy."""
    if side.has(sympy.zoo, sympy.nan):
        return "a division by zero, or another undefined value", "sympy has evaluated a part of it already"
    if undefined := side.atoms(AppliedUndef):
        return ", ".join(sorted(map(str, undefined))), "use functions that sympy knows"
    if getattr(side, "is_Matrix", False) or not side.is_commutative:
        return f"the {type(side).__name__} {side}", "write one number"
    if side.has(sympy.I) or (not surely_real(side) and side.is_extended_real is False):
        return str(side), ""
    return None


def _check_symbols(expression: sympy.Expr, family: Family, where: str) -> None:
    messages = unknown_symbols(expression, list(family.quantities))
    if messages:
        raise TheoremFileError(expected(f"only symbols of the family {family.name} in {where}", "; ".join(messages)))
    for symbol in sorted(expression.free_symbols, key=str):
        _check_own(symbol, family, where)


def _check_own(symbol: sympy.Symbol, family: Family, where: str) -> None:
    """Refuse a symbol that only has the name of one of the family: its domain, and what becomes of it, are others."""
    if symbol.name in family.quantities and symbol != family.quantities[symbol.name]:
        remedy = f"import it from {type(family).__module__}"
        wanted = f"the symbol {symbol} of the family {family.name} in {where}"
        raise TheoremFileError(expected(wanted, "another symbol of that name", remedy))


def _check_about(claim: BoundClaim, family: Family) -> None:
    """What is said of the theorem's own bound is said in the family's symbols."""
    if claim.of is not None:
        return
    parts = [getattr(claim, name) for name in ("symbol", "other", "rate", "value") if hasattr(claim, name)]
    parts += [part for pair in (claim.given or {}).items() for part in pair]
    for symbol in sorted(set().union(*(sympy.sympify(part).free_symbols for part in parts)), key=str):
        _check_own(symbol, family, f"“{claim}” of about_bound")


def check_spoken(theorem: Theorem) -> None:
    """Refuse claims about the bound in a symbol that it does not have; wrong versions of it may lack one.

    Raises:
        TheoremFileError: names the claim and the symbol.
    """
    from wnverify.symbolic.scope import lacking_in  # a typed claim has nothing of this kind

    for claim in theorem.about_bound:
        bound = theorem.claim.rhs if claim.of is None else sympy.sympify(claim.of)
        if (symbol := lacking_in(claim, bound)) is not None:
            wanted = f"claims in about_bound about symbols of the bound, {str(bound)[:80]}"
            remedy = f"{symbol} does not occur in it, which free_of({symbol}) would say"
            raise TheoremFileError(expected(wanted, f"“{claim}”", remedy))


def _as_claim(claim: Claim, name: str, version: Claim | sympy.Expr) -> Claim:
    if isinstance(version, Claim):
        return version
    try:
        return claim.with_bound(version)
    except TheoremFileError as error:
        raise TheoremFileError(f"The mutant {name!r}: {error}") from error
