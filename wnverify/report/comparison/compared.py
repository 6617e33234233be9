"""Two runs side by side: verdicts that changed, ratios that moved, proofs, mutants, effort, theorems of one alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from wnverify.beside import of_text
from wnverify.evidence import Number, Record, ShapeProof, TheoremEvidence
from wnverify.report.findings import mutants_of, survivors, tried
from wnverify.verdict import Verdict

RANK: Mapping[Verdict, int] = MappingProxyType({
    Verdict.REFUTED: 0, Verdict.FLAWED: 0, Verdict.ERROR: 1, Verdict.UNDECIDED: 2, Verdict.VACUOUS: 2,
    Verdict.HELD: 3, Verdict.PROVED: 4,
})  # fmt: skip
"""Which verdict is worth more; UNDECIDED and VACUOUS say equally little."""
TOLERANCE = 0.01
"""By how much, relative, a worst ratio may differ between two runs without being told of."""


@dataclass(frozen=True)
class Side:
    """A theorem in one of the runs.

    Args:
        evidence: what was found.
        seconds: CPU time; None where the record has no times.
        proved: its certificates for all networks of a shape.
    """

    evidence: TheoremEvidence
    seconds: float | None
    proved: tuple[ShapeProof, ...] = ()

    @property
    def ratio(self) -> Number | None:
        """The worst ratio."""
        return self.evidence.worst.ratio if self.evidence.worst else None

    @property
    def mutants(self) -> tuple[int, int]:
        """How many mutants were refuted, of how many."""
        planted = len(mutants_of(self.evidence))
        return planted - len(survivors(self.evidence)), planted

    @property
    def tried(self) -> int:
        """Instances on which the theorem was evaluated."""
        return tried(self.evidence.checks)

    @property
    def shapes(self) -> dict[tuple[int, int, int, str], ShapeProof]:
        """By the networks that it is about, the strongest certificate."""
        weakest_first = sorted(self.proved, key=lambda proof: Fraction(proof.slack), reverse=True)
        return {(proof.L, proof.m, proof.d, proof.activation): proof for proof in weakest_first}

    @property
    def rank(self) -> int:
        """How good its outcome is; a control is good if it fails as planned."""
        if self.evidence.is_control:
            return RANK[Verdict.HELD] if self.evidence.as_expected else RANK[Verdict.REFUTED]
        return RANK[self.evidence.verdict]


@dataclass(frozen=True)
class Pair:
    """A theorem of both runs."""

    id: str
    before: Side
    after: Side

    @property
    def worse(self) -> bool:
        """Whether its verdict got worse."""
        return self.after.rank < self.before.rank

    @property
    def changed(self) -> bool:
        """Whether its verdict is another."""
        return self.after.evidence.verdict is not self.before.evidence.verdict or self.after.rank != self.before.rank

    @property
    def text(self) -> str:
        """What of the theorem itself is another in the second run; empty where nothing is."""
        old, new = self.before.evidence, self.after.evidence
        if old.claim != new.claim:
            return "another statement"
        if old.digest == new.digest:
            return ""
        same = of_text(old.digest) == of_text(new.digest)
        return f"{'other files of data' if same else 'another text of its file'}, the same statement"

    @property
    def proofs(self) -> list[tuple[ShapeProof | None, ShapeProof | None]]:
        """Certificates of the same networks in both runs, where they prove not the same; None where there is none."""
        old, new = self.before.shapes, self.after.shapes
        both = [(old.get(networks), new.get(networks)) for networks in sorted({*old, *new})]
        return [(first, second) for first, second in both if not (first and second and first.slack == second.slack)]

    @property
    def unproved(self) -> bool:
        """Whether something that was proved is not any more, or only of a weaker bound."""
        return any(weaker(*proofs) for proofs in self.proofs)

    def moved(self, tolerance: float) -> bool:
        """Whether the worst ratio differs by more than the tolerance, relative to the larger."""
        old, new = self.before.ratio, self.after.ratio
        if old is None or new is None:
            return (old is None) != (new is None)
        first, second = float(old), float(new)
        if math.isnan(first) or math.isnan(second):
            return math.isnan(first) != math.isnan(second)
        return first != second and not abs(first - second) <= tolerance * max(abs(first), abs(second))


@dataclass(frozen=True)
class Compared:
    """Two runs.

    Args:
        before: the first record.
        after: the second one.
        pairs: the theorems of both, in the order of the first.
        gone: those of the first alone, with their verdicts.
        new: those of the second alone.
        lost: files that the second run could not read, and the first could, with the reason.
        tolerance: how far ratios may move without being told of.
    """

    before: Record
    after: Record
    pairs: tuple[Pair, ...]
    gone: tuple[TheoremEvidence, ...]
    new: tuple[TheoremEvidence, ...]
    lost: Mapping[str, str]
    tolerance: float

    @property
    def changed(self) -> list[Pair]:
        """Those with another verdict, the worse ones first."""
        return sorted((pair for pair in self.pairs if pair.changed), key=lambda pair: not pair.worse)

    @property
    def moved(self) -> list[Pair]:
        """Those whose worst ratio moved, of the same statement."""
        return [pair for pair in self.pairs if pair.moved(self.tolerance)]

    @property
    def mutants(self) -> list[Pair]:
        """Those of whose mutants another number was refuted."""
        return [pair for pair in self.pairs if pair.before.mutants != pair.after.mutants]

    @property
    def proofs(self) -> list[Pair]:
        """Those of which something else is proved for all networks of a shape, what was lost first."""
        return sorted((pair for pair in self.pairs if pair.proofs), key=lambda pair: not pair.unproved)

    @property
    def unproved(self) -> int:
        """Of how many theorems something is no longer proved."""
        return sum(pair.unproved for pair in self.pairs)

    @property
    def texts(self) -> list[Pair]:
        """Those that say something else, or say it in another text."""
        return [pair for pair in self.pairs if pair.text]

    @property
    def worse(self) -> int:
        """How many verdicts got worse; a file that can no longer be read is one."""
        return sum(pair.worse for pair in self.pairs) + len(self.lost)

    def effort(self) -> list[tuple[str, int, float | None]]:
        """Of each run: which it is, instances and CPU seconds over the theorems of both."""
        sides = ("before", [pair.before for pair in self.pairs]), ("after", [pair.after for pair in self.pairs])
        return [(name, sum(side.tried for side in of), _total([side.seconds for side in of])) for name, of in sides]


def weaker(before: ShapeProof | None, after: ShapeProof | None) -> bool:
    """Whether less is proved than before of the same networks."""
    return before is not None and (after is None or Fraction(after.slack) > Fraction(before.slack))


def _total(seconds: list[float | None]) -> float | None:
    known = [each for each in seconds if each is not None]
    return sum(known) if known and len(known) == len(seconds) else None


def compared(before: Record, after: Record, tolerance: float = TOLERANCE) -> Compared:
    """Two runs side by side.

    Args:
        before: the run that is trusted.
        after: the run to judge.
        tolerance: by how much, relative, worst ratios may differ.
    """
    old = {evidence.id: evidence for evidence in before.theorems}
    new = {evidence.id: evidence for evidence in after.theorems}
    pairs = tuple(Pair(name, _side(old[name], before), _side(new[name], after)) for name in old if name in new)
    lost = {name: why for name, why in after.unread.items() if name in old}
    gone = tuple(evidence for name, evidence in old.items() if name not in new and name not in lost)
    fresh = tuple(evidence for name, evidence in new.items() if name not in old)
    return Compared(before, after, pairs, gone, fresh, lost, tolerance)


def _side(evidence: TheoremEvidence, record: Record) -> Side:
    times = record.times.get(evidence.id)
    return Side(evidence, sum(times.values()) if times else None, tuple(record.proved.get(evidence.id, ())))
