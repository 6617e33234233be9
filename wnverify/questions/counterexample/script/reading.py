"""The file: read whole, or refused with one sentence before anything is computed from it.

Only a regular file of a few megabytes is read. Every number in it is an integer or hexadecimal text, every key stands
once, and the digest is that of the content: line ends and indentation are no part of it.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wnverify.questions.counterexample.script.formula import Damaged

LARGEST_FILE, MOST_NUMBERS, LONGEST_INTEGER, MOST_AXES = 16_000_000, 40_000, 18, 4
LEAST_TOLERANCE, LARGEST_TOLERANCE = 1e-14, 1e-2
"""A tolerance below the rounding of floats would call every identity broken."""
KIND, SCHEMA = "wnverify counterexample", 2
RELATIONS = ("<=", ">=", "=", "<", ">")
LEAVES: Mapping[str, type] = {
    "kind": str, "claim_digest": str, "digest": str, "ratio": str, "route": str, "theorem": str, "found": str,
    "budget": str, "check_digest": str, "seed": int, "schema": int, "claim": dict, "instance": dict, "sides": dict,
    "hypotheses": list, "quantities": dict, "versions": dict,
}  # fmt: skip
OPTIONAL: Mapping[str, type] = {"check.py": str}
WORDS, SHOWN, LONGEST_SHOWN = {dict: "an object", list: "a list", str: "text", int: "an integer"}, 60, 300


def read_bytes(path: Path, most: int = LARGEST_FILE) -> bytes:
    """The bytes of a regular file; a pipe or a device is refused without waiting for it.

    Args:
        path: the file.
        most: the most bytes that it may have.

    Raises:
        Damaged: if it is no such file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise Damaged(f"it cannot be read ({getattr(error, 'strerror', None) or error})") from None
    try:
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Damaged("it is no regular file")
            data = file.read(most + 1)
    except OSError as error:
        raise Damaged(f"it cannot be read ({error.strerror or error})") from None
    if len(data) > most:
        raise Damaged(f"it is larger than {most:,} bytes")
    return data


def plain_of(data: bytes) -> Any:
    """JSON in which no number is a float and no key stands twice.

    Raises:
        Damaged: if it is no such JSON.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Damaged("it is not UTF-8") from None
    if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
        raise Damaged("it begins with a byte order mark, which JSON has not")
    try:
        return json.loads(
            text, object_pairs_hook=_unrepeated, parse_float=_no_float, parse_constant=_no_float, parse_int=_integer
        )
    except (ValueError, RecursionError, MemoryError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else f"{error}"[:120]
        raise Damaged(f"it is no whole JSON: {why}") from None


def _unrepeated(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text[:40]}, where only integers and text may be")


def _integer(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise ValueError(f"an integer of more than {LONGEST_INTEGER} digits")
    return int(text)


def canonical(content: Any) -> bytes:
    """The bytes whose SHA-256 is the digest: the content alone, however the file is laid out."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def digest_of(content: Any) -> str:
    """SHA-256 of plain data."""
    return hashlib.sha256(canonical(content)).hexdigest()


def content_of(plain: Mapping[str, Any]) -> dict[str, Any]:
    """What the digest covers: everything but itself, and but a script that is saved beside the data."""
    return {name: value for name, value in plain.items() if name != "digest" and (name, value) != ("check.py", "")}


def float_of(text: Any, what: str) -> float:
    """The float of a hexadecimal text; infinity is one.

    Raises:
        Damaged: if it is none.
    """
    try:
        number = float.fromhex(text)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if math.isnan(number):
        raise Damaged(f"{what} is {shown(text)} instead of a hexadecimal float")
    return number


def shown(value: Any) -> str:
    """The beginning of something from a file, fit to be printed."""
    clean = printable(value if isinstance(value, str) else repr(value), SHOWN)
    return repr(clean) if isinstance(value, str) else clean


def printable(text: str, most: int = LONGEST_SHOWN) -> str:
    """The beginning of a text, without what would move the cursor of a terminal."""
    kept = "".join(char if char.isprintable() else "?" for char in text[:most])
    return kept if len(text) <= most else f"{kept}..."


def must(value: Any, kind: type, what: str) -> Any:
    """The value, if it is of a kind; true and false are no integers.

    Raises:
        Damaged: if it is not.
    """
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Damaged(f"{what} is not {WORDS[kind]}")
    return value


def keys(value: Any, wanted: Mapping[str, type], what: str, optional: Mapping[str, type] | None = None) -> None:
    """Check that an object has these keys and no others, each of its kind.

    Raises:
        Damaged: if it has not.
    """
    must(value, dict, what)
    missing = [name for name in wanted if name not in value]
    strange = [name for name in value if name not in wanted and name not in (optional or {})]
    if missing or strange:
        raise Damaged(f"{what} lacks {shown(missing[0])}" if missing else f"{what} has the key {shown(strange[0])}")
    for name, kind in {**wanted, **(optional or {})}.items():
        if name in value:
            must(value[name], kind, f"{what}, {name}")


def bundle_of(plain: Any) -> dict[str, Any]:
    """A counterexample, checked from top to bottom.

    Raises:
        Damaged: says what is wrong with it.
    """
    if not isinstance(plain, dict) or plain.get("kind") != KIND:
        raise Damaged(f"it is no {KIND}")
    if plain.get("schema") != SCHEMA or isinstance(plain["schema"], bool):
        raise Damaged(f"it is of schema {shown(plain.get('schema'))}, not {SCHEMA}")
    keys(plain, LEAVES, "the file", OPTIONAL)
    if digest_of(content_of(plain)) != plain["digest"]:
        raise Damaged("its digest does not match: it was changed or is truncated")
    if digest_of(plain["claim"]) != plain["claim_digest"]:
        raise Damaged("the digest of its claim does not match: the claim was changed")
    _check_claim(plain["claim"])
    _check_instance(plain["instance"])
    keys(plain["sides"], {"lhs": dict, "rhs": dict}, "the sides")
    for name, side in [*plain["sides"].items(), *plain["quantities"].items()]:
        check_enclosed(side, f"the enclosure of {shown(name)}")
    _check_hypotheses(plain["hypotheses"], [each["name"] for each in plain["claim"]["given"]])
    float_of(plain["ratio"], "the ratio")
    for name, version in plain["versions"].items():
        must(version, str, f"the version of {shown(name)}")
    script = plain.get("check.py", "")
    if script and hashlib.sha256(script.encode("utf-8", "replace")).hexdigest() != plain["check_digest"]:
        raise Damaged("the script in it is another than the one that was saved")
    return plain


def _check_hypotheses(evaluated: Sequence[Any], names: Sequence[str]) -> None:
    for each in evaluated:
        keys(each, {"name": str, "lhs": dict, "rhs": dict, "standing": str}, "a hypothesis that was evaluated")
        check_enclosed(each["lhs"], "a side of a hypothesis")
        check_enclosed(each["rhs"], "a side of a hypothesis")
    if sorted(each["name"] for each in evaluated) != sorted(names):
        raise Damaged("the hypotheses that were evaluated are not those of the claim")


def check_enclosed(side: Any, what: str) -> None:
    """Check that a number has its float and the ends of its enclosure, in order.

    Raises:
        Damaged: if it has not.
    """
    keys(side, {"value": str, "lower": str, "upper": str, "midpoint": str, "radius": str}, what)
    low, high = (float_of(side[name], what) for name in ("lower", "upper"))
    float_of(side["value"], what)
    if low > high:
        raise Damaged(f"{what} ends before it begins")


def _check_claim(claim: Any) -> None:
    optional = {"probability": str, "unreadable": str}
    keys(claim, {"lhs": str, "relation": str, "rhs": str, "given": list, "tolerance": str}, "the claim", optional)
    for each in claim["given"]:
        keys(each, {"lhs": str, "relation": str, "rhs": str, "name": str}, "a hypothesis")
    for relation in (claim, *claim["given"]):
        if relation["relation"] not in RELATIONS:
            raise Damaged(f"the relation {shown(relation['relation'])} is none of {' '.join(RELATIONS)}")
    if len({each["name"] for each in claim["given"]}) != len(claim["given"]):
        raise Damaged("two hypotheses have one name")
    tolerance = float_of(claim["tolerance"], "the tolerance")
    if not LEAST_TOLERANCE <= tolerance <= LARGEST_TOLERANCE:
        raise Damaged(f"the tolerance {tolerance:g} is not between {LEAST_TOLERANCE:g} and {LARGEST_TOLERANCE:g}")


def _check_instance(instance: Any) -> None:
    keys(instance, {"family": str, "shape": dict, "settings": dict, "arrays": dict}, "the instance")
    for name, size in instance["shape"].items():
        if not 0 < must(size, int, f"the size {shown(name)}") <= MOST_NUMBERS:
            raise Damaged(f"the size {shown(name)} is not between 1 and {MOST_NUMBERS}")
    for name, value in instance["settings"].items():
        must(value, str, f"the setting {shown(name)}")
    if not instance["arrays"]:
        raise Damaged("the instance has no array")
    if sum(_numbers(name, array) for name, array in instance["arrays"].items()) > MOST_NUMBERS:
        raise Damaged(f"the instance has more than {MOST_NUMBERS} numbers")


def _numbers(name: str, array: Any) -> int:
    """How many numbers an array holds, once its shape is known to say the same."""
    what = f"the array {shown(name)}"
    keys(array, {"shape": list, "hex": list}, what)
    count, axes = 1, [must(size, int, f"an axis of {what}") for size in array["shape"]]
    for size in axes[:MOST_AXES]:
        count *= size
    if min(axes, default=1) < 1 or len(axes) > MOST_AXES or count != len(array["hex"]):
        raise Damaged(f"{what} has {len(array['hex'])} numbers, which its shape does not say")
    if not all(math.isfinite(float_of(text, f"a number of {what}")) for text in array["hex"]):
        raise Damaged(f"{what} has a number that is not finite")
    return count
