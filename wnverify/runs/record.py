"""The record of a run as JSON: versioned, deterministic, and read back strictly.

The schema beside this file, `record.schema.json`, is generated from the structs: `python -m
wnverify.runs.record` prints it, and a test holds the two together.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from wnverify.errors import RecordError, expected
from wnverify.evidence import RECORD_SCHEMA, Record
from wnverify.runs.lean import Written, full, lean
from wnverify.verdict import Verdict

SCHEMA_FILE = Path(__file__).with_name("record.schema.json")


def to_json(record: Record) -> bytes:
    """The record as JSON text with keys in a fixed order, a line a theorem; what can be derived is left out."""
    written = lean(record)
    head = encoded(structs.replace(written, theorems=[]))
    theorems = b",\n".join(encoded(theorem) for theorem in written.theorems)
    return head.replace(b'"theorems":[]', b'"theorems":[\n' + theorems + b"\n]", 1) + b"\n"


def encoded(part: msgspec.Struct) -> bytes:
    """A part of a record as JSON."""
    return msgspec.json.encode(part, order="deterministic")


def timeless(record: Record) -> Record:
    """The record without its times and proofs, which equal runs need not share: the rest is the same in each byte."""
    return structs.replace(record, times={}, proved={})


def from_json(data: bytes) -> Record:
    """Read a record.

    Raises:
        RecordError: if the text is damaged, of another version, or holds a value of the wrong type.
    """
    _check_version(data)
    try:
        record = full(msgspec.json.decode(data, type=Written))
    except msgspec.ValidationError as error:
        raise RecordError(expected("a record of wnverify", str(error))) from error
    _check_verdicts(record)
    return record


def _check_version(data: bytes) -> None:
    try:
        plain = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(expected("JSON", str(error), "the file is damaged or truncated")) from error
    version = plain.get("schema") if isinstance(plain, dict) else None
    if version != RECORD_SCHEMA or isinstance(version, bool):
        remedy = "it was written by another version of wnverify, or is no record: write it anew by `check --json`"
        got = "JSON without a schema" if version is None else f"schema {version!r}"
        raise RecordError(expected(f"a record of schema {RECORD_SCHEMA}", got, remedy))


def _check_verdicts(record: Record) -> None:
    checks = [check for theorem in record.theorems for check in theorem.checks]
    names = [check.verdict for check in checks] + [item.verdict for check in checks for item in check.items]
    unknown = sorted({*names, *(theorem.expected for theorem in record.theorems)} - set(Verdict.__members__))
    if unknown:
        raise RecordError(expected(f"verdicts among {', '.join(Verdict.__members__)}", ", ".join(unknown)))


def schema() -> dict[str, Any]:
    """The JSON schema of a record."""
    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"wnverify record {RECORD_SCHEMA}"}
    return title | msgspec.json.schema(Written)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=1, sort_keys=True) + "\n")
