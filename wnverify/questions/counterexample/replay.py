"""Replay: a saved counterexample is judged again from its data alone.

A bundle is evidence only if every number in it is one that its instance gives; anything else is refused.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from wnverify.batch import Batch, from_data, hex_float
from wnverify.claim import Claim
from wnverify.errors import RecordError, TheoremFileError, UsageError, WnverifyError, expected
from wnverify.judging.certificate import Standing
from wnverify.judging.judge import Judge
from wnverify.judging.opinion import Opinion, opinion
from wnverify.quantities import Source
from wnverify.questions.counterexample.bundle import UNMEASURABLE, Bundle, Enclosed, Origin, compose
from wnverify.questions.counterexample.carried import edited
from wnverify.questions.counterexample.outcome import Replay
from wnverify.questions.counterexample.provenance import provenance
from wnverify.questions.counterexample.reading import load, script_of
from wnverify.questions.counterexample.script.reading import printable
from wnverify.stopping import staying
from wnverify.typed.claim_text import claim_of
from wnverify.typed.files import Files, vocabulary_with
from wnverify.typed.vocabulary import Vocabulary

if TYPE_CHECKING:
    from wnverify.family import Family

MOST_NAMED = 60
"""Letters of a name from a file that are shown."""
AGREEMENT = 1e-9
"""How closely a float measured again agrees with the one saved, relative: another machine rounds otherwise."""


def replay(path: Path | str, *, with_: Files = ()) -> Replay:
    """Re-check a saved counterexample from its data alone; a bundle of an author's own family needs their file too.

    Args:
        path: a bundle: a folder, or a JSON file.
        with_: files that declare families or quantities that the bundle is about; see `try_claim`.

    Raises:
        TheoremFileError: if such a file cannot be run, or declares nothing.
        RecordError: if it is damaged, truncated, changed, of another version, no counterexample at all, or its
            numbers are not those that its data give.
    """
    where, vocabulary = Path(path), vocabulary_with(with_)
    bundle = load(where)
    try:
        with staying():
            return _replayed(where, bundle, vocabulary)
    except WnverifyError as error:
        raise RecordError(f"{where}: {error}") from error
    except UNMEASURABLE as error:
        family, words = bundle.instance.get("family"), " ".join(f"{type(error).__name__} {error}".split())
        wanted = f"an instance that the family {family} can measure"
        raise RecordError(f"{where}: {expected(wanted, words[:120])}") from error


def _replayed(path: Path, bundle: Bundle, vocabulary: Vocabulary) -> Replay:
    batch = from_data(bundle.instance)
    family = _family(bundle, batch, vocabulary)
    batch = _ordered(batch, family)
    family.check(batch)
    claim = _claim(bundle, family)
    judge = Judge(claim, family, literal=True)
    fresh = compose(claim, family, batch, Origin(), literal=True)
    _compare(bundle, fresh, max(AGREEMENT, family.agreement))
    judgement, found = judge(batch), resolved(judge, batch, opinion(judge, batch))
    lhs, rhs, ratio = (float(part[0]) for part in (judgement.lhs, judgement.rhs, judgement.ratio))
    return Replay(
        path=path, claim=claim, batch=batch, lhs=lhs, rhs=rhs, ratio=ratio, opinion=found,
        met={each.name: each.standing for each in fresh.hypotheses}, measured=_measured(judge, found),
        theorem=bundle.theorem, versions=bundle.versions, edited=_edited(path, bundle, fresh),
        provenance=provenance(bundle.theorem, claim, batch, vocabulary.theorems),
    )  # fmt: skip


def _edited(path: Path, bundle: Bundle, fresh: Bundle) -> bool:
    """Whether the user's functions were edited; another Python may write the same ones otherwise."""
    same_python = bundle.versions.get("python") == fresh.versions["python"]
    return same_python and edited(script_of(path, bundle), fresh.check)


def _family(bundle: Bundle, batch: Batch, vocabulary: Vocabulary) -> Family:
    """The family of the bundle, once it and every symbol is known.

    Raises:
        RecordError: names the remedy, a file that declares what is unknown.
    """
    told = f", that of the theorem {printable(bundle.theorem, MOST_NAMED)}" if bundle.theorem else ""
    remedy = f"name the file that declares it{told}: `wnverify replay PATH --with FILE`"
    if batch.family not in vocabulary.families():
        raise RecordError(expected("a family that wnverify knows", repr(printable(batch.family, MOST_NAMED)), remedy))
    family = vocabulary.family_named(batch.family, bundle.quantities)
    strangers = [name for name in bundle.quantities if name not in family.quantities]
    if strangers:
        wanted = f"symbols that the family {family.name} knows"
        raise RecordError(expected(wanted, repr(printable(strangers[0], MOST_NAMED)), remedy))
    return family


def resolved(judge: Judge, batch: Batch, found: Opinion) -> Opinion:
    """The opinion, but an equation that floats alone judge is broken only beyond what floats of the family resolve.

    A tolerance far below that would call every identity broken.
    """
    if not found.refutes or found.certified or judge.claim.relation != "=":
        return found
    far = max(judge.claim.tolerance, judge.family.agreement)
    for route in ("measure", "second"):
        one = judge(batch, route)
        if not np.abs(one.lhs[0] - one.rhs[0]) > far * max(abs(one.lhs[0]), abs(one.rhs[0])):
            return replace(found, refutes=False, obstacle=f"the sides differ by less than {far:g}, as floats may")
    return found


def _measured(judge: Judge, found: Opinion) -> dict[str, list[str]]:
    """The symbols of the claim by the route by which each was measured again."""
    routes: dict[str, list[str]] = {}
    for name in sorted(symbol.name for symbol in judge.claim.free_symbols):
        measured = judge.family.quantities[name].source is Source.MEASURED
        words = "measured in floats by two routes" if measured else "read off the instance"
        routes.setdefault(f"{words}, and enclosed in balls" if found.certified else words, []).append(name)
    return routes


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


def _ordered(batch: Batch, family: Family) -> Batch:
    """Sizes and settings in the family's own order, which sorted JSON has lost."""
    sizes, settings = list(family.shapes()[0]), list(family.settings)
    shape = dict(sorted(batch.shape.items(), key=lambda item: sizes.index(item[0]) if item[0] in sizes else -1))
    chosen = sorted(batch.settings.items(), key=lambda item: settings.index(item[0]) if item[0] in settings else -1)
    return Batch(batch.family, shape, dict(chosen), batch.arrays)


def _compare(stored: Bundle, fresh: Bundle, agreement: float) -> None:
    """Refuse a bundle whose numbers are not those that its data give."""
    if (set(stored.sides), len(stored.hypotheses)) != (set(fresh.sides), len(fresh.hypotheses)):
        raise RecordError(expected("two sides and the hypotheses of the claim", "others"))
    by_name = {each.name: each for each in stored.hypotheses}
    pairs = [(f"the side {name}", stored.sides.get(name), side) for name, side in fresh.sides.items()]
    pairs += [(name, stored.quantities.get(name), side) for name, side in fresh.quantities.items()]
    for each in fresh.hypotheses:
        what, other = f"the hypothesis {each.name!r}", by_name.get(each.name)
        if other is None or not _same_standing(other.standing, each.standing):
            raise RecordError(_contradiction(what, other and other.standing, each.standing))
        pairs += [(what, other.lhs, each.lhs), (what, other.rhs, each.rhs)]
    for what, old, new in pairs:
        if old is None or not _agree(old, new, what, agreement):
            raise RecordError(_contradiction(what, old and old.value, new.value))
    if not _near(_float(stored.ratio, "the ratio"), _float(fresh.ratio, "the ratio"), agreement):
        raise RecordError(_contradiction("the ratio", stored.ratio, fresh.ratio))


def _same_standing(old: str, new: str) -> bool:
    """Whether a hypothesis is met, or broken, as it was; how certainly it is met, another version may say better."""
    broken = Standing.BROKEN.value
    return old in {each.value for each in Standing} and (old == broken) == (new == broken)


def _contradiction(what: str, stored: object, fresh: object) -> str:
    remedy = "the bundle was changed, or a function that it is about"
    return expected(f"{what} to be {fresh}, as the data give", repr(stored)[:80], remedy)


def _agree(old: Enclosed, new: Enclosed, what: str, agreement: float) -> bool:
    """Whether two enclosures of one number meet, and the floats agree as far as floats do."""
    if old == new or (old.lower, old.upper) == (new.value, new.value) == (old.value, old.value):
        return True  # the same, or the same float saved without a ball
    ends = [_float(text, what) for text in (old.lower, old.upper, new.lower, new.upper)]
    slack = agreement * max((abs(end) for end in ends if math.isfinite(end)), default=0.0)
    meet = ends[0] <= ends[3] + slack and ends[2] <= ends[1] + slack
    narrow = ends[1] - ends[0] <= ends[3] - ends[2] + slack
    return (
        meet
        and narrow
        and _near(_float(old.value, what), _float(new.value, what), agreement)
        and _ball_agrees(old, what)
    )


def _ball_agrees(side: Enclosed, what: str) -> bool:
    """Whether the ball in a bundle has the ends that stand beside it."""
    if not side.midpoint and not side.radius:
        return True
    from wnverify.balls.ball import Ball

    lower, upper = _float(side.lower, what), _float(side.upper, what)
    ball = Ball.from_arb(Ball(side.midpoint, side.radius, lower, upper).to_arb())
    return (ball.lower, ball.upper) == (lower, upper)


def _near(old: float, new: float, agreement: float) -> bool:
    if math.isinf(old) or math.isinf(new):
        return old == new
    return old == new or abs(old - new) <= agreement * max(abs(old), abs(new), 1e-300) or abs(old - new) < 1e-13
