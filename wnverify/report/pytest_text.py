"""What the pytest plugin says: why a node failed, and the table at the end."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from wnverify.evidence import RECORD_SCHEMA, Record, TheoremEvidence
from wnverify.report.findings import survivors
from wnverify.report.layout import WIDTH
from wnverify.report.problems import explanation
from wnverify.report.terminal import tables
from wnverify.report.words import verdict_words


def failure(evidence: TheoremEvidence) -> str:
    """Why the node fails: the verdict, the reason and the counterexample; empty if it passes."""
    if evidence.as_expected and not survivors(evidence):
        return ""
    head = f"{verdict_words(evidence)[0]}: {evidence.title}"
    return "\n".join([head, *(line.plain for line in explanation(evidence, WIDTH))])


def as_property(evidence: TheoremEvidence) -> str:
    """The evidence without its instances, as text that travels between processes in a test report."""
    checks = [
        msgspec.structs.replace(
            check,
            effort=[],
            worst=msgspec.structs.replace(check.worst, instance={}) if check.worst else None,
            items=[msgspec.structs.replace(item, worst=None) for item in check.items],
        )
        for check in evidence.checks
    ]
    return msgspec.json.encode(msgspec.structs.replace(evidence, checks=checks)).decode()


def summary_lines(texts: Iterable[tuple[str, str]], width: int) -> list[str]:
    """The table of all theorems of the session, the checks of each file brought together.

    Args:
        texts: file and evidence, check by check.
        width: the width of the terminal.
    """
    merged: dict[str, TheoremEvidence] = {}
    for file, text in texts:
        part = msgspec.json.decode(text, type=TheoremEvidence)
        before = merged.get(file)
        merged[file] = msgspec.structs.replace(part, checks=[*before.checks, *part.checks] if before else part.checks)
    theorems = sorted(merged.values(), key=lambda evidence: evidence.id)
    record = Record(schema=RECORD_SCHEMA, wnverify="", versions={}, seed=0, budget="", theorems=theorems)
    return [line.plain for line in tables(record, width, bars=False)]
