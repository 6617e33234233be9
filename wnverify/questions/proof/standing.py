"""Standing: the certificates that a run of checks tells of, at next to no cost.

Whether a certificate is about what a theorem claims is found out once, by running the theorem file; that is kept
beside the certificates, under the texts that decide it, and holds until one of these changes.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any, TypeAlias

from wnverify import catalogue
from wnverify.beside import digest
from wnverify.catalogue import Entry, Text
from wnverify.errors import WnverifyError
from wnverify.evidence import ShapeProof
from wnverify.opened import unchanged
from wnverify.proving.certificate import certificate_from
from wnverify.proving.whole import DEFAULT, whole_in
from wnverify.questions.proof.shapes import best, proof_of
from wnverify.store.database import Database, Row, glanced
from wnverify.store.outside import outside, unforeseen
from wnverify.store.surroundings import Surroundings, surroundings

FORM = 1
STANDING = "certificates that are about it"
Standing: TypeAlias = Mapping[tuple[str, str], Sequence[ShapeProof]]
"""By the id of a theorem and the digest of its text."""


def standing(entries: Iterable[Entry], store: Path = DEFAULT) -> Standing:
    """The certificates of theorems as their files are now; none is checked again.

    Args:
        entries: the theorem files.
        store: where `wnverify prove` keeps them.
    """
    rows = whole_in(store)
    named = {row.theorem for row in rows}
    asked = [entry for entry in entries if entry.id in named]
    found: dict[tuple[str, str], Sequence[ShapeProof]] = {}
    if not asked:
        return found
    around = surroundings()
    with suppress(WnverifyError), glanced(store) as database:
        for entry in asked:
            with suppress(WnverifyError):
                text = catalogue.text(entry)
                mine = [row for row in rows if row.theorem == entry.id]
                kept = set(_kept(database, text, mine, around))
                proofs = [
                    proof_of(certificate_from(row.result), row, around.digest) for row in mine if row.key in kept
                ]
                found[entry.id, digest(text.source, text.beside)] = best(proofs)
    return {name: proofs for name, proofs in found.items() if proofs}


def _kept(database: Database, text: Text, rows: Sequence[Row], around: Surroundings) -> list[str]:
    """The keys of the rows whose certificates are about a theorem: as it was found out before, or now."""
    named = [FORM, STANDING, around.digest, outside(text), text.entry.id, digest(text.source, text.beside)]
    key = sha256(json.dumps([*named, [row.key for row in rows]]).encode()).hexdigest()
    known = None if unforeseen(text) else database.get(key)
    if known and _as_it_was(text, told := json.loads(known.result)):
        return [str(each) for each in told["keys"]]
    from wnverify.questions.proof.listed import standing_of

    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):  # what it prints is told where it is checked
        loaded = catalogue.loaded(text, followed=False)
    found = [row.key for row, _ in standing_of(rows, text.entry.id, loaded.theorem)]
    database.note(around)
    database.put(_row(key, text, around, {"keys": found, "opened": loaded.opened}), anew=known is not None)
    return found


def _as_it_was(text: Text, told: Mapping[str, Any]) -> bool:
    """Whether the files of data that a theorem file reads hold what they held."""
    return unchanged(text.entry.path.parent, tuple((str(name), str(of)) for name, of in told.get("opened", ())))


def _row(key: str, text: Text, around: Surroundings, found: Mapping[str, Any]) -> Row:
    return Row(
        key=key,
        theorem=text.entry.id,
        digest=digest(text.source, text.beside),
        around=around.digest,
        unit=STANDING,
        budget="",
        seed="",
        seconds=0.0,
        written=datetime.now(UTC).isoformat(timespec="milliseconds"),
        host=platform.node(),
        result=json.dumps(found).encode(),
    )
