"""The report as lines of text: a table a paper, what needs looking into, and one sentence at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.text import Text

from wnverify.errors import COULD_NOT_CHECK, INTERRUPTED, REFUTED, UsageError, expected
from wnverify.evidence import RECORD_SCHEMA, Record, TheoremEvidence
from wnverify.printed import LABELS
from wnverify.report import rows
from wnverify.report.conjecture import conjecture
from wnverify.report.covered import of_checks
from wnverify.report.findings import mutants_of, of_claim, survivors, unfinished
from wnverify.report.layout import WIDTH, field, paragraph, plain
from wnverify.report.problems import problem
from wnverify.report.proofs import bound_proofs
from wnverify.report.proved import HEAD, MEANING
from wnverify.report.proved import lines as proofs_of_shapes
from wnverify.report.slack import slack
from wnverify.report.steps import of_evidence
from wnverify.report.words import COLOUR, counted, formula, labelled, seconds_words
from wnverify.verdict import Verdict


def tables(record: Record, width: int, *, bars: bool = True) -> list[Text]:
    """One table a paper, with as many columns as fit the width, and the details of what stands out."""
    table, more = rows.tables(record, width, bars=bars), details(record, width)
    return table + ([Text(""), *more] if table and more else more)


def details(record: Record, width: int, *, every: bool = False) -> list[Text]:
    """What a row has no room for: of conjectures that live, and of a single theorem that passes.

    Args:
        record: the run.
        width: of the page.
        every: of every theorem; how often its hypotheses were met, too.
    """
    lines: list[Text] = []
    for evidence in record.theorems:
        if evidence.conjecture and evidence.verdict.passes and evidence.worst:
            lines += [Text(""), *conjecture(evidence, width)]
    lone = len(record.theorems) == 1 and record.theorems[0].verdict.passes  # the slack of a false bound means nothing
    for evidence in record.theorems if lone or every else ():
        head = [Text(evidence.id, "bold"), *field("claim", formula(evidence.statement), width)] if every else []
        parts = [head, _printed(evidence, width), _met(evidence, width) if every else [], _covered(evidence, width)]
        parts += [part(evidence, width) for part in (of_evidence, slack, bound_proofs) if evidence.verdict.passes]
        shapes = proofs_of_shapes(record.proved.get(evidence.id, ()), width)
        parts += [[Text(HEAD, "bold"), *shapes]] if shapes else []
        told = [part for part in parts if part]
        lines += [line for part in told for line in ((Text(""), *part) if not every or part is told[0] else part)]
    return lines[1:]


def _met(evidence: TheoremEvidence, width: int) -> list[Text]:
    """Each hypothesis with the share of the instances that met it."""
    met: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for check in of_claim(evidence.checks):
        met.update({name: each.met for name, each in check.acceptance.items()})
        asked.update({name: each.tried for name, each in check.acceptance.items()})
    lines = []
    for given in evidence.claim.given:
        sign = given.relation.replace("<=", "≤").replace(">=", "≥")
        relation = formula(f"{given.lhs} {sign} {given.rhs}")
        share = f", met by {met[given.name]:,} of {asked[given.name]:,}" if asked[given.name] else ""
        lines += field("given", f"{given.name}: {relation}{share}", width)
    return lines


def _covered(evidence: TheoremEvidence, width: int) -> list[Text]:
    words = of_checks(evidence.checks)
    return field("covered", words, width) if words else []


def problems(record: Record, width: int, saved: Mapping[str, str] | None = None) -> list[Text]:
    """For everything that is not as it should be: the reason, the counterexample, and where it was saved."""
    lines: list[Text] = []
    for evidence in record.theorems:
        if (not evidence.as_expected or survivors(evidence)) and not unfinished(evidence, record):
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
    if record.cut:
        lines += paragraph(_cut(record), width, style="bold yellow")
    for why, names in _uncertified(record).items():
        lines += paragraph(f"No certificates for {', '.join(names)}: {why}.", width, style="yellow")
    held = any(e.verdict is Verdict.HELD and not unfinished(e, record) for e in record.theorems)
    lines += paragraph(_meaning(record), width, style="dim") if held else []
    return lines + paragraph(_shapes(record), width, style="dim") if record.proved else lines


def _cut(record: Record) -> str:
    """What a time limit left undone."""
    begun = sum(done > 0 for done in record.cut.values())
    told = [f"{begun} with some of the checks done"] if begun else []
    told += [f"{len(record.cut) - begun} with no check done"] if begun < len(record.cut) else []
    what = counted(len(record.cut), "unfinished theorem")
    return f"The time limit ended the run: {what}, {', '.join(told)}; unfinished is undecided."


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


def _shapes(record: Record) -> str:
    """What the sign behind a verdict means, and where the shapes stand."""
    one = next(iter(record.proved)) if len(record.proved) == 1 else "ID"
    return f"{MEANING}: see `wnverify show {one}`, or -v."


def exit_code(record: Record, *, strict: bool = False) -> int:
    """0 nothing refuted, 1 refuted, 3 could not check, 130 interrupted; a refutation outweighs the rest.

    A proof with a false step counts as refuted.

    A theorem whose hypotheses no instance met was not checked at all, nor one that a time limit cut short; one that
    met its hypotheses seldom is VACUOUS.

    Args:
        record: the run.
        strict: count VACUOUS and UNDECIDED as "could not check".
    """
    theorems = [evidence for evidence in record.theorems if not evidence.is_control]
    verdicts = {evidence.verdict for evidence in theorems}
    if verdicts & {Verdict.REFUTED, Verdict.FLAWED}:
        return REFUTED
    unchecked = {Verdict.ERROR} | ({Verdict.VACUOUS, Verdict.UNDECIDED} if strict else set())
    unplanned = any(evidence.is_control and not evidence.as_expected for evidence in record.theorems)
    alive = any(survivors(evidence) for evidence in theorems)
    untested = not record.theorems or any(e.verdict is Verdict.VACUOUS and not e.tested for e in theorems)
    if record.interrupted:
        return INTERRUPTED
    unread = record.unread or record.cut
    return COULD_NOT_CHECK if verdicts & unchecked or unplanned or alive or untested or unread else 0


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
