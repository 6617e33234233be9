"""Lean: a record as it is written, without what can be derived, or what the store keeps anyway.

What a check says of itself is said once; what several searches covered is told together, their histograms and the
best ratios by size too. Of the instances that came closest the worst of each theorem stays, and what breaks a claim.
Left out are the other nearest ones, all but a few points of the curves of effort, the ratios by situation, the
instances that refute mutants and the words of proofs: the same seed gives them again, `wnverify show ID --all`
prints the proofs, and a store has all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from msgspec import UNSET, Struct, UnsetType, structs

from wnverify.errors import RecordError, expected
from wnverify.evidence import (
    Acceptance,
    CheckEvidence,
    ClaimText,
    Number,
    Record,
    ShapeProof,
    StepFound,
    Subject,
    TheoremEvidence,
    Worst,
)
from wnverify.report.findings import counterexample, size
from wnverify.runs.decided import HELD, UNKNOWN, Group, groups, items_of, unless_held
from wnverify.runs.packed import DIGITS, few, packed, short, shortened, trimmed, unpacked_whole, untrimmed
from wnverify.runs.places import Places, apart, grouped
from wnverify.runs.proofs import brief, whole
from wnverify.runs.sentences import closest, follows
from wnverify.spread import by_size, histogram

LARGEST = 16
"""Numbers of an instance that is written although nothing is wrong with its theorem."""
SIGNS: Mapping[str, str] = MappingProxyType({"<=": "≤", ">=": "≥"})


class Said(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a check says of itself; see `CheckEvidence`."""

    check: str
    subject: Subject
    independent: bool = False
    shared: str = ""


class Near(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The instance that came closest of all, or a counterexample; see `Worst`.

    Arrays stand as `f8`: little-endian float64 in base 64.

    Args:
        ratio: left side over right side.
        situation: shape and settings in words.
        lhs: the left side.
        rhs: the right side.
        second: the ratio by the independent route.
        route: what that was.
        found: where it came from.
        instance: the instance as data; empty if it is large and nothing is wrong.
    """

    ratio: Number
    situation: str = ""
    lhs: Number | UnsetType = UNSET
    rhs: Number | UnsetType = UNSET
    second: Number | None = None
    route: str = ""
    found: str = ""
    instance: dict[str, Any] = {}


class Check(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a check found; see `CheckEvidence`.

    Args:
        check: its name.
        reason: one sentence for the reader, where it is another than follows from the rest.
        more: with what that which follows goes on.
        closest: the ratio and the situation that the sentence of a search tells, to the digits that it shows.
        verdict: its name; HELD where none is told.
        tried: instances evaluated.
        accepted: those that met every hypothesis, where these are not all.
        trivial: those of them on which the claim says nothing.
        unevaluated: those that have no value.
        uncertified: why no ball could certify a refutation.
        acceptance: how many met each hypothesis, out of how many.
        met: in its place how many met each hypothesis of the claim, in their order; nothing where all met all.
        worst: the instance that came closest, where it did so of all checks, or breaks the claim.
        items: what was decided one by one.
        places: the constants, exponents and terms that were edited.
        effort: instances, and the best ratio among them so far, to four digits; where it rose most, and at its end.
        powers: with which power of each size the bound grows.
        steps: what was found of each step of the proof, the losses to four digits; see `StepFound`.
    """

    check: str
    reason: str | UnsetType = UNSET
    more: str = ""
    closest: tuple[Number, str] | None = None
    verdict: str | UnsetType = UNSET
    tried: int = 0
    accepted: int | UnsetType = UNSET
    trivial: int = 0
    unevaluated: int = 0
    uncertified: str = ""
    acceptance: dict[str, tuple[int, int]] = {}
    met: list[int] | UnsetType = UNSET
    worst: Near | None = None
    items: list[Group] = []
    places: list[Places] = []
    effort: list[tuple[int, Number]] = []
    powers: dict[str, Number] = {}
    steps: list[StepFound] = []


class Lean(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was found about a theorem; see `TheoremEvidence`.

    Args:
        id: its identifier.
        title: the first line of its header.
        claim: part by part.
        digest: of its text.
        checks: what was found, check by check.
        planned: the checks that apply, where others than those were done.
        statement: the claim as a reader gets it, where it is not both sides with their relation.
        expected: what a control expects of itself; HELD where nothing is told.
        conjecture: whether it is one.
        label: what it counts as.
        corollary_of: from what it follows.
        ranges: between which values each symbol lay in all searches together, to four digits.
        rounds: how many rounds of a sweep are added up.
        random: of all random instances, the first bin that holds one, then how many each holds to the last that does.
        searched: the same of all others.
        by_size: the best ratio of all searches at each value of each size, to four digits.
    """

    id: str
    title: str
    claim: ClaimText
    digest: str
    checks: list[Check]
    planned: list[str] | UnsetType = UNSET
    statement: str = ""
    expected: str | UnsetType = UNSET
    conjecture: bool = False
    label: str = ""
    corollary_of: list[str] = []
    ranges: dict[str, tuple[Number, Number]] = {}
    rounds: int = 0
    random: list[int] = []
    searched: list[int] = []
    by_size: dict[str, list[tuple[int, Number]]] = {}


class Written(Struct, frozen=True, forbid_unknown_fields=True):
    """A run as it is written; see `Record`.

    Args:
        schema: version of this format.
        wnverify: version of the program.
        versions: of Python and of the libraries that compute.
        seed: from which every other is spawned.
        budget: its name.
        interrupted: whether the run was stopped before its end.
        unread: files that could not be loaded, with the reason.
        times: CPU seconds of the checks of each theorem, in order.
        checks: what the checks say of themselves, by name.
        theorems: the evidence.
        cut: theorems that a time limit cut short, with how many of their checks were finished before.
        proved: the certificates of theorems that were kept where the run was.
    """

    schema: int
    wnverify: str
    versions: dict[str, str]
    seed: int
    budget: str
    interrupted: bool
    unread: dict[str, str]
    times: dict[str, list[float]]
    checks: list[Said]
    theorems: list[Lean]
    cut: dict[str, int] = {}
    proved: dict[str, list[ShapeProof]] | UnsetType = UNSET


# ---- to write


def lean(record: Record) -> Written:
    """A record without what can be derived."""
    done = [check for theorem in record.theorems for check in theorem.checks]
    said = {check.check: Said(check.check, check.subject, check.independent, check.shared) for check in done}
    return Written(
        schema=record.schema,
        wnverify=record.wnverify,
        versions=record.versions,
        seed=record.seed,
        budget=record.budget,
        interrupted=record.interrupted,
        cut=record.cut,
        unread=record.unread,
        times={theorem.id: times for theorem in record.theorems if (times := _times(theorem, record))},
        checks=[said[name] for name in sorted(said)],
        theorems=[_theorem(theorem) for theorem in record.theorems],
        proved=record.proved or UNSET,
    )


def _times(theorem: TheoremEvidence, record: Record) -> list[float]:
    known = record.times.get(theorem.id, {})
    return [round(known.get(check.check, 0.0), DIGITS) for check in theorem.checks] if known else []


def _theorem(found: TheoremEvidence) -> Lean:
    names = [check.check for check in found.checks]
    shown = counterexample(found)
    broken = shown[1] if shown else None
    random, searched = histogram(found.checks)
    return Lean(
        id=found.id,
        title=found.title,
        claim=found.claim,
        digest=found.digest,
        checks=[_check(check, found, broken) for check in found.checks],
        planned=UNSET if names == found.planned else found.planned,
        statement="" if found.statement == _sentence(found.claim) else found.statement,
        expected=unless_held(found.expected),
        conjecture=found.conjecture,
        label=found.label,
        corollary_of=found.corollary_of,
        ranges=_ranges(found.checks),
        rounds=found.rounds,
        random=trimmed(random),
        searched=trimmed(searched),
        by_size={name: shortened(points) for name, points in by_size(found.checks).items()},
    )


def _sentence(claim: ClaimText) -> str:
    """Both sides with their relation."""
    return f"{claim.lhs} {SIGNS.get(claim.relation, claim.relation)} {claim.rhs}"


def _check(found: CheckEvidence, theorem: TheoremEvidence, broken: Worst | None) -> Check:
    met = [found.acceptance[each.name].met for each in theorem.claim.given if each.name in found.acceptance]
    met = met if set(met) - {found.tried} else []
    nearest = closest(found, theorem.claim)
    sentence = follows(found, nearest, theorem.claim)
    told = found.reason.startswith(sentence)
    counts_follow = _acceptance(met, found.tried, theorem.claim) == found.acceptance
    return Check(
        check=found.check,
        reason=UNSET if told else found.reason,
        more=found.reason.removeprefix(sentence) if told else "",
        closest=nearest,
        verdict=unless_held(found.verdict),
        tried=found.tried,
        accepted=UNSET if found.accepted == found.tried else found.accepted,
        trivial=found.trivial,
        unevaluated=found.unevaluated,
        uncertified=found.uncertified,
        acceptance={} if counts_follow else {name: (each.met, each.tried) for name, each in found.acceptance.items()},
        met=met if counts_follow and found.acceptance else UNSET,
        worst=_near(found.worst, theorem, broken) if found.worst else None,
        items=groups(item for item in found.items if not item.place),
        places=grouped((item for item in found.items if item.place), theorem.claim),
        effort=shortened(few(found.effort)),
        powers=found.powers,
        steps=[brief(step) for step in found.steps],
    )


def _acceptance(met: Sequence[int], tried: int, claim: ClaimText) -> dict[str, Acceptance]:
    """How often each hypothesis of a claim was met; nothing is told where that is always."""
    counts = met or [tried] * len(claim.given)
    return {each.name: Acceptance(count, tried) for each, count in zip(claim.given, counts, strict=False)}


def _near(worst: Worst, theorem: TheoremEvidence, broken: Worst | None) -> Near | None:
    """The worst of all, without its numbers if these are many and nothing is wrong, or what breaks the claim."""
    if worst is not theorem.worst and worst is not broken:
        return None
    needed = worst is broken or theorem.conjecture or not theorem.as_expected
    fits = needed or size(worst) <= LARGEST
    instance = packed(worst.instance) if fits else {}
    return Near(worst.ratio, worst.situation, worst.lhs, worst.rhs, worst.second, worst.route, worst.found, instance)


def _ranges(checks: Sequence[CheckEvidence]) -> dict[str, tuple[Number, Number]]:
    """The ranges of all searches together."""
    found: dict[str, tuple[float, float]] = {}
    for name, (low, high) in (each for check in checks for each in check.ranges.items()):
        known = found.get(name, (float(low), float(high)))
        found[name] = (min(float(low), known[0]), max(float(high), known[1]))
    return {name: (short(low), short(high)) for name, (low, high) in found.items()}


# ---- to read


def full(written: Written) -> Record:
    """The record; what was not written is empty.

    The ranges of all searches stand with the one that came closest.

    Raises:
        RecordError: if a check says nothing of itself, or an instance is damaged.
    """
    said = {each.check: each for each in written.checks}
    theorems = [_evidence(each, said) for each in written.theorems]
    return Record(
        schema=written.schema,
        wnverify=written.wnverify,
        versions=written.versions,
        seed=written.seed,
        budget=written.budget,
        theorems=theorems,
        unread=written.unread,
        interrupted=written.interrupted,
        cut=written.cut,
        proved={} if written.proved is UNSET else written.proved,
        times={
            each.id: dict(zip([check.check for check in each.checks], written.times[each.id], strict=False))
            for each in theorems
            if each.id in written.times
        },
    )


def _evidence(found: Lean, said: Mapping[str, Said]) -> TheoremEvidence:
    checks = [_found(check, found.claim, said) for check in found.checks]
    best = max(
        (check for check in checks if check.worst), key=lambda check: float(check.worst.ratio if check.worst else 0),
        default=checks[0] if checks else None,
    )  # fmt: skip
    return TheoremEvidence(
        id=found.id,
        title=found.title,
        statement=found.statement or _sentence(found.claim),
        claim=found.claim,
        digest=found.digest,
        expected=found.expected or HELD,
        planned=[check.check for check in checks] if found.planned is UNSET else found.planned,
        checks=[_with_sums(check, found) if check is best else check for check in checks],
        conjecture=found.conjecture,
        label=found.label,
        corollary_of=found.corollary_of,
        rounds=found.rounds,
    )


def _with_sums(check: CheckEvidence, found: Lean) -> CheckEvidence:
    """The check with what all searches found together.

    Raises:
        RecordError: if there are more counts than bins.
    """
    random, searched = (untrimmed(counts) for counts in (found.random, found.searched))
    return structs.replace(check, ranges=found.ranges, random=random, searched=searched, by_size=found.by_size)


def _found(check: Check, claim: ClaimText, said: Mapping[str, Said]) -> CheckEvidence:
    if check.check not in said:
        raise RecordError(expected("checks that say what they put to the test", repr(check.check)[:60]))
    declared = said[check.check]
    found = CheckEvidence(
        check=check.check,
        verdict=check.verdict or HELD,
        reason="" if check.reason is UNSET else check.reason,
        tried=check.tried,
        accepted=check.tried if check.accepted is UNSET else check.accepted,
        trivial=check.trivial,
        acceptance={name: Acceptance(*each) for name, each in check.acceptance.items()}
        if check.met is UNSET
        else _acceptance(check.met, check.tried, claim),
        worst=_worst(check.worst) if check.worst else None,
        items=[*items_of(check.items), *apart(check.places, claim)],
        subject=declared.subject,
        independent=declared.independent,
        shared=declared.shared,
        unevaluated=check.unevaluated,
        uncertified=check.uncertified,
        effort=check.effort,
        powers=check.powers,
        steps=[whole(step) for step in check.steps],
    )
    if check.reason is not UNSET:
        return found
    return structs.replace(found, reason=follows(found, check.closest, claim) + check.more)


def _worst(near: Near) -> Worst:
    lhs, rhs = (UNKNOWN if side is UNSET else side for side in (near.lhs, near.rhs))
    return Worst(
        near.ratio, lhs, rhs, near.second, near.route, near.found, near.situation, unpacked_whole(near.instance)
    )
