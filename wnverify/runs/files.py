"""Files that a run writes: whole or not at all, and never lost."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs, to_builtins

from wnverify.catalogue import Entry, folders, read
from wnverify.errors import UsageError, WnverifyError, expected
from wnverify.evidence import STEP, CheckEvidence, Record, TheoremEvidence, Worst
from wnverify.report.findings import counterexample
from wnverify.verdict import Verdict

if TYPE_CHECKING:
    from wnverify.family import Family
    from wnverify.questions.counterexample.bundle import Bundle

FOLDER = Path("counterexamples")


def check_writable(path: Path) -> None:
    """Find out before a long run whether its record can be written.

    Raises:
        UsageError: if it cannot, or would replace a Python file.
    """
    check_no_program(path)
    remedy = "name a file in a folder that exists and can be written to"
    if str(path) == "-":
        raise UsageError(
            expected("a file to write the record to", "-", "standard output has the report; name a file")
        )
    if path.is_dir() or not path.parent.is_dir():
        got = f"{path}, a folder" if path.is_dir() else f"{path}, whose folder does not exist"
        raise UsageError(expected("a file to write the record to", got, remedy))
    try:
        if _special(path):
            return
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise UsageError(expected("a file to write the record to", f"{path} ({error.strerror})", remedy)) from error


def check_no_program(path: Path) -> None:
    """Refuse to write over a theorem file that was named by mistake.

    Raises:
        UsageError: for any Python file.
    """
    if path.suffix == ".py":
        raise UsageError(expected("a file to write to", f"{path}, a Python file", "nothing was done; name another"))


def _special(path: Path) -> bool:
    """A pipe or a device: it is written to, never replaced."""
    return path.exists() and not path.is_file()


def write(path: Path, data: bytes) -> None:
    """Write a file at once: a reader sees the old one or the whole new one."""
    if _special(path):
        path.write_bytes(data)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_or_rescue(path: Path, data: bytes) -> str:
    """Write the file; if that fails write it elsewhere, and say so in the text that is returned."""
    try:
        write(path, data)
    except OSError as error:
        failure = f"The record could not be written to {path} ({error.strerror})"
    else:
        return ""
    try:
        handle, name = tempfile.mkstemp(prefix="wnverify-record-", suffix=".json")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        return f"{failure}, nor to a temporary folder ({error.strerror})."
    return f"{failure}; it is in {name}."


def save_counterexamples(record: Record, entries: Iterable[Entry] = ()) -> dict[str, str]:
    """Save what breaks every theorem, or a step of its proof, against the plan; where each file is, in words, by id.

    Args:
        record: of the run.
        entries: the files that were checked: only they know a family of their author's.
    """
    saved, files = {}, {entry.id: entry for entry in entries}
    for evidence in record.theorems:
        if evidence.verdict in (Verdict.REFUTED, Verdict.FLAWED) and not evidence.as_expected:
            entry = files.get(evidence.id)
            content = _content(evidence, record, entry)
            if content is not None:
                saved[evidence.id] = _save(evidence.id, content, entry)
    return saved


def _again(entry: Entry | None) -> str:
    """What replay is told of a theorem that is not in the catalogue, where it would look for it."""
    if entry is None or any(entry.path.resolve().is_relative_to(folder) for folder in folders()):
        return ""
    return f" --with {entry.path}"


def save_bundle(bundle: Bundle, path: Path) -> Path:
    """Write a bundle: one JSON file if the path ends in `.json`, else a folder with the script beside the data.

    The data come last: a folder that could not be finished holds no counterexample.

    Returns:
        The path.

    Raises:
        UsageError: if it cannot be written.
    """
    from wnverify.questions.counterexample.bundle import FILE, SCRIPT, encode, sealed
    from wnverify.questions.counterexample.script import source

    try:
        if path.suffix == ".json":
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, encode(bundle))
            return path
        path.mkdir(parents=True, exist_ok=True)
        write(path / SCRIPT, (bundle.check or source()).encode())
        write(path / FILE, encode(sealed(structs.replace(bundle, check=""))))
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        why = getattr(error, "strerror", None) or error
        raise UsageError(expected("a place to save the counterexample", f"{str(path)!r} ({why})")) from error
    return path


def _save(identifier: str, content: Bundle | bytes, entry: Entry | None) -> str:
    """Where it is saved, in words: a bundle as `wnverify try` saves one, plain data as a file."""
    path = FOLDER / identifier.replace("/", "__")
    try:
        if isinstance(content, bytes):
            FOLDER.mkdir(exist_ok=True)
            write(plain := path.with_name(f"{path.name}.json"), content)
            return str(plain)
        save_bundle(content, path)
    except (OSError, UsageError) as error:
        return f"could not be saved in {path} ({getattr(error, 'strerror', None) or error})"
    return f"{path}  (re-check: wnverify replay {path}{_again(entry)})"


def _family(evidence: TheoremEvidence, entry: Entry | None) -> Family | None:
    """The family of a theorem as its file declares it, if that is still the one that was checked."""
    if entry is None:
        return None
    try:
        found = read(entry)
    except WnverifyError:
        return None
    return found.theorem.family if found.digest == evidence.digest else None


def _of_step(evidence: TheoremEvidence) -> tuple[TheoremEvidence, tuple[CheckEvidence, Worst] | None]:
    """The first step of the proof that an instance breaks, as if it were the claim; with that instance.

    One that may fail comes last: no single instance breaks it.
    """
    every = [(check, step) for check in evidence.checks for step in check.steps]
    told = [(check, step, claim) for check, step in every if (claim := step.claim) is not None]
    for check, step, claim in sorted(told, key=lambda each: each[2].probability != ""):
        if step.worst is not None:
            named = f"{evidence.id}{STEP}{step.name}"
            return structs.replace(evidence, id=named, claim=claim, statement=step.statement), (check, step.worst)
    return evidence, None


def _content(evidence: TheoremEvidence, record: Record, entry: Entry | None) -> Bundle | bytes | None:
    """The smallest counterexample as a bundle for `wnverify replay`; as plain data where its claim is no text."""
    found = counterexample(evidence)
    if found is None:
        evidence, found = _of_step(evidence)
    if found is None:
        return None
    from wnverify.questions.counterexample.bundle import PLAIN, of_evidence

    check, worst = found
    try:
        return of_evidence(evidence, worst, record, _family(evidence, entry))
    except WnverifyError as error:
        plain = {"kind": PLAIN, "no bundle": str(error), "theorem": evidence.id, "check": check.check}
        claim = {"statement": evidence.statement, "claim": to_builtins(evidence.claim)}
        numbers = {"ratio": worst.ratio, "lhs": worst.lhs, "rhs": worst.rhs}
        about = claim | {name: float(value).hex() for name, value in numbers.items()}
        seeds = {"seed": record.seed, "budget": record.budget, "versions": record.versions}
        whole = plain | about | seeds | {"digest": evidence.digest, "instance": worst.instance}
        return (json.dumps(whole, indent=1, sort_keys=True) + "\n").encode()
