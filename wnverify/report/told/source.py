"""The theorem file that was checked, if it is still here: its header, its symbols and its mutants."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from wnverify.beside import digest, of_text
from wnverify.catalogue import Entry, Loaded, loaded, text
from wnverify.claim import Claim
from wnverify.errors import WnverifyError
from wnverify.evidence import ClaimText, TheoremEvidence
from wnverify.papers import sources
from wnverify.report.told.account import Source
from wnverify.source import named
from wnverify.typed.claim_text import claim_of
from wnverify.typed.parser import read
from wnverify.typed.spelling import WRITTEN

NOT_HERE = "The theorem file is not at hand, so its header and its mutants' formulas are not told."
DIFFERS = "The theorem file at hand is not the one that was checked, so its header and its mutants are not told."
DATA_DIFFER = "The data that the theorem file reads are other ones than were checked: its header is not told."


@dataclass(frozen=True)
class Joined:
    """A theorem file with the text that was checked, and what it says.

    Args:
        source: of its header.
        read: the file, run; None where it is not here, or is another.
    """

    source: Source
    read: Loaded | None = None


def joined(evidence: TheoremEvidence, entry: Entry | None) -> Joined:
    """The file of a theorem, if there is one with the same digest; no other text is ever run.

    Args:
        evidence: of the theorem.
        entry: the file of its name.
    """
    if entry is None:
        return Joined(Source(absent=NOT_HERE))
    try:
        found = text(entry)
        if digest(found.source, found.beside) != of_text(evidence.digest):
            return Joined(Source(absent=DIFFERS))
        whole = loaded(found, followed=False)
        if whole.digest != evidence.digest:
            return Joined(Source(absent=DATA_DIFFER))
        origin = sources(entry, found.header)
    except WnverifyError as error:
        return Joined(Source(absent=f"The theorem file at hand could not be read: {error}"))
    known = {label: words for label, words in origin.items() if words}
    return Joined(Source(found.header, known, named(entry.path)), whole)


def claim_read(evidence: TheoremEvidence, read: Loaded | None) -> Claim | None:
    """The claim that was checked, as formulas; None where its text cannot be read back."""
    known = dict(read.theorem.family.quantities) if read else {}
    try:
        return claim_of(evidence.claim, known or symbols(evidence.claim))
    except (WnverifyError, RecursionError):
        return read.theorem.claim if read else None


def symbols(claim: ClaimText) -> dict[str, sympy.Symbol]:
    """A real symbol for every name in a claim whose family nobody knows.

    Raises:
        UsageError: if a side is no expression.
    """
    sides = [
        claim.lhs,
        claim.rhs,
        claim.probability,
        *(side for each in claim.given for side in (each.lhs, each.rhs)),
    ]
    texts = [side for side in sides if side not in ("", "oo")]
    names = {name for side in texts for name in read(side, relation=False, limits=WRITTEN).names}
    return {name: sympy.Symbol(name, real=True) for name in sorted(names)}
