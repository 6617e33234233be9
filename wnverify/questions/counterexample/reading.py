"""Reading: a file becomes a bundle, or one sentence that says what it is instead.

The stand-alone script's reader checks the file from top to bottom; nothing is measured before that.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from wnverify.errors import RecordError, expected
from wnverify.questions.counterexample.bundle import FILE, PLAIN, SCRIPT, Bundle
from wnverify.questions.counterexample.script import source
from wnverify.questions.counterexample.script.formula import Damaged
from wnverify.questions.counterexample.script.reading import KIND, bundle_of, plain_of, read_bytes

WANTED = "a counterexample that `wnverify try` or `check` has saved"
MOST_NAMED = 5


def load(path: Path) -> Bundle:
    """Read a bundle and check that it is whole.

    Args:
        path: the folder, or the JSON file.

    Raises:
        RecordError: says what is wrong with it, or what it is instead.
    """
    try:
        folder = path.is_dir()
        missing = folder and not _there(path / FILE)
    except OSError as error:  # a parent that may not be searched
        raise RecordError(expected(WANTED, f"{path} ({error.strerror})")) from error
    if missing:
        raise RecordError(expected(WANTED, *_folder(path)))
    file = path / FILE if folder else path
    try:
        data = read_bytes(file)
        bundle = _bundle(data, file)
        script = read_bytes(path / SCRIPT) if folder else bundle.check.encode()
    except Damaged as error:
        raise RecordError(f"{file}: {expected(WANTED, f'a file that cannot be one: {error}')}") from error
    if (folder or script) and not _is_ours(script, bundle):
        raise RecordError(expected(f"the {SCRIPT} that was saved with the counterexample", "another one"))
    return bundle


def script_of(path: Path, bundle: Bundle) -> str:
    """The text of the script that belongs to a bundle which was loaded from there."""
    script = read_bytes(path / SCRIPT).decode(errors="replace") if path.is_dir() else bundle.check
    return script.replace("\r\n", "\n")


def _bundle(data: bytes, file: Path) -> Bundle:
    if file.suffix == ".py" or data.startswith((b"PK", b"\x93NUMPY", b"\x89")):
        raise RecordError(expected(WANTED, *_other(file)))
    plain = plain_of(data)
    if isinstance(plain, dict) and plain.get("kind") != KIND:
        raise RecordError(f"{file}: {expected(WANTED, *_object(plain))}")
    try:
        return msgspec.convert(bundle_of(plain), Bundle, strict=True)
    except msgspec.ValidationError as error:
        raise RecordError(f"{file}: {expected(WANTED, str(error)[:200])}") from error


def _is_ours(script: bytes, bundle: Bundle) -> bool:
    """Whether a script is the one saved, or the one of this version; another might say anything to its reader."""
    text = script.replace(b"\r\n", b"\n")
    return bundle.check_digest in map(digest, (script, text)) or digest(text) == digest(source().encode())


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


# ---- what a file or a folder is instead


def _there(file: Path) -> bool:
    return file.exists() or file.is_symlink()


def _folder(path: Path) -> tuple[str, str]:
    inside = sorted(each.name for each in path.glob("*") if _there(each / FILE) or each.suffix == ".json")
    if not inside:
        return f"{path}, a folder without {FILE}", ""
    names = ", ".join(inside[:MOST_NAMED]) + (", …" if len(inside) > MOST_NAMED else "")
    return f"{path}, a folder", f"name one of {len(inside)} in it: {names}"


def _other(file: Path) -> tuple[str, str]:
    if file.suffix == ".py":
        return f"{file}, a Python file", "`wnverify check` tries to break a theorem file"
    return f"{file}, binary data", "`wnverify audit` takes a network"


def _object(plain: dict[str, Any]) -> tuple[str, str]:
    """What another object of JSON is, as far as its keys tell."""
    if plain.get("kind") == PLAIN:
        return "one saved as plain data", str(plain.get("no bundle"))[:300]
    if {"theorems", "budget", "seed"} <= set(plain):
        return (
            "the record of a run",
            "what a run refutes it saves in counterexamples/, each in its own folder",
        )
    if {"W1", "v"} <= set(plain):
        return "a network", "`wnverify audit` takes it"
    return "other JSON", ""
