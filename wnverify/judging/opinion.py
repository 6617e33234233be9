"""Opinion: one instance judged again by a route that shares no code with the first, and what both come to.

This is the one rule by which an instance refutes a claim; checks, trials, bundles and replays all ask it. Where the
family offers balls, they alone decide. Elsewhere an independent float route must find the violation too, further
beyond the limit than the two routes ever differ, and no quantity measured from one side only may explain it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy

from wnverify.batch import Batch
from wnverify.claim import Claim
from wnverify.judging.certificate import MARGIN, Certificate, Sides, certify
from wnverify.judging.judge import Candidate, Judge
from wnverify.quantity import Side
from wnverify.symbolic.claims import decide, decreasing, increasing
from wnverify.verdict import Verdict

FLOAT_ROUTE = "independent float64 route"
BALL_ROUTE = "ball arithmetic: certified"


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
    def sides(self) -> Sides | None:
        """The enclosures of both sides of the claim, where there are any."""
        return None if self.certificate is None else self.certificate.main


def opinion(judge: Judge, batch: Batch) -> Opinion:
    """Judge one instance by the second route: in balls, or in floats with a margin far beyond their rounding."""
    balls = certify(judge, batch)
    if balls is not None and balls.main.ratio is not None:
        return Opinion(balls.refutes, balls.holds, balls.main.ratio, BALL_ROUTE, balls, balls.obstacle)
    judgement = judge(batch, route="second")
    ratio, accepted = float(judgement.ratio[0]), bool(judgement.accepted[0])
    if balls is not None:
        return Opinion(balls.refutes, balls.holds, ratio, FLOAT_ROUTE, balls, balls.obstacle)
    far = max(MARGIN, 10 * judge.family.agreement)
    limit = judge.limit if judge.claim.relation == "=" else judge.limit + far
    broken = accepted and ratio > limit
    obstacle = one_sided(judge, batch) if broken else ""
    return Opinion(broken and not obstacle, accepted and ratio < 1 - far, ratio, FLOAT_ROUTE, None, obstacle)


def verdict(judge: Judge, candidate: Candidate, found: Opinion) -> Verdict:
    """What an instance and the second route's opinion of it come to; HELD says that neither breaks the claim.

    A violation must be found by both routes. One that the closed form misses counts only if it is certified; and
    what the second route contradicts is no pass.
    """
    if not found.refutes:
        return Verdict.UNDECIDED if candidate.ratio > judge.limit else Verdict.HELD
    return Verdict.REFUTED if found.certified or candidate.ratio > judge.limit else Verdict.UNDECIDED


# ---- quantities that are measured from one side only


def estimates(judge: Judge) -> list[str]:
    """The quantities of a claim that are measured from one side only, each with that side in words."""
    names = sorted(symbol.name for symbol in judge.claim.free_symbols)
    return [f"{name} is measured as {side.value}" for name in names if (side := judge.side(name)) is not Side.EXACT]


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
