"""What a sharper bound may hope for: the constants, exponents and terms, each with the change that is refuted."""

from __future__ import annotations

from rich.text import Text

from wnverify.evidence import Subject, TheoremEvidence
from wnverify.report.layout import field
from wnverify.report.words import formula


def slack(evidence: TheoremEvidence, width: int) -> list[Text]:
    """Every place of which a change was refuted; those that survived all of them are only counted."""
    lines: list[Text] = []
    for check in evidence.checks:
        if check.subject is not Subject.PLACES or not check.items:
            continue
        lines += [Text(check.check, "bold"), *field("", check.reason, width)]
        told = [item for item in check.items if item.place and (item.place.below, item.place.above) != (None, None)]
        for item in told:
            lines += field(item.kind.value, f"{formula(item.name)}: {item.reason}", width)
        if len(told) < len(check.items):
            lines += field("others", f"{len(check.items) - len(told)}, of which no change was refuted", width)
    return lines
