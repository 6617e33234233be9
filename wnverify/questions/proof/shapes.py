"""The shapes that are told of: a line a shape and activation, of all the certificates that there are."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import get_args

from wnverify.evidence import Checked, ShapeProof
from wnverify.proving.certificate import Certificate
from wnverify.store.database import Row


def proof_of(certificate: Certificate, row: Row, here: str, *, now: bool = False) -> ShapeProof:
    """What is told of a certificate.

    Args:
        certificate: it.
        row: in which it is kept.
        here: the digest of what there is now.
        now: whether it was checked again.

    Raises:
        RecordError: if its slack is none.
    """
    found: Checked = "checked when found" if row.around == here else "checked by another wnverify"
    slack = certificate.factor
    return ShapeProof(
        L=certificate.L,
        m=certificate.m,
        d=certificate.d,
        activation=certificate.activation,
        slack=f"{slack.numerator}/{slack.denominator}",
        boxes=certificate.leaves,
        checked="checked again now" if now else found,
    )


def best(proofs: Iterable[ShapeProof]) -> list[ShapeProof]:
    """Of each shape and activation the proof with the least slack, and of these what was checked last."""
    found: dict[tuple[int, int, int, str], ShapeProof] = {}
    for each in proofs:
        shape = each.L, each.m, each.d, each.activation
        found[shape] = min(each, found.get(shape, each), key=_rank)
    return [found[shape] for shape in sorted(found)]


def _rank(proof: ShapeProof) -> tuple[Fraction, int]:
    return Fraction(proof.slack), get_args(Checked).index(proof.checked)
