"""Unit: the work that a run is made of, one check of one theorem; what decides its outcome is its key.

A unit travels as text, and what became of it comes back as text: to a process, into the store, to another machine.
Nothing that is read back is run, but for the text of the theorem file itself, whose digest travels with it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec

from wnverify.beside import Module, digest, of_text
from wnverify.budget import Budget
from wnverify.catalogue import Entry, Text
from wnverify.errors import RecordError, expected
from wnverify.evidence import CheckEvidence, TheoremEvidence
from wnverify.opened import Opened, unchanged
from wnverify.rounds import Outcome
from wnverify.source import named, parse_header
from wnverify.store.outside import outside, unforeseen
from wnverify.verdict import Verdict

READ = ""
"""In place of the name of a check: to run the theorem file and tell of it."""
FORM = 1
"""Version of the texts and of what goes into a key."""
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Reading:
    """A theorem file that was run, or could not be.

    Args:
        before: its evidence before any check; None if it is not to be had.
        unread: why not.
        printed: what the file printed.
        costs: how much of its time each planned check is thought to take, see `wnverify.checks.check`.
        once: the planned checks that are a part of the first round only, see `wnverify.rounds`.
        opened: the files of data that it read.
    """

    before: TheoremEvidence | None = None
    unread: str = ""
    printed: str = ""
    costs: Mapping[str, int] = field(default_factory=dict)
    once: Sequence[str] = ()
    opened: Opened = ()

    @property
    def planned(self) -> list[str]:
        """The checks that apply to the theorem."""
        return self.before.planned if self.before else []


Result: TypeAlias = Reading | Outcome
"""What becomes of a unit."""


@dataclass(frozen=True)
class Unit:
    """One check of one theorem, or the reading of its file; what becomes of it is the same wherever that is done.

    The text of the theorem travels with it, so that a file that changes meanwhile changes nothing.

    Args:
        text: the file as it was read.
        check: the name of the check; `READ` to run the file and tell of it.
        budget: effort of the check.
        seed: the seed of the run.
        around: digest of what else decides the outcome, see `wnverify.store.surroundings`.
        opened: the files of data that the theorem file reads; none for its reading, which finds out.
    """

    text: Text
    check: str
    budget: Budget
    seed: int
    around: str = ""
    opened: Opened = ()

    @property
    def id(self) -> str:
        """The identifier of the theorem."""
        return self.text.entry.id

    @property
    def digest(self) -> str:
        """SHA-256 of the text, and of those of the modules beside it; and that of files of data."""
        return digest(self.text.source, self.text.beside, self.opened)

    @property
    def as_it_was(self) -> bool:
        """Whether the files of data hold what they held when the theorem file was read."""
        return unchanged(self.text.entry.path.parent, self.opened)

    @cached_property
    def key(self) -> str:
        """SHA-256 of everything that decides the outcome; empty where the clock does, or something that is not known.

        The identifier is a part of the random streams; how a file is read depends on neither budget nor seed.
        """
        if self.budget.seconds is not None and self.check != READ:
            return ""
        if unforeseen(self.text):
            return ""
        effort = [self.budget.rounds, self.budget.shapes.hex(), self.budget.number, self.seed] if self.check else []
        whole = [FORM, self.id, self.digest, outside(self.text), self.around, self.check, *effort]
        return sha256(json.dumps(whole).encode()).hexdigest()


def finished(result: Result) -> bool:
    """Whether a unit was carried out: an error may be one of the machine, such as a lack of memory."""
    if isinstance(result, Reading):
        return result.before is not None
    evidence, _ = result
    return Verdict.ERROR.name not in (evidence.verdict, *(item.verdict for item in evidence.items))


# ---- as text


class _Beside(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    path: bytes
    source: bytes


class _Travelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: int
    id: str
    path: bytes
    paper: str
    source: bytes
    beside: list[_Beside]
    digest: str
    check: str
    budget: Budget
    seed: int
    around: str


class _Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    evidence: CheckEvidence
    seconds: float


def unit_to_text(unit: Unit) -> bytes:
    """The unit as JSON; bytes of files, and of their names, stand in it in base 64."""
    entry, beside = unit.text.entry, unit.text.beside
    modules = [_Beside(each.name, os.fsencode(each.path), each.source) for each in beside]
    where = {"id": entry.id, "path": os.fsencode(entry.path), "paper": entry.paper}
    what = {"source": unit.text.source, "beside": modules, "digest": of_text(unit.digest)}
    how = {"check": unit.check, "budget": unit.budget, "seed": unit.seed, "around": unit.around}
    return msgspec.json.encode({"form": FORM, **where, **what, **how})


def unit_from_text(text: bytes) -> Unit:
    """The unit of a text.

    Raises:
        RecordError: if the text is damaged or of another version.
        TheoremFileError: if the header of the theorem is none.
    """
    found = _decoded(text, _Travelling, "a unit of work")
    beside = tuple(Module(each.name, Path(os.fsdecode(each.path)), each.source) for each in found.beside)
    if found.form != FORM or found.digest != digest(found.source, beside):
        got = f"one of version {found.form}" if found.form != FORM else "one whose theorem was changed"
        raise RecordError(expected(f"a unit of work of version {FORM}", got))
    entry = Entry(found.id, Path(os.fsdecode(found.path)), found.paper)
    header = parse_header(found.source, named(entry.path))
    return Unit(Text(entry, header, found.source, beside), found.check, found.budget, found.seed, found.around)


def result_to_text(result: Result) -> bytes:
    """What became of a unit, as JSON with keys in a fixed order."""
    whole = result if isinstance(result, Reading) else _Found(*result)
    return msgspec.json.encode(whole, order="deterministic")


def result_from_text(unit: Unit, text: bytes) -> Result:
    """What became of a unit.

    Raises:
        RecordError: if the text is damaged.
    """
    return reading_from_text(text) if unit.check == READ else outcome_from_text(text)


def reading_from_text(text: bytes) -> Reading:
    """What became of the reading of a theorem file.

    Raises:
        RecordError: if the text is damaged.
    """
    return _decoded(text, Reading, "what is known of a theorem")


def outcome_from_text(text: bytes) -> Outcome:
    """What became of a check.

    Raises:
        RecordError: if the text is damaged.
    """
    found = _decoded(text, _Found, "the evidence of a check")
    return found.evidence, found.seconds


def _decoded(text: bytes, kind: type[Kind], what: str) -> Kind:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(expected(what, str(error), "the text is damaged")) from error
