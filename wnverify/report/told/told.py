"""Tell a run: its record joined with the theorem files that were checked, as plain data; nothing is computed anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from wnverify.batch import from_data
from wnverify.catalogue import Entry, Loaded
from wnverify.claim import Claim
from wnverify.errors import WnverifyError
from wnverify.evidence import Acceptance, CheckEvidence, Item, Kind, Record, RelationText, Subject, TheoremEvidence
from wnverify.papers import Paper, read
from wnverify.pictures import Picture
from wnverify.report.covered import of_checks
from wnverify.report.findings import counterexample, of_claim
from wnverify.report.show import domain
from wnverify.report.told.account import Account, Effort, Hypothesis, Mutant, Place, Symbol, Told
from wnverify.report.told.limits import limits
from wnverify.report.told.source import claim_read, joined
from wnverify.report.words import counted, ratio_words, verdict_words
from wnverify.typed.vocabulary import family_named
from wnverify.verdict import Verdict

PLACES = (Kind.NEEDED, Kind.SLACK, Kind.UNTESTED)
ABOUT = (Kind.SIGN, Kind.BOUND)


def told(record: Record, entries: Iterable[Entry]) -> Told:
    """A run as data for a report.

    Args:
        record: of the run; that of a store holds more than a published one.
        entries: the theorem files at hand; those with the text that was checked are read and run, no others.
    """
    files = {entry.id: entry for entry in entries}
    accounts = tuple(
        replace(
            account(each, files.get(each.id), record.times.get(each.id, {})),
            proved=tuple(record.proved.get(each.id, ())),
        )
        for each in record.theorems
    )
    folders = {files[each.id].paper: files[each.id].path.parent for each in record.theorems if each.id in files}
    return Told(
        accounts, _papers(folders), record.wnverify, record.versions, record.seed, record.budget,
        record.interrupted, record.unread,
    )  # fmt: skip


def _papers(folders: Mapping[str, Path]) -> dict[str, Paper]:
    """The papers of folders; a damaged description is told of by `check`, and here it is as if there were none."""
    found = {}
    for name, folder in folders.items():
        try:
            paper = read(folder)
        except WnverifyError:
            continue
        if name and paper:
            found[name] = paper
    return found


def account(evidence: TheoremEvidence, entry: Entry | None, times: Mapping[str, float]) -> Account:
    """What there is to tell of one theorem.

    Args:
        evidence: what was found.
        entry: the theorem file of its name; None where there is none.
        times: CPU seconds by check.
    """
    file = joined(evidence, entry)
    claim, covered = claim_read(evidence, file.read), of_checks(evidence.checks)
    portrait, pictures = _seen(evidence, file.read)
    places = [item for check in evidence.checks for item in check.items if item.kind in PLACES]
    return Account(
        evidence=evidence,
        theorem=file.read.theorem if file.read else None,
        claim=claim,
        source=file.source,
        symbols=tuple(_symbols(file.read)),
        hypotheses=tuple(_hypothesis(text, claim, evidence.checks, places) for text in evidence.claim.given),
        word=verdict_words(evidence)[0],
        sentence=sentence(evidence),
        limits=limits(evidence, file.source, covered),
        mutants=tuple(_mutants(evidence, file.read)),
        about=tuple(item for check in evidence.checks for item in check.items if item.kind in ABOUT),
        places=tuple(_place(item) for item in places if not _of_a_hypothesis(item, evidence.claim.given)),
        efforts=tuple(_effort(check, times.get(check.check)) for check in evidence.checks),
        portrait=tuple(portrait),
        pictures=tuple(pictures),
        covered=covered,
    )


def sentence(evidence: TheoremEvidence) -> str:
    """The verdict in one sentence: what it means, and what decided it."""
    broken, worst = counterexample(evidence), evidence.worst
    checks = of_claim(evidence.checks)
    accepted, tried = sum(check.accepted for check in checks), sum(check.tried for check in checks)
    meaning, reason = evidence.verdict.value, evidence.reason.rstrip(".")
    if evidence.verdict is Verdict.REFUTED and broken and not evidence.claim.probability:
        reason = f"the ratio is {ratio_words(broken[1].ratio)} at {broken[1].situation}, by {broken[1].route}"
    if evidence.verdict is not Verdict.HELD or evidence.claim.probability or not accepted:
        return f"{meaning[0].upper()}{meaning[1:]}: {reason}."
    word = "Not refuted, which is all that is claimed of a conjecture" if evidence.conjecture else "Not refuted"
    ratio = f"; the worst ratio is {ratio_words(worst.ratio)}" if worst else ""
    counts = f"none of {counted(accepted, 'admissible instance')} breaks it, of {tried:,} tried{ratio}"
    return f"{word}: {counts} (evidence, not proof)."


def _symbols(read: Loaded | None) -> Iterator[Symbol]:
    if read is None:
        return
    known = read.theorem.family.quantities
    for name in sorted({symbol.name for symbol in read.theorem.spoken}, key=str.lower):
        yield Symbol(name, domain(known[name]), known[name].meaning)


# ---- hypotheses and places


def _hypothesis(
    text: RelationText, claim: Claim | None, checks: Sequence[CheckEvidence], places: Iterable[Item]
) -> Hypothesis:
    known = [(check, check.acceptance[text.name]) for check in checks if text.name in check.acceptance]
    alone = [each for check, each in known if check.independent]
    claims = [each for check, each in known if check.subject is Subject.CLAIM]
    return Hypothesis(
        name=text.name,
        text=f"{text.lhs} {text.relation} {text.rhs}",
        relation=claim.given.get(text.name) if claim else None,
        sampled=_together(alone),
        searched=_together(claims),
        without=tuple(_place(item) for item in places if item.name.startswith(_beginning(text.name))),
    )


def _together(counts: Sequence[Acceptance]) -> Acceptance | None:
    return Acceptance(sum(c.met for c in counts), sum(c.tried for c in counts)) if counts else None


def _beginning(hypothesis: str) -> str:
    """How the sharpness check names the places of a hypothesis."""
    return f"hypothesis “{hypothesis}”: "


def _of_a_hypothesis(item: Item, given: Iterable[RelationText]) -> bool:
    return any(item.name.startswith(_beginning(each.name)) for each in given)


def _place(item: Item) -> Place:
    found = item.place
    if found is None:
        return Place(item.name, item.kind, item.reason)
    below, above = (_edit(end, exponent=found.sort == "exponent") for end in (found.below, found.above))
    return Place(item.name, item.kind, item.reason, found.sort, found.value, below, above)


def _edit(end: float | None, *, exponent: bool) -> str:
    """A change of a place: a shift of an exponent, a factor of anything else.

    >>> _edit(-0.25, exponent=True), _edit(0.99998, exponent=False), _edit(None, exponent=True)
    ('-0.25', '× 0.99998', '')
    """
    if end is None:
        return ""
    return f"{end:+.4g}" if exponent else f"× {end:.6g}"


# ---- mutants, effort, portrait


def _mutants(evidence: TheoremEvidence, read: Loaded | None) -> Iterator[Mutant]:
    claims = read.theorem.mutant_claims if read else {}
    for check in evidence.checks:
        for item in check.items:
            if item.kind in (Kind.MUTANT, Kind.BEYOND) and not evidence.is_control:
                claim = claims.get(item.name)
                killed = item.outcome is Verdict.REFUTED
                beyond = item.kind is Kind.BEYOND
                yield Mutant(item.name, claim, killed, beyond, item.reason, item.worst)


def _effort(check: CheckEvidence, seconds: float | None) -> Effort:
    return Effort(
        check=check.check,
        subject=check.subject,
        verdict=check.outcome,
        reason=check.reason,
        tried=check.tried,
        accepted=check.accepted,
        trivial=check.trivial,
        best=check.worst.ratio if check.worst else None,
        seconds=seconds,
        shared=check.shared,
    )


def _seen(evidence: TheoremEvidence, read: Loaded | None) -> tuple[list[tuple[str, str]], list[Picture]]:
    """The instance that is shown, in its family's words and pictures; nothing where it is not kept."""
    broken = counterexample(evidence)
    shown = broken[1] if broken else evidence.worst
    if shown is None or not shown.instance:
        return [], []
    try:
        family = read.theorem.family if read else family_named(str(shown.instance.get("family")))
        batch = from_data(shown.instance)
        family.check(batch)
        return family.portrait(batch), family.pictures(batch)
    except (WnverifyError, ArithmeticError, LookupError, TypeError, ValueError):
        return [], []  # an instance that was changed by hand, or a family that nobody knows
