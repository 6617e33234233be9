"""Provenance: whether the claim of a bundle is that of the theorem which the bundle names.

Only the catalogue is asked, and the files that the user names. A name in the bundle is never taken for a path: it
comes from somebody else, and to load a theorem file is to run it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from wnverify import catalogue
from wnverify.balls.same import same_value
from wnverify.batch import Batch
from wnverify.claim import Claim, Relation
from wnverify.errors import WnverifyError
from wnverify.evidence import STEP
from wnverify.judging.judge import Judge
from wnverify.questions.counterexample.script.reading import printable
from wnverify.report.words import formula
from wnverify.theorem import Theorem

LONGEST = 160
ELSEWHERE = "no theorem of that name is in the catalogue here"
REMEDY = "name its file, `wnverify replay PATH --with FILE`"
NONE: Mapping[str, Theorem] = MappingProxyType({})


class Match(Enum):
    """How the claim of a bundle stands to the theorem that it names."""

    UNNAMED = "the bundle names no theorem"
    SAME = "the claim is that theorem's, hypotheses included"
    STEP = "the claim is that of a step in the proof of that theorem"
    OTHER = "the claim is NOT that theorem's, of which this says nothing"
    UNKNOWN = "the claim could not be compared"


@dataclass(frozen=True)
class Provenance:
    """What became of the comparison.

    Args:
        match: the outcome.
        why: in what they differ, or why nothing could be compared; empty if they agree.
    """

    match: Match
    why: str = ""

    def __str__(self) -> str:
        return f"{self.match.value}: {self.why}" if self.why else self.match.value


def provenance(name: str, claim: Claim, batch: Batch, brought: Mapping[str, Theorem] = NONE) -> Provenance:
    """Compare a claim with the theorem of that name, stated for the settings of the instance.

    Args:
        name: the id of the theorem; empty for a typed claim.
        claim: the claim of the bundle, as it reads under the settings of the instance.
        batch: the instance.
        brought: theorems of the files that the user named, by the names of these; they are asked first.
    """
    if not name:
        return Provenance(Match.UNNAMED)
    identifier, _, step = name.partition(STEP)
    mine = brought.get(identifier.rpartition("/")[2])
    try:
        entries = [entry for entry in catalogue.catalogue() if entry.id == identifier]
        theorem = mine or (catalogue.load(entries[0]) if entries else None)
    except WnverifyError as error:
        return Provenance(Match.UNKNOWN, str(error))
    if theorem is None:
        return Provenance(Match.UNKNOWN, f"{ELSEWHERE}; {REMEDY}")
    if step:
        return _of_step(theorem, step, claim, batch)
    differing = difference(theorem, claim, batch)
    return Provenance(Match.OTHER, differing) if differing else Provenance(Match.SAME)


def _of_step(theorem: Theorem, step: str, claim: Claim, batch: Batch) -> Provenance:
    """Compare a claim with what a step of a proof states, and with what else it rests on."""
    links = [link for link in theorem.proof if link.name == step]
    if not links:
        return Provenance(Match.UNKNOWN, f"its proof has no {printable(step, LONGEST)}")
    told = [difference(theorem.with_claim(each), claim, batch) for each, _ in links[0].obligations(theorem.claim)]
    return Provenance(Match.STEP) if "" in told else Provenance(Match.OTHER, told[0])


def difference(theorem: Theorem, claim: Claim, batch: Batch) -> str:
    """In what a claim at an instance differs from a theorem; empty if in nothing."""
    family = theorem.family.name
    if family != batch.family:
        return f"it is about the family {family}"
    for name, values in theorem.settings.items():
        if batch.settings.get(name) not in values:
            return f"it is stated for {name} {' or '.join(values)}"
    stated = Judge(theorem.claim, theorem.family).stated(batch.settings)
    if not _same(stated.main, claim.main) or stated.probability is not None:
        return f"it says {_short(stated.main)}"
    lacking = [
        name for name, each in stated.given.items() if not any(_same(each, one) for one in claim.given.values())
    ]
    if lacking:
        return f"it supposes {lacking[0]}: {_short(stated.given[lacking[0]])}"
    if theorem.claim.tolerance > claim.tolerance:
        return f"it grants a tolerance of {theorem.claim.tolerance:g}"
    return ""


def _short(relation: Relation) -> str:
    return printable(formula(str(relation)), LONGEST)


def _same(one: Relation, other: Relation) -> bool:
    """Whether two relations say the same, side by side; sympy may have ordered a formula in two ways."""
    if one.relation != other.relation or one.free_symbols != other.free_symbols:
        return False
    pairs = ((one.lhs, other.lhs), (one.rhs, other.rhs))
    return all(left == right or same_value(left, right) for left, right in pairs)
