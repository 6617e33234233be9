"""Opinion: one instance judged again by a route that shares no code with the first, and what both come to.

This is the one rule by which an instance refutes a claim; checks, trials, bundles and replays all ask it. Where the
family offers balls, they alone decide. Elsewhere an independent float route must find the violation too, further
beyond the limit than the two routes ever differ, and no quantity measured from one side only may explain it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sympy

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.errors import DomainError, NotEnclosed
from wnverify.judging.certificate import Certificate, Sides, Standing, certify, sharpened
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.nearby import settled
from wnverify.judging.shaken import forced, unsteady
from wnverify.quantities import Side
from wnverify.symbolic.claims import decide, decreasing, increasing
from wnverify.verdict import Verdict

if TYPE_CHECKING:
    from wnverify.balls.ball import Ball

FLOAT_ROUTE = "independent float64 route"
BALL_ROUTE = "ball arithmetic: certified"
MARGIN = 1e-9
"""By how much floats must break a claim, relative to the terms of its sides, where there are no balls."""
NEAR = 1e-9
"""A bound that is reached but for so little is judged beyond floats, if it can be."""


@dataclass(frozen=True)
class Opinion:
    """What the second route says of one instance.

    Args:
        refutes: whether the instance breaks the claim.
        holds: whether it satisfies the claim, by more than rounding.
        ratio: more than 1 is a violation.
        route: which route told the ratio; floats also where balls are too wide to tell one.
        certificate: the balls, which then decide; None where the family offers none.
        obstacle: what keeps a violation from counting, in words; empty where nothing does.
    """

    refutes: bool
    holds: bool
    ratio: float
    route: str
    certificate: Certificate | None = None
    obstacle: str = ""

    @property
    def certified(self) -> bool:
        """Whether balls decided."""
        return self.certificate is not None

    @property
    def denies(self) -> bool:
        """Whether there is no violation: the claim holds there, or balls cannot tell its sides apart."""
        return self.holds or (self.certificate is not None and self.certificate.attained)

    def explains(self, candidate: Candidate) -> bool:
        """Whether balls find no violation where floats do, and the sides in floats are right but for rounding."""
        if self.certificate is None or not (self.certificate.holds or self.certificate.attained):
            return False
        main = self.certificate.main
        pairs = ((candidate.lhs, main.lhs), (candidate.rhs, main.rhs))
        return all(ball.lower - _slack(ball) <= value <= ball.upper + _slack(ball) for value, ball in pairs)

    @property
    def sides(self) -> Sides | None:
        """The enclosures of both sides of the claim, where there are any."""
        return None if self.certificate is None else self.certificate.main


def _slack(ball: Ball) -> float:
    """By how much a float may miss a ball."""
    return MARGIN * max(abs(ball.lower), abs(ball.upper), 1.0)


def opinion(judge: Judge, batch: Batch, *, nearby: bool = True, finer: bool = True) -> Opinion:
    """Judge one instance by the second route: in balls, or in floats with a margin far beyond their rounding.

    Args:
        judge: the claim.
        batch: one instance.
        nearby: whether an instance that meets its hypotheses up to rounding is moved onto them.
        finer: whether balls that are too wide to tell are made sharper.
    """
    balls = certify(judge, batch)
    if balls is not None and finer:
        balls = sharpened(judge, batch, balls)
    if balls is not None and nearby and balls.main.standing is Standing.BROKEN and not balls.refutes:
        balls = settled(judge, batch, balls) or balls
    if balls is not None and balls.main.ratio is not None:
        return Opinion(balls.refutes, balls.holds, balls.main.ratio, BALL_ROUTE, balls, balls.obstacle)
    try:
        judgement = judge(batch, route="second")
        ratio, accepted, without = float(judgement.ratio[0]), bool(judgement.accepted[0]), ""
    except DomainError as error:
        ratio, accepted, without = math.nan, False, f"the second route has no number there: {error}"
    if balls is not None:
        return Opinion(balls.refutes, balls.holds, ratio, FLOAT_ROUTE, balls, balls.obstacle)
    if without:
        return Opinion(False, False, ratio, FLOAT_ROUTE, None, without)
    far = max(MARGIN, 10 * judge.family.agreement)
    equation = judge.claim.relation == "="
    limit = max(judge.limit, far / judge.claim.tolerance) if equation else judge.limit + far
    broken = accepted and ratio > limit and not judge.gap(batch, "second")[0] <= (0.0 if equation else far)
    obstacle = _obstacle(judge, batch, 0.0 if equation else far) if broken else ""
    return Opinion(broken and not obstacle, accepted and ratio < 1 - far, ratio, FLOAT_ROUTE, None, obstacle)


def _obstacle(judge: Judge, batch: Batch, far: float) -> str:
    return one_sided(judge, batch) or forced(judge, batch, far) or unsteady(judge, batch)


def verdict(judge: Judge, candidate: Candidate, found: Opinion) -> Verdict:
    """What an instance and the second route's opinion of it come to; HELD says that neither breaks the claim.

    A violation must be found by both routes. One that the closed form misses counts only if it is certified; and
    what the second route contradicts is no pass, unless rounding explains what floats found. A strict inequality
    whose sides agree up to rounding is no pass either.
    """
    violated = candidate.ratio > judge.limit
    if found.refutes:
        return Verdict.REFUTED if found.certified or violated else Verdict.UNDECIDED
    if violated and not found.explains(candidate):
        return Verdict.UNDECIDED
    if found.obstacle and not found.certified:  # broken by the second route alone, and not for sure
        return Verdict.UNDECIDED
    return Verdict.UNDECIDED if reached(judge, candidate, found) else Verdict.HELD


def reached(judge: Judge, candidate: Candidate, found: Opinion) -> bool:
    """Whether a strict inequality is attained up to rounding, so that it may well be broken there."""
    return judge.claim.main.is_strict and candidate.ratio > 1 - NEAR and not (found.certified and found.holds)


# ---- quantities that are measured from one side only


def estimates(judge: Judge) -> list[str]:
    """The quantities of a claim that are measured from one side only, each with that side in words."""
    names = sorted(symbol.name for symbol in judge.claim.free_symbols)
    return [f"{name} is measured as {side.value}" for name in names if (side := judge.side(name)) is not Side.EXACT]


def uncertified(judge: Judge, batch: Batch) -> str:
    """Why balls judge no instance like the first of these: a quantity of the claim that has none; else empty."""
    for name in sorted(symbol.name for symbol in judge.claim.free_symbols):
        route = judge.family.quantities[name].route
        if route is None or route.ball is None:
            continue
        one = batch if batch.size == 1 else batch.one(0)
        try:
            judge.family.own_ball(one, name)
        except NotEnclosed as error:
            return str(error).rstrip(".")
    return ""


def one_sided(judge: Judge, batch: Batch) -> str:
    """Why a measured violation need not be a true one; empty if it must be one.

    The true value of a quantity measured from below may be any larger one. The violation outlasts that if the side
    that must be the smaller is increasing in it, the other one decreasing, and no hypothesis can be lost: all this is
    proved of the formulas, or the violation does not count.
    """
    claim = judge.stated(batch.settings)
    for symbol in sorted(claim.free_symbols, key=str):
        side = judge.side(symbol.name)
        if side is not Side.EXACT and not _outlasts(claim, symbol, upwards=side is Side.LOWER):
            return f"{symbol.name} is measured as {side.value} only, and its true value may mend it"
    return ""


def _outlasts(claim: Claim, symbol: sympy.Symbol, *, upwards: bool) -> bool:
    """Whether a violation stays one when the value of a symbol moves up, or down, in its domain."""
    given = claim.given.values()
    equations = [relation for relation in (claim.main, *given) if relation.relation == "="]
    pairs = [claim.main.oriented(claim.lhs, claim.rhs)]  # the first must not fall, the second must not rise
    pairs += [hypothesis.oriented(hypothesis.lhs, hypothesis.rhs)[::-1] for hypothesis in given]
    pairs += [pair for each in equations for pair in ((each.lhs, each.rhs), (each.rhs, each.lhs))]
    pairs += [] if claim.probability is None else [(claim.probability, claim.probability)]
    trends = (increasing, decreasing) if upwards else (decreasing, increasing)
    return all(
        decide(trend(symbol), part, np.random.default_rng(0)).verdict is Verdict.PROVED
        for pair in pairs
        for part, trend in zip(pair, trends, strict=True)
        if symbol in part.free_symbols
    )
