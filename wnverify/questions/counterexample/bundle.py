"""Bundle: a counterexample as data that travels: claim, instance, both sides, hypotheses, versions, and a digest.

A bundle is a folder (`counterexample.json` and the stand-alone `check.py`) or one JSON file that holds both. Every
number is text, exact to the last bit; the digest is the SHA-256 of the content of everything else, so that line ends
and indentation do not count.
"""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from wnverify.batch import Batch, from_data, to_data
from wnverify.claim import Claim
from wnverify.errors import UsageError, expected
from wnverify.evidence import ClaimText
from wnverify.judging.certificate import Certificate, Sides, Standing
from wnverify.judging.formula import function
from wnverify.judging.judge import Judge, Judgement
from wnverify.judging.opinion import opinion
from wnverify.questions.counterexample.carried import carried
from wnverify.questions.counterexample.script import source as script_source
from wnverify.questions.counterexample.script.reading import KIND, SCHEMA, content_of, digest_of
from wnverify.typed.claim_text import claim_of, claim_text
from wnverify.typed.vocabulary import family_named

if TYPE_CHECKING:
    from wnverify.evidence import Record, TheoremEvidence, Worst
    from wnverify.family import Family

PLAIN = "wnverify counterexample, not to be replayed"
"""The kind of a file that keeps an instance whose claim no bundle can hold, with the reason."""
FILE, SCRIPT = "counterexample.json", "check.py"
LIBRARIES = ("numpy", "scipy", "sympy", "python-flint")
IN_FLOATS, IN_BALLS = "float64, two independent routes", "ball arithmetic"
UNMEASURABLE = (ArithmeticError, LookupError, TypeError, ValueError, MemoryError, RecursionError)
"""What a family may raise over arrays that it never drew; `numpy.linalg.LinAlgError` is a ValueError."""


class Enclosed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number: the float measured, the ends of its enclosure, and the ball itself where there is one."""

    value: str
    lower: str
    upper: str
    midpoint: str = ""
    radius: str = ""


class Hypothesis(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One hypothesis evaluated at the instance."""

    name: str
    lhs: Enclosed
    rhs: Enclosed
    standing: str


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"check": "check.py"}):
    """Everything that is saved; see the module."""

    schema: int
    kind: str
    claim: ClaimText
    claim_digest: str
    instance: dict[str, Any]
    sides: dict[str, Enclosed]
    hypotheses: list[Hypothesis]
    quantities: dict[str, Enclosed]
    ratio: str
    route: str
    theorem: str
    found: str
    seed: int
    budget: str
    versions: dict[str, str]
    check_digest: str
    digest: str
    check: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a counterexample came from.

    Args:
        theorem: id of the theorem; empty for a typed claim.
        found: how it was found, in words.
        seed: seed of the search.
        budget: its budget.
    """

    theorem: str = ""
    found: str = ""
    seed: int = 0
    budget: str = ""


# ---- writing


def compose(claim: Claim, family: Family, batch: Batch, origin: Origin, *, literal: bool = False) -> Bundle:
    """The bundle of one instance that breaks a claim.

    Args:
        claim: as the family states it in its default settings.
        family: the family, with its rescalings.
        batch: one instance.
        origin: where it came from.
        literal: whether the claim stands for the settings of the instance already.

    Raises:
        UsageError: if the claim cannot be written as text, or holds only with a probability, or the family cannot
            measure the instance.
    """
    if not claim.main.free_symbols:
        raise UsageError(expected("a claim about at least one symbol", str(claim.main)))
    if claim.probability is not None:
        raise UsageError(expected("a claim that one instance can break", "one that holds with a probability"))
    try:
        return _composed(claim, family, batch, origin, literal=literal)
    except UNMEASURABLE as error:
        wanted, words = f"an instance that the family {family.name} can measure", f"{type(error).__name__} {error}"
        raise UsageError(expected(wanted, " ".join(words.split())[:120])) from error


def _composed(claim: Claim, family: Family, batch: Batch, origin: Origin, *, literal: bool) -> Bundle:
    stated = Judge(claim, family, literal=literal).stated(batch.settings)
    judge = Judge(stated, family, literal=True)
    found, judgement = opinion(judge, batch), judge(batch)
    text = claim_text(stated)
    script = script_source(carried(family, stated.free_symbols, batch.settings))
    content = Bundle(
        schema=SCHEMA, kind=KIND, claim=text, claim_digest=digest_of(msgspec.to_builtins(text)),
        instance=to_data(batch), sides=_both(found.sides, judgement),
        hypotheses=_hypotheses(stated, judge, batch, found.certificate),
        quantities=_quantities(judge, batch, found.certificate), ratio=float(judgement.ratio[0]).hex(),
        route=IN_BALLS if found.certified else IN_FLOATS, theorem=origin.theorem, found=origin.found,
        seed=origin.seed, budget=origin.budget, versions=_versions(),
        check_digest=hashlib.sha256(script.encode()).hexdigest(), digest="", check=script,
    )  # fmt: skip
    return sealed(content)


def encode(bundle: Bundle) -> bytes:
    """The bundle as JSON; no number in it is a float, so nothing depends on how floats are printed."""
    plain = {name: value for name, value in msgspec.to_builtins(bundle).items() if (name, value) != (SCRIPT, "")}
    return (json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def sealed(bundle: Bundle) -> Bundle:
    """The bundle with the digest of its content."""
    return msgspec.structs.replace(bundle, digest=digest_of(content_of(msgspec.to_builtins(bundle))))


def _versions() -> dict[str, str]:
    libraries = {name: version(name) for name in LIBRARIES}
    return {"wnverify": version("wnverify"), "python": platform.python_version(), **libraries}


def _both(sides: Sides | None, judgement: Judgement) -> dict[str, Enclosed]:
    values = {"lhs": float(judgement.lhs[0]), "rhs": float(judgement.rhs[0])}
    return {name: _side(value, None if sides is None else getattr(sides, name)) for name, value in values.items()}


def _side(value: float, ball: Any) -> Enclosed:
    """A float with its ball; without one the float itself is both ends."""
    if ball is None:
        return Enclosed(value.hex(), value.hex(), value.hex())
    return Enclosed(value.hex(), ball.lower.hex(), ball.upper.hex(), ball.midpoint, ball.radius)


def _hypotheses(claim: Claim, judge: Judge, batch: Batch, certificate: Certificate | None) -> list[Hypothesis]:
    found = []
    values = judge.measured([symbol.name for symbol in claim.free_symbols], batch)
    for name, relation in claim.given.items():
        balls = None if certificate is None else certificate.given[name]
        lhs, rhs = (float(function(side)(values)[0]) for side in (relation.lhs, relation.rhs))
        both = _side(lhs, balls and balls.lhs), _side(rhs, balls and balls.rhs)
        standing = balls.standing.value if balls else _float_standing(judge(batch), name)
        found.append(Hypothesis(name, *both, standing))
    return found


def _float_standing(judgement: Judgement, name: str) -> str:
    return Standing.CLOSE.value if judgement.met[name][0] else Standing.BROKEN.value


def _quantities(judge: Judge, batch: Batch, certificate: Certificate | None) -> dict[str, Enclosed]:
    found = {}
    for symbol in sorted(judge.claim.free_symbols, key=lambda symbol: symbol.name):
        route = judge.family.quantities[symbol.name].route
        if route is not None:
            ball = None if certificate is None else certificate.quantities[symbol.name]
            found[symbol.name] = _side(float(route.measure(batch)[0]), ball)
    return found


# ---- from a record


def of_evidence(evidence: TheoremEvidence, worst: Worst, record: Record, own: Family | None = None) -> Bundle:
    """An instance of a theorem in a record as a bundle; it may as well be one that does not break the claim.

    Args:
        evidence: of the theorem.
        worst: the instance.
        record: of the run.
        own: the family of the theorem, where it is one of its author's or has quantities of theirs.

    Raises:
        WnverifyError: if the claim cannot be read back from its text, or its family cannot measure the instance.
    """
    batch = from_data(worst.instance)
    family = own or family_named(batch.family)
    claim = claim_of(evidence.claim, family.quantities)
    return compose(claim, family, batch, Origin(evidence.id, worst.found, record.seed, record.budget))
