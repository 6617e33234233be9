"""A finished tally as the evidence of a check."""

from __future__ import annotations

from wnverify.evidence import CheckEvidence, Worst, number
from wnverify.search.tally import Tally
from wnverify.verdict import Verdict


def conclude(check: str, tally: Tally, settled: tuple[Verdict, str, Worst | None]) -> CheckEvidence:
    """Bring counts, acceptance, effort curve and the worst instance together."""
    verdict, reason, worst = settled
    return CheckEvidence(
        check,
        verdict.name,
        reason,
        tried=tally.tried,
        accepted=tally.accepted,
        trivial=tally.trivial,
        acceptance=tally.acceptance,
        worst=worst,
        effort=tally.effort,
        by_situation={key: number(ratio) for key, ratio in sorted(tally.by_situation.items())},
    )
