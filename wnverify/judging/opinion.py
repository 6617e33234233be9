"""Confirmation: the same instance judged again by a route that shares no code with the first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, to_data
from wnverify.claim import Claim, Relation
from wnverify.errors import DomainError
from wnverify.evidence import Worst, number
from wnverify.judging.judge import Judge
from wnverify.search.tally import Candidate, Tally
from wnverify.verdict import Verdict

DIGITS = (1, 2, 3, 4, 6, 9, 17)
FLOAT_ROUTE = "independent float64 route"
BALL_ROUTE = "ball arithmetic: certified"
WIDE = 1e-9
"""A ball of larger relative radius tells no ratio, and decides only where it lies on one side of 1."""


@dataclass(frozen=True)
class Second:
    """What the second route says: the ratio, the name of the route, and whether it breaks the claim."""

    ratio: float
    route: str
    violated: bool


def second_opinion(judge: Judge, batch: Batch) -> Second:
    """Judge one instance by the independent route; in ball arithmetic where the family offers enclosures.

    A violation in balls is certified: the least value of the larger side is above the greatest of the other.
    """
    certified = _in_balls(judge, batch)
    if certified is not None:
        return certified
    judgement = judge(batch, route="second")
    ratio = float(judgement.ratio[0])
    return Second(ratio, FLOAT_ROUTE, bool(judgement.accepted[0]) and ratio > judgement.limit)


def _in_balls(judge: Judge, batch: Batch) -> Second | None:
    """The certified route; None where it is not offered, or cannot tell."""
    if judge.family.enclosures(batch, ()) is None:
        return None
    claim = judge.claim.substitute(judge.family.rescaling(batch.settings))
    names = {symbol.name for symbol in claim.free_symbols}
    values = judge.family.enclosures(batch, names)
    if values is None:
        return None
    small, large = _defect(claim, values) if claim.relation == "=" else _sides(claim.main, values)
    ratio = _ratio(small, large)
    if ratio is None:
        return None
    admissible = all(_certain(hypothesis, values) for hypothesis in claim.given.values())
    return Second(ratio, BALL_ROUTE, admissible and bool(small > large))


def _defect(claim: Claim, values: Mapping[str, Any]) -> tuple[Any, Any]:
    """Balls around |lhs − rhs| and what the tolerance allows of it, scaled as `judge.oriented_ratio` does."""
    from flint import arb

    lhs, rhs = _sides(claim.main, values)
    allowed = arb(claim.tolerance)
    return abs(lhs - rhs), allowed if rhs == 0 else allowed * abs(lhs).max(abs(rhs))


def _ratio(small: Any, large: Any) -> float | None:
    """Small over large as a number.

    Where the ball is wide: its certified lower end if that shows a violation, its upper end if it is next to nothing
    (a defect of rounding alone), otherwise None.
    """
    if not large > 0:
        return math.inf if small > large else None
    ratio = small / large
    if ratio.is_exact() or ratio.rad() <= WIDE * abs(ratio.mid()):
        return float(ratio.mid())
    if small > large:
        return float(ratio.lower())
    return float(ratio.upper()) if ratio.abs_upper() < WIDE else None


def _sides(relation: Relation, values: Mapping[str, Any]) -> tuple[Any, Any]:
    """Balls around the two sides, the one that should be the smaller first."""
    from wnverify.balls.expression import enclose  # flint loads only where something is certified

    by_symbol = {symbol: values[symbol.name] for symbol in relation.free_symbols}
    lhs, rhs = enclose(relation.lhs, by_symbol), enclose(relation.rhs, by_symbol)
    return (rhs, lhs) if relation.relation in (">=", ">") else (lhs, rhs)


def _certain(hypothesis: Relation, values: Mapping[str, Any]) -> bool:
    small, large = _sides(hypothesis, values)
    if hypothesis.relation == "=":
        return bool(small == large)  # certain only for exact numbers, such as c0 = 0
    return bool(small < large) or (hypothesis.relation in ("<=", ">=") and bool(small <= large))


def tidy(judge: Judge, candidate: Candidate) -> tuple[Candidate, Second]:
    """The same violation with as few digits as still break the claim clearly, and the second route's view of it.

    Every version is tried as it is and moved a hair's breadth into the domain, where the hypotheses are
    certain; if the second route confirms none, the candidate itself is returned with what that route says.
    """
    for digits in DIGITS:
        arrays = {name: _rounded(array, digits) for name, array in candidate.batch.arrays.items()}
        rounded = replace(candidate.batch, arrays=arrays, _memo={})
        for batch in (rounded, judge.family.inside(rounded)):
            version = _version(judge, candidate, batch)
            if version is None:
                continue
            second = second_opinion(judge, batch)
            if second.violated:
                return version, second
    return candidate, second_opinion(judge, candidate.batch)


def _version(judge: Judge, candidate: Candidate, batch: Batch) -> Candidate | None:
    """The candidate with other numbers, if they still break the claim by at least half as much."""
    try:
        judgement = judge(batch)
    except DomainError:  # rounded out of the domain: a decay of 0.05 with a step of 20 leaves a row of zeros
        return None
    ratio = float(judgement.ratio[0])
    if not (judgement.accepted[0] and ratio > judgement.limit + 0.5 * (candidate.ratio - judgement.limit)):
        return None
    return replace(candidate, ratio=ratio, lhs=float(judgement.lhs[0]), rhs=float(judgement.rhs[0]), batch=batch)


def _rounded(array: FloatArray, digits: int) -> FloatArray:
    return np.vectorize(lambda x: float(f"{x:.{digits}g}"), otypes=[float])(array)


def report(judge: Judge, candidate: Candidate, second: Second | None) -> Worst:
    """A candidate as evidence."""
    return Worst(
        ratio=number(candidate.ratio),
        lhs=number(candidate.lhs),
        rhs=number(candidate.rhs),
        second=number(second.ratio) if second else None,
        route=second.route if second else "",
        found=candidate.found,
        situation=str(candidate.situation),
        instance=to_data(candidate.batch),
    )


def settle(tally: Tally) -> tuple[Verdict, str, Worst | None]:
    """Verdict, reason and worst instance of a finished search, the worst confirmed by the second route."""
    judge, best = tally.judge, tally.best
    if best is None:
        return Verdict.VACUOUS, _nothing_met(tally), None
    if tally.violated():
        best, second = tidy(judge, best)
        return *_violation(best, second), report(judge, best, second)
    if tally.trivial == tally.accepted:
        return Verdict.VACUOUS, f"all {tally.accepted} admissible instances meet it trivially", None
    second = second_opinion(judge, best.batch)
    if second.violated:
        return *_contradicted(best, second), report(judge, best, second)
    return Verdict.HELD, _held(tally, best), report(judge, best, second)


def _contradicted(best: Candidate, second: Second) -> tuple[Verdict, str]:
    """What holds by the closed form and not by the second route is no pass; a certified violation is one."""
    verdict = Verdict.REFUTED if second.route == BALL_ROUTE else Verdict.UNDECIDED
    return verdict, f"ratio {best.ratio:.12g} by the closed form, but {second.ratio:.12g} by {second.route}"


def _violation(best: Candidate, second: Second) -> tuple[Verdict, str]:
    if second.violated:
        return Verdict.REFUTED, f"ratio {best.ratio:.6g} at {best.situation}, confirmed by {second.route}"
    sides = f"{best.ratio:.12g} against {second.ratio:.12g} by {second.route}"
    return Verdict.UNDECIDED, f"a violation that the second route does not confirm: ratio {sides}"


def _held(tally: Tally, best: Candidate) -> str:
    count = f"{tally.accepted} admissible instances"
    if tally.judge.claim.relation == "=":
        return f"both sides agree on {count}; the largest defect is {best.ratio:.3g} of the tolerance"
    return f"no violation among {count}; worst ratio {best.ratio:.4f} at {best.situation}"


def _nothing_met(tally: Tally) -> str:
    if not tally.met:
        return "no instance could be drawn"
    name = min(tally.met, key=lambda key: tally.met[key])
    relation = tally.judge.claim.given[name]
    count = tally.met[name]
    return f"no instance met the hypotheses: {name!r} ({relation}) held for {count} of {tally.tried}"
