"""The report as lines of text: a table a paper, what needs looking into, and one sentence at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from rich.text import Text

from wnverify.errors import COULD_NOT_CHECK, INTERRUPTED, REFUTED, UsageError, expected
from wnverify.evidence import RECORD_SCHEMA, Record, TheoremEvidence
from wnverify.printed import LABELS
from wnverify.report.conjecture import conjecture
from wnverify.report.covered import of_checks
from wnverify.report.findings import mutants_of, survivors, tried, unfinished
from wnverify.report.layout import WIDTH, Column, field, paragraph, plain, table
from wnverify.report.problems import problem
from wnverify.report.proofs import bound_proofs
from wnverify.report.slack import slack
from wnverify.report.words import COLOUR, bar, counted, labelled, ratio_words, seconds_words, verdict_words
from wnverify.verdict import Verdict

LONE = "files"


def tables(record: Record, width: int, *, bars: bool = True) -> list[Text]:
    """One table a paper, its columns dropped by priority until it fits the width; for a single theorem its slack."""
    lines: list[Text] = []
    for paper, group in groupby(record.theorems, key=_paper):
        lines += [Text(""), Text(paper, "bold"), *table(_columns(list(group), record, bars=bars), width)]
    for evidence in record.theorems:
        if evidence.conjecture and evidence.verdict.passes and evidence.worst:
            lines += [Text(""), *conjecture(evidence, width)]
    lone = len(record.theorems) == 1 and record.theorems[0].verdict.passes  # the slack of a false bound means nothing
    one = record.theorems[0] if lone else None
    told = [part(one, width) for part in (_printed, _covered, slack, bound_proofs)] if one is not None else []
    return [*lines[1:], *(line for part in told if part for line in (Text(""), *part))]


def _covered(evidence: TheoremEvidence, width: int) -> list[Text]:
    words = of_checks(evidence.checks)
    return field("covered", words, width) if words else []


def _paper(evidence: TheoremEvidence) -> str:
    return evidence.id.rpartition("/")[0] or LONE


def _columns(group: Sequence[TheoremEvidence], record: Record, *, bars: bool) -> list[Column]:
    ratios = [evidence.worst.ratio if evidence.worst else None for evidence in group]
    styles = [_style(evidence, record) for evidence in group]
    strokes = [
        Text(bar(ratio) if bars and ratio is not None else "", s) for ratio, s in zip(ratios, styles, strict=True)
    ]
    times = [
        seconds_words(sum(record.times.get(evidence.id, {}).values())) if record.times else "" for evidence in group
    ]
    return [
        Column("theorem", [Text(evidence.id.rpartition("/")[2]) for evidence in group]),
        Column("verdict", [Text(_word(e, record), style) for e, style in zip(group, styles, strict=True)]),
        Column("worst ratio", [Text(ratio_words(ratio)) for ratio in ratios], right=True),
        Column("", strokes, drop=4),
        Column("instances", [Text(f"{tried(evidence.checks):,}") for evidence in group], right=True, drop=2),
        Column("mutants", [_mutants(evidence) for evidence in group], right=True, drop=1),
        Column("time", [Text(time) for time in times], right=True, drop=3),
    ]


def _word(evidence: TheoremEvidence, record: Record) -> str:
    return unfinished(evidence, record) or verdict_words(evidence)[0]


def _style(evidence: TheoremEvidence, record: Record) -> str:
    return "yellow" if unfinished(evidence, record) else verdict_words(evidence)[1]


def _mutants(evidence: TheoremEvidence) -> Text:
    items = mutants_of(evidence)
    if not items:
        return Text("–", "dim")
    alive = len(survivors(evidence))
    return Text(f"{len(items) - alive}/{len(items)}", "bold red" if alive else "")


def problems(record: Record, width: int, saved: Mapping[str, str] | None = None) -> list[Text]:
    """For everything that is not as it should be: the reason, the counterexample, and where it was saved."""
    lines: list[Text] = []
    for evidence in record.theorems:
        if not evidence.as_expected or survivors(evidence):
            lines += [Text(""), *problem(evidence, width, (saved or {}).get(evidence.id, ""))]
    for identifier, reason in record.unread.items():
        lines += [Text(""), Text(f"! {identifier}: could not be read", COLOUR[Verdict.ERROR])]
        lines += paragraph(reason, width, indent=2)
    return lines[1:]


def summary(record: Record, width: int, seconds: float | None = None, kept: str = "") -> list[Text]:
    """The run in one sentence, and what its verdicts mean.

    Args:
        record: the run.
        width: of the page.
        seconds: how long it took.
        kept: how much of it was known before.
    """
    time = seconds_words(seconds) if seconds is not None else ""
    told = "; ".join(filter(None, [*_counts(record), kept, time]))
    lines = paragraph(f"{told}.", width, style="bold")
    if record.interrupted:
        lines += paragraph("Interrupted: only what was finished is shown.", width, style="bold yellow")
    for why, names in _uncertified(record).items():
        lines += paragraph(f"No certificates for {', '.join(names)}: {why}.", width, style="yellow")
    held = any(e.verdict is Verdict.HELD and not unfinished(e, record) for e in record.theorems)
    return lines + paragraph(_meaning(record), width, style="dim") if held else lines


def _uncertified(record: Record) -> dict[str, list[str]]:
    """The theorems of which no refutation could be certified, by the reason."""
    found: dict[str, list[str]] = {}
    for evidence in record.theorems:
        for why in dict.fromkeys(check.uncertified for check in evidence.checks if check.uncertified):
            found.setdefault(why, []).append(evidence.id)
    return found


def _counts(record: Record) -> list[str]:
    theorems = [evidence for evidence in record.theorems if not evidence.is_control and not evidence.conjecture]
    controls = [evidence for evidence in record.theorems if evidence.is_control]
    conjectures = [evidence for evidence in record.theorems if evidence.conjecture]
    partial = [evidence for evidence in theorems if unfinished(evidence, record)]
    verdicts = Counter(evidence.verdict for evidence in theorems if evidence not in partial)
    words = [f"{verdicts[verdict]} {verdict.name.lower()}" for verdict in reversed(Verdict) if verdicts[verdict]]
    words += [f"{len(partial)} unfinished"] if partial else []
    told = [f"{_labels(theorems)}: {', '.join(words)}" if theorems else "no theorem checked"]
    if conjectures:
        alive = sum(evidence.verdict.passes for evidence in conjectures)
        told.append(f"{_share(alive, len(conjectures), 'conjecture', 'conjectures')} not refuted")
    if controls:
        planned = sum(evidence.as_expected for evidence in controls)
        told.append(f"{_share(planned, len(controls), 'control', 'controls')} failed as planned")
    mutants = [item for evidence in (*theorems, *conjectures) for item in mutants_of(evidence)]
    if mutants:
        alive = sum(len(survivors(evidence)) for evidence in (*theorems, *conjectures))
        told.append(f"{_share(len(mutants) - alive, len(mutants), 'mutant', 'mutants')} refuted")
    told += [_rounds(record)]
    return told + ([f"{counted(len(record.unread), 'file')} could not be read"] if record.unread else [])


def _rounds(record: Record) -> str:
    """How many rounds of a sweep were added up, where the budget was spent in such; what is refuted needs but one."""
    lasting = [evidence for evidence in record.theorems if evidence.verdict is not Verdict.REFUTED]
    numbers = sorted({evidence.rounds for evidence in lasting or record.theorems})
    if not numbers or not numbers[-1]:
        return ""
    return (
        f"from {numbers[0]} to {counted(numbers[-1], 'round')}" if len(numbers) > 1 else counted(numbers[0], "round")
    )


def _labels(theorems: Sequence[TheoremEvidence]) -> str:
    """How many of them are theorems, lemmas, corollaries, experiments, as their headers say."""
    numbers = Counter(evidence.label or "theorem" for evidence in theorems)
    return ", ".join(labelled(numbers[label], label) for label in LABELS if numbers[label])


def _printed(evidence: TheoremEvidence, width: int) -> list[Text]:
    """What the paper prints, next to how the claim that was checked differs."""
    lines = field("printed", evidence.printed, width) if evidence.printed else []
    return lines + (field("here", evidence.relation, width) if evidence.relation else [])


def _share(part: int, whole: int, noun: str, plural: str) -> str:
    return f"{part} of {counted(whole, noun, plural)}"


def _meaning(record: Record) -> str:
    """What HELD means, with the rule of three where instances were sampled: n without a failure, ≤ 3/n at 95 %."""
    text = "held = not refuted by the search described; evidence, not proof."
    counts = [
        check.accepted
        for evidence in record.theorems
        if evidence.verdict is Verdict.HELD
        for check in evidence.checks
        if check.independent and check.accepted
    ]
    if not counts:
        return text
    sizes = f"n = {min(counts):,}" if len(counts) == 1 else f"n from {min(counts):,} to {max(counts):,}"
    rule = "at most 3/n of such instances break one that held (95 %, under this sampler)"
    return f"{text} Sampled {sizes} a theorem: {rule}."


def exit_code(record: Record, *, strict: bool = False) -> int:
    """0 nothing refuted, 1 refuted, 3 could not check, 130 interrupted; a refutation outweighs the rest.

    A theorem whose hypotheses no instance met was not checked at all; one that met them seldom is VACUOUS.

    Args:
        record: the run.
        strict: count VACUOUS and UNDECIDED as "could not check".
    """
    theorems = [evidence for evidence in record.theorems if not evidence.is_control]
    verdicts = {evidence.verdict for evidence in theorems}
    if Verdict.REFUTED in verdicts:
        return REFUTED
    unchecked = {Verdict.ERROR} | ({Verdict.VACUOUS, Verdict.UNDECIDED} if strict else set())
    unplanned = any(evidence.is_control and not evidence.as_expected for evidence in record.theorems)
    alive = any(survivors(evidence) for evidence in theorems)
    untested = not record.theorems or any(e.verdict is Verdict.VACUOUS and not e.tested for e in theorems)
    if record.interrupted:
        return INTERRUPTED
    return COULD_NOT_CHECK if verdicts & unchecked or unplanned or alive or untested or record.unread else 0


def render(record: Record | TheoremEvidence, width: int = WIDTH) -> str:
    """The whole report as plain text, of a run or of what `verify` found of one theorem.

    Raises:
        UsageError: if it is neither.
    """
    if isinstance(record, TheoremEvidence):
        record = Record(schema=RECORD_SCHEMA, wnverify="", versions={}, seed=0, budget="", theorems=[record])
    if not isinstance(record, Record):
        raise UsageError(
            expected("the evidence of a theorem or a run", repr(record)[:80], "see wnverify.verify(...)")
        )
    parts = [tables(record, width), problems(record, width), summary(record, width)]
    lines = [line for part in parts if part for line in (*part, Text(""))]
    return plain(lines[:-1], width)
