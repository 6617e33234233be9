"""Whole: the certificates of proofs that are whole, where they are kept; to read them takes nothing that computes."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from wnverify.errors import WnverifyError
from wnverify.store.database import Row, glanced

DEFAULT = Path(".wnverify", "proofs.db")
"""The store of proofs, from the folder of a project; a file of its own, as its rows are no checks."""
CERTIFICATE = "certificate of"
"""How the unit of a whole proof begins."""


def claim_digest(claim: str) -> str:
    """SHA-256 of a claim as text: a certificate is listed as long as its theorem claims the same."""
    return sha256(claim.encode()).hexdigest()


def whole_in(path: Path = DEFAULT) -> list[Row]:
    """The certificates in a store, the oldest first; none where there is no store, or one of them was altered."""
    if not path.is_file():
        return []
    with suppress(WnverifyError), glanced(path) as database:
        return list(database.rows("unit LIKE ?", [f"{CERTIFICATE} %"]))
    return []
