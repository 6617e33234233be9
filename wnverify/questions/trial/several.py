"""Several claims that were typed at once: a chain, or claims joined by `and`; the one that decides stands for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wnverify.questions.trial.outcome import Trial
from wnverify.verdict import Verdict

DECIDING = (Verdict.REFUTED, Verdict.VACUOUS, Verdict.UNDECIDED, Verdict.HELD)
"""All of them hold only if each does, so that the first of these verdicts is that of all."""


def joined(found: Sequence[Trial], untried: Sequence[str]) -> Trial:
    """The trial that decides over all claims, beside the others.

    Args:
        found: the trials of the claims, in order; the last may have ended them.
        untried: the claims that were not tried any more.
    """
    decides = min(found, key=lambda trial: DECIDING.index(trial.verdict))
    rest = tuple(trial for trial in found if trial is not decides)
    stopped = any(trial.interrupted for trial in found)
    return replace(decides, beside=rest, untried=tuple(untried), interrupted=stopped)
