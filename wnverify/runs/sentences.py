"""Sentences: the reason of a check as far as it follows from what it found, so that no record has to write it."""

from __future__ import annotations

from wnverify.checks.sharpness.words import summary
from wnverify.evidence import CheckEvidence, ClaimText, Number, Subject, held, limit, number, of_mutants

Closest = tuple[Number, str]
"""The ratio that a sentence shows, to its digits, and where it was found."""


def closest(found: CheckEvidence, claim: ClaimText) -> Closest | None:
    """What the sentence of a search tells of its worst instance; None if it tells something else."""
    if found.worst is None or found.subject is not Subject.CLAIM:
        return None
    ratio = float(found.worst.ratio)
    told = number(float(f"{ratio:.3g}" if claim.relation == "=" else f"{ratio:.4f}")), found.worst.situation
    return told if found.reason.startswith(follows(found, told, claim)) else None


def follows(found: CheckEvidence, nearest: Closest | None, claim: ClaimText) -> str:
    """How the reason begins that follows from the rest; empty where nothing does."""
    if nearest:
        sentence = held(found.accepted, *nearest, exact=claim.relation == "=")
        return f"{sentence}; {limit(found.accepted)}" if found.independent and found.accepted else sentence
    if found.subject is Subject.PLACES and found.items:
        return summary(found.items, {each.name for each in claim.given})
    return of_mutants(found.items)[1] if found.subject is Subject.MUTANTS else ""
