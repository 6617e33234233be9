"""A trial as plain data, for programs: what the terminal shows, and nothing that only Python can read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import msgspec

from wnverify.batch import to_data
from wnverify.claim import Relation
from wnverify.evidence import number
from wnverify.judging.judge import Candidate
from wnverify.judging.opinion import Opinion
from wnverify.questions.trial.least import Least
from wnverify.questions.trial.outcome import Trial
from wnverify.typed.parser import plainly

SCHEMA = 1


def plain(trial: Trial) -> dict[str, Any]:
    """Everything that is told of a trial, as JSON has it; numbers that JSON lacks are texts, such as "inf"."""
    return {"schema": SCHEMA, "kind": "wnverify try", "wnverify": version("wnverify"), **_trial(trial)}


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "typed": trial.text,
        "claim": _relation(trial.claim.main),
        "probability": None if trial.claim.probability is None else plainly(trial.claim.probability),
        "given": {name: _relation(relation) for name, relation in trial.claim.given.items()},
        "family": trial.family.name,
        "verdict": trial.verdict.name,
        "certified": trial.certified,
        "reason": trial.reason,
        "worst": _worst(trial.worst, trial.opinion),
        "best_constant": _number(trial.best_constant),
        "least": None if trial.least is None else _least(trial.least),
        "exponents": [msgspec.to_builtins(each) for each in trial.exponents],
        "tried": trial.tried,
        "accepted": trial.accepted,
        "acceptance": {name: [share.met, share.tried] for name, share in trial.acceptance.items()},
        "ranges": {name: [_number(low), _number(high)] for name, (low, high) in trial.ranges.items()},
        "seed": trial.seed,
        "budget": trial.budget,
        "seconds": round(trial.seconds, 3),
        "interrupted": trial.interrupted,
        "saved": None if trial.path is None else str(trial.path),
        "other_families": [_trial(each) for each in trial.others],
        "not_asked": dict(trial.unasked),
        "other_claims": [_trial(each) for each in trial.beside],
        "not_tried": list(trial.untried),
    }


def _relation(relation: Relation) -> str:
    return f"{plainly(relation.lhs)} {relation.relation} {plainly(relation.rhs)}"


def _number(value: float | None) -> Any:
    return None if value is None or math.isnan(value) else number(value)


def _worst(worst: Candidate | None, opinion: Opinion | None) -> dict[str, Any] | None:
    if worst is None:
        return None
    sides = None if opinion is None else opinion.sides
    balls: Mapping[str, Any] = {} if sides is None else {"lhs": sides.lhs, "rhs": sides.rhs}
    return {
        "ratio": _number(worst.ratio),
        "lhs": _number(worst.lhs),
        "rhs": _number(worst.rhs),
        "enclosed": {name: [_number(ball.lower), _number(ball.upper)] for name, ball in balls.items()},
        "situation": str(worst.situation),
        "found": worst.found,
        "instance": to_data(worst.batch),
    }


def _least(least: Least) -> dict[str, Any]:
    below = least.below
    return {
        "constant": least.name,
        "value": _number(least.value),
        "sought": "least" if least.upwards else "greatest",
        "stands": least.stands,
        "refuted": None if below is None else {"value": below.value, "certified": below.opinion.certified,
                                               **(_worst(below.worst, below.opinion) or {})},
        "growth": [
            {"size": each.name, "points": [list(point) for point in each.points], "power": each.power,
             "low": each.low, "high": each.high}
            for each in least.growth
        ],
        "driven_by": [
            {"symbol": each.name, "power": each.outwards, "at": _number(each.at)} for each in least.drivers
        ],
    }  # fmt: skip
