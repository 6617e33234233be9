"""Theorems of the catalogue as typed claims, and their mutants, which `wnverify check` refutes."""

from __future__ import annotations

from functools import cache

import numpy as np

from benchmarks.attack.factors import one_of
from benchmarks.attack.trial import TypedClaim
from wnverify.catalogue import Entry, catalogue, load
from wnverify.claim import Claim
from wnverify.errors import WnverifyError
from wnverify.theorem import Theorem
from wnverify.typed.claim_text import claim_text
from wnverify.verdict import Verdict

TYPED = {"<=": "<=", ">=": ">=", "=": "=="}
EXACT = 1e-9
"""Identities with a larger tolerance hold for the equation that is integrated, not for its numerical solution."""


@cache
def _entries() -> list[Entry]:
    return [entry for entry in catalogue() if not entry.id.startswith("controls/")]


def _theorem(rng: np.random.Generator) -> tuple[Entry, Theorem]:
    """A theorem that is proved and states more than a probability."""
    while True:
        entry = _entries()[int(rng.integers(len(_entries())))]
        theorem = load(entry)
        if theorem.expect is Verdict.HELD and not (theorem.is_probabilistic or theorem.conjecture):
            return entry, theorem


def theorem(rng: np.random.Generator) -> TypedClaim:
    """A theorem with all its hypotheses."""
    while True:
        entry, found = _theorem(rng)
        if found.claim.relation == "=" and found.claim.tolerance > EXACT:
            continue
        claim = _typed(rng, entry, found, found.claim)
        if claim is not None:
            return claim


def mutant(rng: np.random.Generator) -> TypedClaim:
    """A wrong version of a theorem."""
    while True:
        entry, found = _theorem(rng)
        name = one_of(rng, found.mutant_claims or ("",))
        claim = _typed(rng, entry, found, found.mutant_claims[str(name)], f"mutant {name!r}") if name else None
        if claim is not None:
            return claim


def _typed(
    rng: np.random.Generator, entry: Entry, found: Theorem, claim: Claim, mutant: str = ""
) -> TypedClaim | None:
    """The claim as somebody would type it; None where that cannot be.

    A hypothesis that cannot be typed is left out of a false claim, and a choice of several settings too: both leave
    it false. Of a true claim one setting is chosen.
    """
    several = {name: values for name, values in found.settings.items() if len(values) > 1}
    options = {name: values[0] for name, values in found.settings.items() if len(values) == 1}
    if not mutant:
        options |= {name: str(one_of(rng, values)) for name, values in several.items()}
    standard = {each[:3] for each in found.family.standard(found.settings).values()}
    typed = [each for each in claim.given.values() if (each.lhs, each.relation, each.rhs) not in standard]
    kept = [each for each in typed if each.relation in TYPED and each.rhs.is_finite is not False]
    if claim.relation not in TYPED or (len(kept) < len(typed) and not mutant):
        return None
    try:
        text = claim_text(claim)
    except WnverifyError:  # a sum over an index, say
        return None
    written = {(each.lhs, each.relation, each.rhs) for each in claim_text(_about(claim, kept)).given}
    given = tuple(sorted(f"{lhs} {TYPED[relation]} {rhs}" for lhs, relation, rhs in written))
    body = f"{text.lhs} {TYPED[text.relation]} {text.rhs}"
    kind = "mutant of the catalogue" if mutant else "theorem of the catalogue"
    return TypedClaim(body, not mutant, kind, given, options | {"family": found.family.name}, f"{entry.id} {mutant}")


def _about(claim: Claim, hypotheses: list) -> Claim:
    return Claim(claim.lhs, claim.relation, claim.rhs, given={str(n): each for n, each in enumerate(hypotheses)})
