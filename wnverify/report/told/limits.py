"""What a verdict does not show, a sentence each: a reader must not take evidence for more than it is."""

from __future__ import annotations

from collections.abc import Iterator

from wnverify.evidence import CheckEvidence, Subject, TheoremEvidence, limit
from wnverify.report.told.account import Source
from wnverify.report.words import ratio_words
from wnverify.verdict import Verdict

FAR = 0.1
"""A worst ratio below which nothing found speaks for the size of a bound."""
CERTIFIED = "certified"
"""The word in which a route says that balls decided."""
PROOF = "That it is proved: the searches are finite, and an instance that they did not try may break it."
FORMULA = "That the bound holds, from what is proved of it: those proofs concern its formula alone."
CONJECTURE = "That the conjecture is true: it was not refuted, which is all that a search can say."
FLOATS = "That it is exact: both sides were measured in floating-point numbers, up to the tolerance of the claim."
CHANCE = "That the probability is exactly as stated: rates of failure were compared with what is allowed."
REFUTES = "That every version of the statement is false: the instance breaks it as it is written here."
UNCERTAIN = (
    "A certificate: two independent computations in floating-point numbers agree, no ball encloses both sides."
)
CONTROL = "Anything about a paper: it is false, or empty, on purpose, and tells whether the search can see that."
NOTHING = {
    Verdict.FLAWED: "That the statement is false: nothing that was tried breaks it, only a step of its proof.",
    Verdict.VACUOUS: "That the claim is true, or false: it was hardly put to the test.",
    Verdict.UNDECIDED: "That the claim is true, or false: the evidence does not decide.",
    Verdict.ERROR: "Anything: the check itself failed.",
}


def limits(evidence: TheoremEvidence, source: Source, covered: str) -> tuple[str, ...]:
    """What the verdict on a theorem does not show.

    Args:
        evidence: of the theorem.
        source: where its statement comes from.
        covered: what the searches covered, in words; empty where it is not known.
    """
    verdict = evidence.verdict
    found = [CONTROL] if evidence.is_control else []
    if verdict in NOTHING:
        found += [NOTHING[verdict]]
    elif verdict is Verdict.REFUTED:
        found += _of_a_refutation(evidence)
    elif verdict is Verdict.HELD:
        found += _of_a_search(evidence, covered)
    return (*found, *_of_the_source(source))


def _of_a_refutation(evidence: TheoremEvidence) -> Iterator[str]:
    yield REFUTES
    if evidence.worst is not None and CERTIFIED not in evidence.worst.route and evidence.claim.probability == "":
        yield UNCERTAIN


def _of_a_search(evidence: TheoremEvidence, covered: str) -> Iterator[str]:
    yield CONJECTURE if evidence.conjecture else PROOF
    if rare := [limit(check.accepted) for check in evidence.checks if _random(check)]:
        yield f"That no random instance breaks it: {rare[0]}; of other ways to draw instances that says nothing."
    if covered:
        yield f"Anything outside of what was covered: {covered}."
    if evidence.claim.probability:
        yield CHANCE
    elif evidence.worst is not None:
        yield FLOATS
    yield from _of_the_ratio(evidence)
    if any(check.subject is Subject.BOUND and check.items for check in evidence.checks):
        yield FORMULA


def _random(check: CheckEvidence) -> bool:
    return check.independent and check.accepted > 0


def _of_the_ratio(evidence: TheoremEvidence) -> Iterator[str]:
    if evidence.worst is None or not float(evidence.worst.ratio) < FAR:
        return
    ratio = ratio_words(evidence.worst.ratio)
    yield f"That the bound is near the truth: the worst instance found reaches {ratio} of it."


def _of_the_source(source: Source) -> Iterator[str]:
    header = source.header
    if header is None or header.printed is None:
        return
    if header.difference is not None and header.difference.word != "same":
        yield f"The printed statement itself: what is checked is {_article(header.difference.word)}."
    if header.printed.source in ("abstract", "recollection"):
        yield "That the paper prints exactly this: its whole text was not at hand."


def _article(word: str) -> str:
    """The relation of a claim to what is printed, as the end of a sentence.

    >>> _article("weaker"), _article("special case")
    ('weaker than it', 'a special case of it')
    """
    own = {
        "stronger": "stronger than it", "weaker": "weaker than it",
        "other constants": "its form with other constants",
        "special case": "a special case of it", "step of its proof": "a step of its proof",
        "finite form": "a finite form of it", "corrected": "a correction of it",
        "false as printed": "as printed, and false", "conditional": "a conditional form of it",
        "answers it": "an answer to it", "shows its need": "an instance of its need",
    }  # fmt: skip
    return own.get(word, word)
