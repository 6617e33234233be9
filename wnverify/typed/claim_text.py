"""Claims as plain text: written so that the whitelist parser reads the same claim back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import sympy

from wnverify.batch import hex_float
from wnverify.claim import Claim, Relation
from wnverify.errors import UsageError, WnverifyError, expected
from wnverify.evidence import ClaimText, RelationText
from wnverify.typed.parser import expression_of, written
from wnverify.typed.spelling import WRITTEN

LARGEST_TOLERANCE = 1e-2


def claim_text(claim: Claim) -> ClaimText:
    """The claim as text that `claim_of` reads back to the same functions.

    Raises:
        UsageError: if it holds something that cannot be typed, such as an integral.
    """
    return _text(claim, written)


def recorded(claim: Claim) -> ClaimText:
    """The claim as text in any case: as sympy prints it, with the reason, where it cannot be read back."""
    try:
        return claim_text(claim)
    except WnverifyError as error:
        return msgspec.structs.replace(_text(claim, str), unreadable=str(error))


def _text(claim: Claim, write: Callable[[sympy.Expr], str]) -> ClaimText:
    given = [RelationText(write(r.lhs), r.relation, write(r.rhs), name) for name, r in claim.given.items()]
    chance = "" if claim.probability is None else write(claim.probability)
    tolerance = float(claim.tolerance).hex()
    return ClaimText(write(claim.lhs), claim.relation, write(claim.rhs), given, tolerance, chance)


def claim_of(text: ClaimText, quantities: Mapping[str, sympy.Symbol]) -> Claim:
    """The claim that a text states of these quantities.

    Raises:
        UsageError: if it is not readable.
        TheoremFileError: if it is no claim.
    """
    if text.unreadable:
        raise UsageError(text.unreadable)
    given = {each.name: _relation(each, quantities) for each in text.given}
    tolerance = _tolerance(text.tolerance)
    if len(given) != len(text.given):
        raise UsageError(expected("hypotheses of different names", ", ".join(each.name for each in text.given)))
    main = _relation(RelationText(text.lhs, text.relation, text.rhs), quantities)
    chance = expression_of(text.probability, quantities, WRITTEN) if text.probability else None
    return Claim(main.lhs, main.relation, main.rhs, given=given, probability=chance, tolerance=tolerance)


def _relation(text: RelationText, quantities: Mapping[str, sympy.Symbol]) -> Relation:
    """A relation read by the whitelist parser; a side may be ∞, which cannot be typed."""
    sides = [sympy.oo if side == "oo" else expression_of(side, quantities, WRITTEN) for side in (text.lhs, text.rhs)]
    return Relation(sides[0], text.relation, sides[1])


def _tolerance(text: str) -> float:
    number = hex_float(text)
    if not 0 < number <= LARGEST_TOLERANCE:
        raise UsageError(expected("a small tolerance as a hexadecimal float", repr(text[:60])))
    return number
