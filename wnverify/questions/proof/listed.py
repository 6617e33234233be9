"""The certificates that are kept of a theorem, as far as they are about what it says now."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from wnverify.errors import WnverifyError
from wnverify.proving.certificate import Certificate, box_of, certificate_from
from wnverify.proving.checker import check
from wnverify.proving.kept import DEFAULT, claim_digest, whole_in
from wnverify.questions.proof.ask import family_of
from wnverify.report.proved import BEFORE, FOUND, NOW, Listed
from wnverify.report.told.account import Told
from wnverify.store.database import Row
from wnverify.store.surroundings import surroundings
from wnverify.theorem import Theorem

Shape: TypeAlias = tuple[int, int, int, str]


@dataclass(frozen=True)
class _Known:
    """A certificate with what its row says of it."""

    certificate: Certificate
    seconds: float
    around: str


def listed(identifier: str, theorem: Theorem, *, seconds: float = 0.0, store: Path = DEFAULT) -> list[Listed]:
    """The certificates of a theorem in a store: of each shape and activation that with the least slack.

    Only certificates of the claim as it stands count, in a store that is sound. The cheapest are checked again.

    Args:
        identifier: of the theorem.
        theorem: it.
        seconds: of processor time that checks may take; none is begun that took longer before than what is left.
        store: the file.
    """
    return _listed(whole_in(store), identifier, theorem, seconds)


def with_proofs(run: Told, store: Path = DEFAULT) -> Told:
    """A run with the certificates of its theorems that a store has; none of them is checked again.

    Args:
        run: it.
        store: the file.
    """
    rows = whole_in(store)
    accounts = [
        replace(account, proved=tuple(_listed(rows, account.id, account.theorem, 0.0)))
        if account.theorem
        else account
        for account in run.accounts
    ]
    return replace(run, accounts=tuple(accounts)) if rows else run


def _listed(rows: Sequence[Row], identifier: str, theorem: Theorem, seconds: float) -> list[Listed]:
    told: dict[Shape, Listed] = {}
    begin = time.process_time()
    here = surroundings().digest if rows else ""
    for known in sorted(_known(rows, identifier, theorem), key=lambda each: each.seconds):
        checked = FOUND if known.around == here else BEFORE
        if time.process_time() - begin + known.seconds <= seconds:
            if not _accepted(known.certificate, theorem):
                continue
            checked = NOW
        found = Listed(known.certificate, checked)
        shape = _shape(known.certificate)
        told[shape] = min(found, told.get(shape, found), key=_rank)
    return [told[shape] for shape in sorted(told)]


def _shape(certificate: Certificate) -> Shape:
    return certificate.L, certificate.m, certificate.d, certificate.activation


def _rank(found: Listed) -> tuple[Fraction, bool, bool]:
    """The least slack first, and of the same slack what was checked last."""
    return found.certificate.factor, found.checked != NOW, found.checked != FOUND


def _known(rows: Sequence[Row], identifier: str, theorem: Theorem) -> Iterator[_Known]:
    """The certificates of the claim of a theorem; a damaged one is none."""
    digest = claim_digest(str(theorem.claim))
    for row in rows:
        if (row.theorem, row.digest) != (identifier, digest):
            continue
        with suppress(WnverifyError):
            certificate = certificate_from(row.result)
            if _about(certificate, identifier, theorem):
                yield _Known(certificate, row.seconds, row.around)


def _about(certificate: Certificate, identifier: str, theorem: Theorem) -> bool:
    """Whether a certificate is about a theorem.

    Raises:
        WnverifyError: if it is about no networks, or none that the theorem is about.
    """
    domain = certificate.domain
    family_of(theorem, domain)
    named = (certificate.theorem, certificate.claim) == (identifier, str(theorem.claim))
    return named and certificate.box == box_of(domain)


def _accepted(certificate: Certificate, theorem: Theorem) -> bool:
    try:
        check(certificate, theorem.claim)
    except WnverifyError:
        return False
    return True
