"""The certificates that are kept of a theorem, as far as they are about what it says now."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path

from wnverify.errors import WnverifyError
from wnverify.evidence import ShapeProof
from wnverify.proving.certificate import Certificate, box_of, certificate_from
from wnverify.proving.checker import check
from wnverify.proving.whole import DEFAULT, claim_digest, whole_in
from wnverify.questions.proof.ask import family_of
from wnverify.questions.proof.shapes import best, proof_of
from wnverify.report.told.account import Told
from wnverify.store.database import Row
from wnverify.store.surroundings import surroundings
from wnverify.theorem import Theorem


def listed(identifier: str, theorem: Theorem, *, seconds: float = 0.0, store: Path = DEFAULT) -> list[ShapeProof]:
    """The certificates of a theorem in a store: of each shape and activation that with the least slack.

    Only certificates of the claim as it stands count, in a store where none was altered. The cheapest are checked
    again.

    Args:
        identifier: of the theorem.
        theorem: it.
        seconds: of processor time that checks may take; none is begun that took longer before than what is left.
        store: the file.
    """
    return _listed(whole_in(store), identifier, theorem, seconds)


def with_proofs(run: Told, store: Path = DEFAULT) -> Told:
    """A run with the certificates of its theorems that a store has; none of them is checked again.

    Those that the record tells of stay where the store has none.

    Args:
        run: it.
        store: the file.
    """
    rows = whole_in(store)
    accounts = [
        replace(account, proved=tuple(_listed(rows, account.id, account.theorem, 0.0)) or account.proved)
        if account.theorem
        else account
        for account in run.accounts
    ]
    return replace(run, accounts=tuple(accounts)) if rows else run


def _listed(rows: Sequence[Row], identifier: str, theorem: Theorem, seconds: float) -> list[ShapeProof]:
    found = []
    begin = time.process_time()
    here = surroundings().digest if rows else ""
    for row, certificate in sorted(standing_of(rows, identifier, theorem), key=lambda each: each[0].seconds):
        now = time.process_time() - begin + row.seconds <= seconds
        if not now or _accepted(certificate, theorem):
            found.append(proof_of(certificate, row, here, now=now))
    return best(found)


def standing_of(rows: Sequence[Row], identifier: str, theorem: Theorem) -> Iterator[tuple[Row, Certificate]]:
    """The certificates of the claim of a theorem as it stands; a damaged one is none.

    Args:
        rows: of a store.
        identifier: of the theorem.
        theorem: it.
    """
    digest = claim_digest(str(theorem.claim))
    for row in rows:
        if (row.theorem, row.digest) != (identifier, digest):
            continue
        with suppress(WnverifyError):
            certificate = certificate_from(row.result)
            if _about(certificate, identifier, theorem):
                yield row, certificate


def _about(certificate: Certificate, identifier: str, theorem: Theorem) -> bool:
    """Whether a certificate is about a theorem.

    Raises:
        WnverifyError: if it is about no networks, or none that the theorem is about.
    """
    domain = certificate.domain
    family_of(theorem, domain)
    _ = certificate.factor
    named = (certificate.theorem, certificate.claim) == (identifier, str(theorem.claim))
    kinds = product((False, True), repeat=2)
    boxes = [box_of(replace(domain, scaled=scaled, inputs=inputs)) for scaled, inputs in kinds]
    return named and certificate.box in boxes


def _accepted(certificate: Certificate, theorem: Theorem) -> bool:
    try:
        check(certificate, theorem.claim)
    except WnverifyError:
        return False
    return True
