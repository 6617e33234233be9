"""Proved: the networks for which a theorem has a certificate, told in the same words wherever a theorem is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from rich.text import Text

from wnverify.proving.certificate import Certificate
from wnverify.proving.domain import Domain
from wnverify.report.layout import Column, table
from wnverify.report.words import COLOUR, SYMBOL, counted
from wnverify.verdict import Verdict

HEAD = "Proved for all networks of a shape"
NOW = "checked again now"
FOUND = "checked when found"
BEFORE = "checked by another wnverify"


@dataclass(frozen=True)
class Listed:
    """A certificate that is kept, of a theorem as it stands.

    Args:
        certificate: it.
        checked: when the checker accepted it, in words.
    """

    certificate: Certificate
    checked: str = FOUND

    @property
    def words(self) -> str:
        """What it proves: `∎ L=1, m=2, d=2 tanh (slack 1.02)`."""
        return f"{SYMBOL[Verdict.PROVED]} {shape_words(self.certificate.domain, self.certificate.factor)}"

    @property
    def boxes(self) -> str:
        """How large it is."""
        return counted(self.certificate.leaves, "box", "boxes")

    @property
    def sentence(self) -> str:
        """All of it on one line."""
        return f"{self.words}: {self.boxes}, {self.checked}"


def lines(proofs: Sequence[Listed], width: int) -> list[Text]:
    """A line a certificate.

    Args:
        proofs: the certificates.
        width: of the page.
    """
    columns = [
        Column("shape", [Text(each.words, COLOUR[Verdict.PROVED]) for each in proofs]),
        Column("boxes", [Text(each.boxes) for each in proofs], right=True, drop=1),
        Column("checked", [Text(each.checked, "dim") for each in proofs]),
    ]
    return table(columns, width, head=False) if proofs else []


def shape_words(domain: Domain, slack: Fraction) -> str:
    """The networks of a proof, with the factor of the bound if that was needed.

    >>> shape_words(Domain(1, 2, 2, "tanh"), Fraction(51, 50))
    'L=1, m=2, d=2 tanh (slack 1.02)'
    """
    return f"{domain.shape} {domain.activation}" + (f" (slack {slack_words(slack)})" if slack > 1 else "")


def slack_words(slack: Fraction) -> str:
    """A slack, exactly: it is part of what is proved.

    >>> slack_words(Fraction(51, 50)), slack_words(Fraction(100000001, 100000000)), slack_words(Fraction(4, 3))
    ('1.02', '1.00000001', '4/3')
    """
    with localcontext() as context:
        context.prec = 100
        number = Decimal(slack.numerator) / slack.denominator
    return f"{number.normalize():f}" if Fraction(number) == slack else str(slack)
