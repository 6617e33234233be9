"""Proved: the networks for which a theorem has a certificate, told in the same words wherever a theorem is told."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from rich.text import Text

from wnverify.evidence import ShapeProof
from wnverify.proving.domain import Domain
from wnverify.report.layout import Column, table
from wnverify.report.words import COLOUR, SYMBOL, counted
from wnverify.verdict import Verdict

HEAD = "Proved for all networks of a shape"
SIGN = SYMBOL[Verdict.PROVED]
"""Behind a verdict: there is a certificate."""
MEANING = f"{SIGN} behind a verdict = proved for all networks of a shape, by a certificate that `wnverify prove` left"


def words(proof: ShapeProof) -> str:
    """What a certificate proves.

    >>> words(ShapeProof(1, 2, 2, "tanh", "51/50", 9, "checked when found"))
    '∎ L=1, m=2, d=2 tanh (slack 1.02)'
    """
    return f"{SIGN} {_networks(f'L={proof.L}, m={proof.m}, d={proof.d}', proof.activation, Fraction(proof.slack))}"


def boxes(proof: ShapeProof) -> str:
    """How large it is."""
    return counted(proof.boxes, "box", "boxes")


def sentence(proof: ShapeProof) -> str:
    """All of it on one line."""
    return f"{words(proof)}: {boxes(proof)}, {proof.checked}"


def marked(word: str, proofs: Sequence[ShapeProof]) -> str:
    """A verdict in words, with a sign where there are certificates.

    >>> marked("✓ held", ()), marked("✓ held", [ShapeProof(1, 1, 1, "tanh", "1/1", 2, "checked when found")])
    ('✓ held', '✓ held ∎')
    """
    return f"{word} {SIGN}" if proofs else word


def lines(proofs: Sequence[ShapeProof], width: int) -> list[Text]:
    """A line a certificate.

    Args:
        proofs: the certificates.
        width: of the page.
    """
    columns = [
        Column("shape", [Text(words(each), COLOUR[Verdict.PROVED]) for each in proofs]),
        Column("boxes", [Text(boxes(each)) for each in proofs], right=True, drop=1),
        Column("checked", [Text(each.checked, "dim") for each in proofs]),
    ]
    return table(columns, width, head=False) if proofs else []


def shape_words(domain: Domain, slack: Fraction) -> str:
    """The networks of a proof, with the factor of the bound if that was needed.

    >>> shape_words(Domain(1, 2, 2, "tanh"), Fraction(51, 50))
    'L=1, m=2, d=2 tanh (slack 1.02)'
    """
    return _networks(domain.shape, domain.activation, slack)


def _networks(shape: str, activation: str, slack: Fraction) -> str:
    return f"{shape} {activation}" + (f" (slack {slack_words(slack)})" if slack > 1 else "")


def slack_words(slack: Fraction) -> str:
    """A slack, exactly: it is part of what is proved.

    >>> slack_words(Fraction(51, 50)), slack_words(Fraction(100000001, 100000000)), slack_words(Fraction(4, 3))
    ('1.02', '1.00000001', '4/3')
    """
    with localcontext() as context:
        context.prec = 100
        number = Decimal(slack.numerator) / slack.denominator
    return f"{number.normalize():f}" if Fraction(number) == slack else str(slack)
