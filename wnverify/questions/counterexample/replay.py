"""Replay: a saved counterexample is read strictly and judged again from its data alone.

A bundle is evidence only if every number in it is one that its instance gives; anything else is refused.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from wnverify.batch import Batch, from_data, hex_float
from wnverify.claim import Claim
from wnverify.errors import RecordError, TheoremFileError, UsageError, WnverifyError, expected
from wnverify.judging.certificate import Standing
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import opinion
from wnverify.questions.counterexample.bundle import (
    FILE,
    IN_FLOATS,
    KIND,
    PLAIN,
    SCHEMA,
    SCRIPT,
    Bundle,
    Enclosed,
    Origin,
    compose,
    content_of,
    digest_of,
    encode,
)
from wnverify.questions.counterexample.outcome import Replay
from wnverify.questions.counterexample.script.check import LARGEST_FILE
from wnverify.questions.plain_json import read_json
from wnverify.typed.claim_text import claim_of
from wnverify.typed.shapes import MOST_NUMBERS
from wnverify.typed.vocabulary import family_named

if TYPE_CHECKING:
    from wnverify.family import Family

AGREEMENT = 1e-9
"""How closely a float measured again agrees with the one saved, relative: another machine rounds otherwise."""


def replay(path: Path | str) -> Replay:
    """Re-check a saved counterexample from its data alone.

    Args:
        path: a bundle: a folder, or a JSON file.

    Raises:
        RecordError: if it is damaged, truncated, changed, of another version, or its numbers are not those that
            its data give.
    """
    where = Path(path)
    bundle = load(where)
    try:
        return _replayed(where, bundle)
    except RecordError:
        raise
    except WnverifyError as error:
        raise RecordError(f"{where}: {error}") from error
    except Exception as error:  # a family may raise anything over arrays that it never drew
        family, words = bundle.instance.get("family"), " ".join(f"{type(error).__name__} {error}".split())
        wanted = f"an instance that the family {family} can measure"
        raise RecordError(f"{where}: {expected(wanted, words[:120])}") from error


def load(path: Path) -> Bundle:
    """Read a bundle and check that it is whole.

    Raises:
        RecordError: says what is wrong with it.
    """
    file = path / FILE if path.is_dir() else path
    data = _bytes(file)
    bundle = decode(data, str(file))
    if data != encode(bundle):
        remedy = "save it again instead of editing it"
        raise RecordError(
            f"{file}: {expected('the bytes that were saved', 'the same content written otherwise', remedy)}"
        )
    script = _bytes(path / SCRIPT) if path.is_dir() else bundle.check.encode()
    if (path.is_dir() or script) and hashlib.sha256(script).hexdigest() != bundle.check_digest:
        raise RecordError(expected(f"the {SCRIPT} that was saved with the counterexample", "another one"))
    return bundle


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise RecordError(expected(f"a bundle of at most {LARGEST_FILE:,} bytes", f"{file}, which is larger"))
        return file.read_bytes()
    except OSError as error:
        raise RecordError(expected("a counterexample that can be read", f"{file} ({error.strerror})")) from error


def decode(data: bytes, where: str = "the bundle") -> Bundle:
    """Read the JSON of a bundle strictly: no floats, no repeated keys, no unknown ones, and the right digest.

    Raises:
        RecordError: says what is wrong with it.
    """
    try:
        return _decoded(data)
    except RecordError as error:
        raise RecordError(f"{where}: {error}") from error


def _decoded(data: bytes) -> Bundle:
    plain = _plain(data)
    if isinstance(plain, dict) and plain.get("kind") == PLAIN:
        why = str(plain.get("no bundle"))[:300]
        raise RecordError(
            expected("a counterexample that can be replayed", "one saved as plain data", why.rstrip("."))
        )
    if not isinstance(plain, dict) or plain.get("kind") != KIND:
        raise RecordError(expected(f"a {KIND}", "something else"))
    if plain.get("schema") != SCHEMA or isinstance(plain["schema"], bool):
        raise RecordError(expected(f"schema {SCHEMA}", repr(plain.get("schema"))[:60], "another version wrote it"))
    if digest_of(content_of(plain)) != plain.get("digest"):
        raise RecordError(expected("the digest of its content", "another", "it was changed or is truncated"))
    try:
        bundle = msgspec.convert(plain, Bundle, strict=True)
    except msgspec.ValidationError as error:
        raise RecordError(expected("a counterexample", str(error)[:200])) from error
    if digest_of(msgspec.to_builtins(bundle.claim)) != bundle.claim_digest:
        raise RecordError(expected("the digest of its claim", "another", "the claim was changed"))
    return bundle


def _plain(data: bytes) -> Any:
    try:
        return read_json(data, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise RecordError(expected("whole JSON", str(error)[:120], "it is damaged or truncated")) from error


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text[:40]}, where only integers and text may be")


def _claim(bundle: Bundle, family: Family) -> Claim:
    """The claim of a bundle, read by the whitelist parser.

    Raises:
        RecordError: if it is not readable.
    """
    try:
        return claim_of(bundle.claim, family.quantities)
    except (UsageError, TheoremFileError) as error:
        raise RecordError(f"The claim of the bundle cannot be read: {error}") from error


def _float(text: str, what: str) -> float:
    number = hex_float(text)
    if math.isnan(number):
        raise RecordError(expected(f"a hexadecimal float as {what}", repr(text)[:60]))
    return number


def _replayed(path: Path, bundle: Bundle) -> Replay:
    batch = from_data(bundle.instance)
    _check_size(batch)
    family = family_named(batch.family)
    batch = _ordered(batch, family)
    family.check(batch)
    claim = _claim(bundle, family)
    judge = Judge(claim, family, literal=True)
    judgement, found = judge(batch), opinion(judge, batch)
    fresh = compose(claim, family, batch, Origin(), literal=True)
    _compare(bundle, fresh)
    standing = {each.name: each.standing for each in fresh.hypotheses}
    lhs, rhs, ratio = (float(part[0]) for part in (judgement.lhs, judgement.rhs, judgement.ratio))
    return Replay(path, claim, batch, lhs, rhs, ratio, found, standing, bundle.theorem, bundle.versions)


def _ordered(batch: Batch, family: Family) -> Batch:
    """Sizes and settings in the family's own order, which sorted JSON has lost."""
    sizes, settings = list(family.shapes()[0]), list(family.settings)
    shape = dict(sorted(batch.shape.items(), key=lambda item: sizes.index(item[0]) if item[0] in sizes else -1))
    chosen = sorted(batch.settings.items(), key=lambda item: settings.index(item[0]) if item[0] in settings else -1)
    return Batch(batch.family, shape, dict(chosen), batch.arrays)


def _check_size(batch: Batch) -> None:
    """Refuse an instance so large that judging it again would take memory without bound."""
    count = sum(array.size for array in batch.arrays.values())
    if count > MOST_NUMBERS or max(batch.shape.values(), default=0) > MOST_NUMBERS:
        raise RecordError(expected(f"an instance of at most {MOST_NUMBERS:,} numbers", f"{count:,}"))


def _compare(stored: Bundle, fresh: Bundle) -> None:
    """Refuse a bundle whose numbers are not those that its data give."""
    if (set(stored.sides), len(stored.hypotheses)) != (set(fresh.sides), len(fresh.hypotheses)):
        raise RecordError(expected("two sides and the hypotheses of the claim", "others"))
    by_name = {each.name: each for each in stored.hypotheses}
    pairs = [(f"the side {name}", stored.sides.get(name), side) for name, side in fresh.sides.items()]
    pairs += [(name, stored.quantities.get(name), side) for name, side in fresh.quantities.items()]
    for each in fresh.hypotheses:
        what, other = f"the hypothesis {each.name!r}", by_name.get(each.name)
        if other is None or not _same_standing(stored, other.standing, each.standing):
            raise RecordError(_contradiction(what, other and other.standing, each.standing))
        pairs += [(what, other.lhs, each.lhs), (what, other.rhs, each.rhs)]
    for what, old, new in pairs:
        if old is None or not _agree(old, new, what):
            raise RecordError(_contradiction(what, old and old.value, new.value))
    if not _near(_float(stored.ratio, "the ratio"), _float(fresh.ratio, "the ratio")):
        raise RecordError(_contradiction("the ratio", stored.ratio, fresh.ratio))


def _same_standing(stored: Bundle, old: str, new: str) -> bool:
    """Whether a hypothesis stands as it did; what floats called met, balls may call certain."""
    in_floats = stored.route == IN_FLOATS and old == Standing.CLOSE.value
    return old == new or (in_floats and new == Standing.CERTAIN.value)


def _contradiction(what: str, stored: object, fresh: object) -> str:
    return expected(f"{what} to be {fresh}, as the data give", repr(stored)[:80], "the bundle was changed")


def _agree(old: Enclosed, new: Enclosed, what: str) -> bool:
    """Whether two enclosures of one number meet, and the floats agree as far as floats do."""
    if old == new or (old.lower, old.upper) == (new.value, new.value) == (old.value, old.value):
        return True  # the same, or the same float saved without a ball
    ends = [_float(text, what) for text in (old.lower, old.upper, new.lower, new.upper)]
    slack = AGREEMENT * max((abs(end) for end in ends if math.isfinite(end)), default=0.0)
    meet = ends[0] <= ends[3] + slack and ends[2] <= ends[1] + slack
    narrow = ends[1] - ends[0] <= ends[3] - ends[2] + slack
    return meet and narrow and _near(_float(old.value, what), _float(new.value, what)) and _ball_agrees(old, what)


def _ball_agrees(side: Enclosed, what: str) -> bool:
    """Whether the ball in a bundle has the ends that stand beside it."""
    if not side.midpoint and not side.radius:
        return True
    from wnverify.balls.ball import Ball

    lower, upper = _float(side.lower, what), _float(side.upper, what)
    ball = Ball.from_arb(Ball(side.midpoint, side.radius, lower, upper).to_arb())
    return (ball.lower, ball.upper) == (lower, upper)


def _near(old: float, new: float) -> bool:
    return old == new or abs(old - new) <= AGREEMENT * max(abs(old), abs(new), 1e-300) or abs(old - new) < 1e-13
