"""Findings: what evidence holds for a reader: counts, mutants, doubts, the smallest counterexample."""

from __future__ import annotations

from collections.abc import Sequence

from wnverify.evidence import CheckEvidence, Item, Kind, Record, StepFound, Subject, TheoremEvidence, Worst
from wnverify.verdict import Verdict


def of_claim(checks: Sequence[CheckEvidence]) -> list[CheckEvidence]:
    """The checks of the theorem itself, without its mutants and the steps of its proof."""
    return [check for check in checks if check.subject not in (Subject.MUTANTS, Subject.PROOF)]


def mutants_of(evidence: TheoremEvidence) -> list[Item]:
    """The mutants that must die; none for a control, which answers for no mutants."""
    items = [item for check in evidence.checks for item in check.items]
    return [] if evidence.is_control else [item for item in items if item.kind is Kind.MUTANT]


def survivors(evidence: TheoremEvidence) -> list[Item]:
    """The mutants that were not refuted although they should be."""
    return [item for item in mutants_of(evidence) if item.outcome is not Verdict.REFUTED]


def doubts(evidence: TheoremEvidence) -> list[Item]:
    """What is said of the bound and was refuted, or could not be decided."""
    items = [item for check in evidence.checks for item in check.items]
    said = [item for item in items if item.kind in (Kind.SIGN, Kind.BOUND)]
    return [item for item in said if not item.outcome.passes]


def tried(checks: Sequence[CheckEvidence]) -> int:
    """Instances on which the theorem itself was evaluated."""
    return sum(check.tried for check in of_claim(checks))


def unfinished(evidence: TheoremEvidence, record: Record) -> str:
    """How far a theorem of a run got that was stopped; empty if to the end, or if it is refuted already."""
    if not (record.interrupted or record.cut) or evidence.verdict is Verdict.REFUTED:
        return ""
    done, planned = record.cut.get(evidence.id, len(evidence.checks)), len(evidence.planned)
    return f"… {done} of {planned} checks" if done < planned else ""


def counterexample(evidence: TheoremEvidence) -> tuple[CheckEvidence, Worst] | None:
    """The smallest instance that breaks the claim, and the check that found it; None if none was found."""
    found = [
        (check, check.worst)
        for check in of_claim(evidence.checks)
        if check.worst is not None and check.outcome is Verdict.REFUTED
    ]
    told = [pair for pair in found if size(pair[1])]  # those of which a record says only where they are come last
    return min(told or found, key=lambda pair: (size(pair[1]), -float(pair[1].ratio)), default=None)


def broken_steps(evidence: TheoremEvidence) -> list[StepFound]:
    """The steps of the proof that do not hold."""
    steps = [step for check in evidence.checks for step in check.steps]
    return [step for step in steps if step.outcome is Verdict.REFUTED]


def size(worst: Worst) -> int:
    """How many numbers the instance holds."""
    return sum(len(array.get("hex", ())) for array in worst.instance.get("arrays", {}).values())
