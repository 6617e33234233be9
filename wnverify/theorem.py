"""Theorem: a claim about a family, what is said of its bound, and the wrong versions that must be refuted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import sympy

from wnverify.claim import Claim
from wnverify.errors import TheoremFileError, expected
from wnverify.family import Family, Situation
from wnverify.symbolic.claims import BoundClaim, unknown_symbols
from wnverify.verdict import Verdict

EXPECTED = (Verdict.HELD, Verdict.REFUTED, Verdict.VACUOUS)


@dataclass(frozen=True)
class Theorem:
    """One checkable statement; a theorem file defines exactly one, under the name `theorem`.

    Args:
        claim: the statement, in the family's quantities.
        family: what it quantifies over.
        about_bound: what is claimed of the bound itself (monotone, width-free, rate, ...).
        mutants: wrong versions by name, each a whole claim or just another right side; all must be refuted.
        unrefutable: wrong versions that no search can be expected to refute, each with the reason.
        settings: the family's settings to which the statement is confined, e.g. `{"scaling": ("fan_out",)}`.
        expect: HELD for a theorem; REFUTED or VACUOUS for a control that is false, or empty, on purpose.
        conjecture: whether it is only conjectured; it is then never reported as held, but as not refuted.
        paper_says: sentences of the paper, each with the claim of `about_bound` that decides it, or None if it is
            the statement itself that does.

    Raises:
        TheoremFileError: if a part has the wrong type or uses a symbol that the family does not know.
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

    def __post_init__(self) -> None:
        _check_types(self)
        _check_symbols(self.claim, self.family, "the claim")
        versions = {name: _as_claim(self.claim, name, version) for name, version in self.mutants.items()}
        for name, version in versions.items():
            _check_symbols(version, self.family, f"the mutant {name!r}")
        object.__setattr__(self, "mutants", MappingProxyType(versions))

    @property
    def is_probabilistic(self) -> bool:
        """Whether the claim holds with a probability only, so that single violations refute nothing."""
        return self.claim.probability is not None

    @property
    def mutant_claims(self) -> Mapping[str, Claim]:
        """The mutants as whole claims."""
        return {name: version for name, version in self.mutants.items() if isinstance(version, Claim)}

    def situations(self) -> list[Situation]:
        """Every situation in which the statement is to be tried, smallest first."""
        return self.family.situations(self.settings)

    def with_claim(self, claim: Claim) -> Theorem:
        """The same theorem about another claim: a mutant, or one with a hypothesis dropped."""
        return replace(self, claim=claim, mutants={})


def _check_types(theorem: Theorem) -> None:
    parts: dict[str, tuple[object, type]] = {"claim": (theorem.claim, Claim), "family": (theorem.family, Family)}
    for name, (value, wanted) in parts.items():
        if not isinstance(value, wanted):
            raise TheoremFileError(expected(f"a {wanted.__name__} as {name}", repr(value)[:80]))
    claims: Sequence[object] = theorem.about_bound
    for claim in claims:
        if not isinstance(claim, BoundClaim):
            remedy = "use decreasing(x), increasing(x), free_of(x), order(rate), ..."
            raise TheoremFileError(expected("claims about the bound in about_bound", repr(claim)[:80], remedy))
    for sentence, decided_by in theorem.paper_says.items():
        if decided_by is not None and decided_by not in claims:
            raise TheoremFileError(expected(f"a claim of about_bound for {sentence!r}", str(decided_by)[:80]))
    if theorem.expect not in EXPECTED:
        raise TheoremFileError(expected("expect to be HELD, REFUTED or VACUOUS", repr(theorem.expect)))
    if theorem.conjecture and theorem.expect is not Verdict.HELD:
        raise TheoremFileError(expected("a conjecture or a control", "both", "drop conjecture or expect"))


def _check_symbols(claim: Claim, family: Family, where: str) -> None:
    for side in (claim.main, *claim.given.values()):
        for expression in (side.lhs, side.rhs):
            messages = unknown_symbols(expression, list(family.quantities))
            if messages:
                listing = "; ".join(messages)
                raise TheoremFileError(expected(f"only symbols of the family {family.name} in {where}", listing))


def _as_claim(claim: Claim, name: str, version: Claim | sympy.Expr) -> Claim:
    if isinstance(version, Claim):
        return version
    try:
        return claim.with_bound(version)
    except TheoremFileError as error:
        raise TheoremFileError(f"The mutant {name!r}: {error}") from error
