"""Verdicts: the outcome of a check is a value, and its value is the sentence the reader gets."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Verdict(Enum):
    """The outcomes of checking a claim, from the strongest evidence against it to the strongest for it."""

    ERROR = "could not be checked: the check itself failed"
    REFUTED = "false: a counterexample was found and confirmed by a second, independent route"
    FLAWED = "its proof is wrong: nothing that was tried breaks the statement, but a step of its proof is false"
    VACUOUS = "not tested: its hypotheses were met too seldom, or only trivially"
    UNDECIDED = "not decided: closer than rounding, or the budget was spent before the search was done"
    HELD = "not refuted: no admissible instance tried breaks it (evidence, not proof)"
    PROVED = "proved: it holds on the whole stated domain, by an exact argument"

    @property
    def passes(self) -> bool:
        """Whether a reader may rely on the claim as far as the evidence goes.

        >>> [verdict.name for verdict in Verdict if verdict.passes]
        ['HELD', 'PROVED']
        """
        return self in (Verdict.HELD, Verdict.PROVED)


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a whole from its parts: a refutation outweighs all, then the weakest part decides.

    A part that is PROVED adds nothing to a part that only HELD; no parts at all is an ERROR, never a pass.

    >>> overall([Verdict.PROVED, Verdict.HELD]).name, overall([Verdict.ERROR, Verdict.REFUTED]).name
    ('HELD', 'REFUTED')
    >>> overall([]).name
    'ERROR'
    """
    found = set(verdicts)
    if Verdict.REFUTED in found:
        return Verdict.REFUTED
    return next((verdict for verdict in Verdict if verdict in found), Verdict.ERROR)
