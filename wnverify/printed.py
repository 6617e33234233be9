"""What a paper prints, as the header of a theorem tells it: where, from which text, and how the claim differs.

`Paper: Theorem 3 (read): EWN directions converge.` and `Relation: weaker: along runs, to a tolerance.`
Nothing here imports sympy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wnverify.errors import TheoremFileError, expected

LABELS = ("theorem", "lemma", "corollary", "experiment", "conjecture", "control")
"""What a statement counts as: a main statement; a step or a general fact; what follows from another by algebra alone;
an observed law, of which nothing is proved; what is only conjectured; what is false, or empty, on purpose."""
READ = {
    "read": "the text was read",
    "abstract": "only the abstract, the introduction or summaries were read",
    "recollection": "from recollection, no text was at hand",
}
"""The sources of a printed statement, in words."""
RELATIONS = {
    "same": "as printed",
    "stronger": "implies what is printed",
    "weaker": "says less than what is printed",
    "other constants": "the printed form, with constants of its own",
    "special case": "a special case of what is printed",
    "step of its proof": "a step of the proof of what is printed",
    "finite form": "a form with finite numbers of a printed limit or order",
    "corrected": "what is printed is false; this is the repair",
    "false as printed": "what is printed, and it is false",
    "conditional": "true only at something that the print does not hold fixed",
    "answers it": "answers a question that is printed",
    "shows its need": "what is printed fails without one of its hypotheses",
}
"""How what is checked stands to what is printed."""
NOT_IN_IT = "not in it"
_PRINTED = re.compile(rf"(?P<place>[^:]*?)\s*\((?P<source>{'|'.join(READ)})\):\s*(?P<says>\S.*)", re.DOTALL)

_MEANT = re.compile(r"[^:\n]*\(\w+\):|(?:theorem|lemma|proposition|corollary|eq\.) ?[\d.()]+ *:", re.IGNORECASE)
"""What is meant as such a place, and is not written as one."""


@dataclass(frozen=True)
class Printed:
    """A statement that a paper prints.

    Args:
        place: its number there, as the header writes it; empty where the header does not say.
        source: a key of `READ`: whether its text was read; empty where the header does not say.
        says: the statement, in this project's words and symbols.
    """

    place: str
    source: str
    says: str

    @property
    def places(self) -> tuple[str, ...]:
        """Every place that is named: `Theorem 3 and eq. (5)` are two.

        >>> Printed("Theorem 3 and eq. (5)", "read", "").places
        ('Theorem 3', 'eq. (5)')
        """
        return tuple(part.strip() for part in re.split(r"\band\b|;", self.place) if part.strip())

    def __str__(self) -> str:
        return f"{self.place} ({self.source}): {self.says}" if self.source else self.says


@dataclass(frozen=True)
class Relation:
    """How what is checked stands to what is printed.

    Args:
        word: a key of `RELATIONS`.
        why: the difference in one line; may be empty.
    """

    word: str
    why: str

    def __str__(self) -> str:
        return f"{self.word}: {self.why}" if self.why else self.word


def parse_printed(text: str) -> Printed | None:
    """What the section `Paper:` says; None where the statement is in no paper, or the section is empty.

    >>> parse_printed("Theorem 3 (read): directions converge.")
    Printed(place='Theorem 3', source='read', says='directions converge.')
    >>> parse_printed("not in it.") is None
    True
    >>> parse_printed("a lemma of theirs").says
    'a lemma of theirs'

    Raises:
        TheoremFileError: if it names a place without saying what is printed there, or from which text.
    """
    found = _PRINTED.fullmatch(text)
    if found and found["place"] and not found["place"].startswith(NOT_IN_IT):
        return Printed(" ".join(found["place"].split()), found["source"], found["says"])
    if found or _MEANT.match(text):
        wanted = f"Paper as 'PLACE (SOURCE): what is printed', SOURCE one of {', '.join(READ)}, or '{NOT_IN_IT}.'"
        raise TheoremFileError(expected(wanted, repr(text[:60])))
    return Printed("", "", text) if text and text.rstrip(".").lower() != NOT_IN_IT else None


def parse_relation(text: str) -> Relation | None:
    """What the section `Relation:` says; None if it is empty.

    >>> parse_relation("stronger: no depth.")
    Relation(word='stronger', why='no depth.')

    Raises:
        TheoremFileError: if it does not begin with a word of `RELATIONS`.
    """
    word, _, why = (part.strip() for part in text.partition(":"))
    word = " ".join(word.rstrip(".").split())
    if text and word not in RELATIONS:
        wanted = f"Relation to begin with one of {', '.join(RELATIONS)}"
        raise TheoremFileError(expected(wanted, repr(word[:60])))
    return Relation(word, why) if text else None


def parse_label(text: str) -> str:
    """The section `Label:`, which may be missing.

    Raises:
        TheoremFileError: if it is none of `LABELS`.
    """
    if text and text not in LABELS:
        raise TheoremFileError(expected(f"Label as one of {', '.join(LABELS)}", repr(text[:60])))
    return text
