"""What a reader has to look into: the reason, the smallest counterexample, and what was said of the bound."""

from __future__ import annotations

from rich.text import Text

from wnverify.evidence import CheckEvidence, Item, StepFound, Subject, TheoremEvidence, Worst
from wnverify.report.covered import of_checks
from wnverify.report.findings import broken_steps, counterexample, doubts, size, survivors
from wnverify.report.instance import array_lines
from wnverify.report.layout import field, paragraph
from wnverify.report.words import formula, ratio_words, verdict_words
from wnverify.verdict import Verdict

LONG = 4
"""A claim that takes more lines than this is left to `wnverify show`."""


def problem(evidence: TheoremEvidence, width: int, saved: str = "") -> list[Text]:
    """Everything worth knowing about one theorem that needs a look."""
    word, style = verdict_words(evidence)
    lines = [Text.assemble((word, style), "  ", (evidence.id, "bold"))]
    lines += paragraph(evidence.title, width, indent=2, style="dim")
    return lines + explanation(evidence, width) + (field("saved", saved, width) if saved else [])


def explanation(evidence: TheoremEvidence, width: int) -> list[Text]:
    """The claim, the reason, the smallest counterexample, doubtful claims about the bound, surviving mutants."""
    lines = _claim(evidence, width)
    found = counterexample(evidence)
    if found:
        lines += [*field("refuted by", ", ".join(_deciding(evidence)), width), *describe(found[1], width)]
    elif broken := broken_steps(evidence):
        lines += field("so", evidence.reason.partition(":")[0], width)
        lines += [line for step in broken for line in _step(step, width)]
    else:
        lines += _why(evidence, width) if _unsaid(evidence) else []
        lines += _thin(evidence, width) if evidence.verdict is Verdict.VACUOUS else []
        lines += field("covered", words, width) if (words := of_checks(evidence.checks)) else []
    for item in doubts(evidence):
        label = "false" if item.outcome is Verdict.REFUTED else item.verdict.lower()
        lines += field(label, f"“{formula(item.name)}”: {item.reason}{_witness(item)}", width)
    for item in survivors(evidence):
        lines += field("mutant", f"“{item.name}” was not refuted: {item.reason}", width, style="red")
    return lines


def _step(step: StepFound, width: int) -> list[Text]:
    """A step of the proof that does not hold, and the instance that breaks it."""
    lines = field(step.name, f"{formula(step.statement)} ({step.why})", width, style="red")
    lines += field("false", step.reason, width)
    return lines + (describe(step.worst, width) if step.worst else [])


def _claim(evidence: TheoremEvidence, width: int) -> list[Text]:
    statement = formula(evidence.statement)
    lines = field("claim", statement, width)
    if len(lines) <= LONG:
        return lines
    start = statement[: statement.find(" ", statement.find(" ") + 1)]
    return field("claim", f"{start} … (long: see `wnverify show {evidence.id}`)", width)


def _unsaid(evidence: TheoremEvidence) -> list[CheckEvidence]:
    """The deciding checks whose reason is not listed anyway: doubtful claims and mutants speak for themselves."""
    told = [*doubts(evidence), *survivors(evidence)]
    silent = [check for check in evidence.deciding if not any(item in told for item in check.items)]
    return [] if evidence.verdict.passes else silent


def _why(evidence: TheoremEvidence, width: int) -> list[Text]:
    reason = evidence.reason if evidence.verdict is Verdict.VACUOUS else _unsaid(evidence)[0].reason
    return field("reason", f"{reason} (check: {', '.join(_deciding(evidence))})", width)


def _thin(evidence: TheoremEvidence, width: int) -> list[Text]:
    """How many instances each search had, and the reason where no single check decided."""
    lines = [] if _deciding(evidence) else field("reason", evidence.reason, width)
    counted = [check for check in evidence.checks if check.subject is Subject.CLAIM and check.tried]
    searches = [f"{check.check} {check.substance:,} of {check.tried:,}" for check in counted]
    return lines + (field("counted", ", ".join(searches), width) if searches else [])


def _deciding(evidence: TheoremEvidence) -> list[str]:
    return [check.check for check in evidence.deciding]


def _witness(item: Item) -> str:
    values = ", ".join(f"{name} = {value}" for name, value in item.witness.items())
    return f" ({formula(values)})" if values else ""


def describe(worst: Worst, width: int) -> list[Text]:
    """One instance: where it lies, both sides, the ratio by both routes, and its arrays when small."""
    second = f"; {ratio_words(worst.second)} by {worst.route}" if worst.second is not None else ""
    lines = [
        *field("found by", worst.found, width),
        *field("situation", worst.situation, width),
        *field("sides", f"{_value(worst.lhs)} against {_value(worst.rhs)}", width),
        *field("ratio", f"{ratio_words(worst.ratio)}{second}", width, style="bold"),
    ]
    return lines + array_lines(worst.instance.get("arrays", {}), f"{size(worst):,} numbers", width)


def _value(number: float | str) -> str:
    return f"{float(number):.10g}"
