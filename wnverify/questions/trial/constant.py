"""Constant: the least C with which a typed claim was not refuted, and how it grows with the sizes of an instance.

Of `X ≤ C·Y + Z` the least C is the supremum of (X − Z)/Y. A value is refuted, raised beyond what refuted it, and so
on, until the search finds no violation any more; the worst ratio of that last search tells C, from below.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import sympy

from wnverify.claim import Relation
from wnverify.errors import expected
from wnverify.family import Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.plain import shrink
from wnverify.questions.trial.attack import Effort, Stopped, attack
from wnverify.questions.trial.growth import drivers, growths, worst_at
from wnverify.questions.trial.least import Below, Growth, Least
from wnverify.questions.trial.outcome import Trial
from wnverify.theorem import Theorem
from wnverify.typed.spelling import NotAClaim
from wnverify.verdict import Verdict

TURNS, LEAP, FARTHEST = 40, 1.5, 1e6
"""So many values at most, each so far beyond what refuted the one before, and at most so far at once."""
NEXT, CLOSE = 1 + 1e-4, 0.99
"""How far beyond what is needed a second value is, and what is close enough not to look for one."""
NEARBY = 2.0
"""Seconds, at most, to look beside an instance that refutes a value."""
NONE = "no value was found that the search did not refute"
ENDLESS = 1e8
"""A value beyond which no constant of a bound lies: the search leaves the box of its samplers by so many decades."""
LARGEST = 1e300
"""What stands for an infinite constant: an instance at which the other side is 0 refutes any."""
FIND, SEARCH, GROWTH = 0.4, 0.6, 0.85
"""Shares of the seconds for the first value that stands, for all of them, and for all but a last one."""
DIGITS, BELOW = 7, (1e-6, 1e-3)
"""Digits of a value, and how far below what an instance needs a value is that it shall refute."""
Pose: TypeAlias = Callable[[Relation], Theorem]


@dataclass(frozen=True)
class Free:
    """A claim with a free constant.

    Args:
        symbol: the constant.
        relation: the claim, brought to where the constant stands alone with its factor.
        upwards: whether larger values make the claim weaker, so that the least is sought; else the greatest.
    """

    symbol: sympy.Symbol
    relation: Relation
    upwards: bool

    def at(self, value: sympy.Expr) -> Relation:
        """The claim with a number for the constant."""
        return self.relation.substitute({self.symbol: value})

    def needed(self, value: float, ratio: float) -> float:
        """The value at which an instance whose ratio is this at another value has the ratio 1."""
        return value * ratio if self.upwards else value / ratio


def freed(relation: Relation, name: str) -> Free:
    """A typed relation with a free constant of that name.

    Raises:
        NotAClaim: if the constant is no factor on one side, or the relation is an equation.

    >>> x = sympy.Symbol("x", positive=True)
    >>> print(freed(Relation(x, "<=", 2 * sympy.Symbol("C", positive=True) * x + 1), "C").relation)
    x - 1 ≤ 2*C*x
    """
    symbol = next(each for each in relation.free_symbols if each.name == name)
    remedy = f"write {name} as a factor of one side, such as gradient_norm <= {name}*sqrt(L)"
    sides = [side for side in ("lhs", "rhs") if symbol in getattr(relation, side).free_symbols]
    if relation.relation == "=":
        raise NotAClaim(expected("an inequality for a free constant", f"an equation in {name}", remedy))
    if len(sides) > 1:
        raise NotAClaim(expected(f"{name} on one side", "it on both", remedy))
    with_it = getattr(relation, sides[0])
    factor = sympy.diff(with_it, symbol)
    rest = with_it.subs(symbol, 0)
    if symbol in factor.free_symbols or rest.has(sympy.zoo, sympy.nan) or factor.is_nonpositive:
        raise NotAClaim(
            expected(f"a claim that is linear in {name}, with a positive factor", str(with_it)[:60], remedy)
        )
    alone = with_it if rest == 0 else symbol * factor
    other = getattr(relation, "rhs" if sides[0] == "lhs" else "lhs") - rest
    lhs, rhs = (alone, other) if sides[0] == "lhs" else (other, alone)
    moved = Relation(lhs, relation.relation, rhs)
    return Free(symbol, moved, symbol in moved.oriented(lhs, rhs)[1].free_symbols)


def least_of(text: str, free: Free, pose: Pose, effort: Effort) -> Trial:
    """Look for the least value of a free constant with which the search does not refute a claim.

    Args:
        text: the claim as it was typed.
        free: the same, with its constant apart.
        pose: makes a theorem of the claim at a value.
        effort: what may be spent.
    """
    begin, sought = time.monotonic(), _Sought(free, pose)
    for value, end in sought.values(effort):
        sought.attack(text, value, replace(effort, begin=time.monotonic(), end=end))
    stopped = Stopped()
    growth: list[Growth] = []
    if sought.worst is not None and not sought.trial.interrupted:
        with stopped:
            if sought.stands:
                growth += sought.growth(sought.worst.situation, replace(effort, end=effort.share(GROWTH)))
            if not sought.stands and 0 < sought.best < math.inf:
                growth = list(sought.drivers(sought.worst, effort))
        if not sought.stands and not stopped.early and sought.best < ENDLESS:
            sought.attack(text, free.needed(sought.best, LEAP), replace(effort, begin=time.monotonic()))
    trial = sought.trial
    verdict, reason = (trial.verdict, trial.reason) if sought.stands else (Verdict.UNDECIDED, NONE)
    least = Least(free.symbol.name, sought.best, free.upwards, sought.stands, sought.below(), growth)
    return replace(
        trial, least=least, verdict=verdict, reason=reason, interrupted=trial.interrupted or stopped.early,
        tried=sought.tried, accepted=sought.accepted, seconds=time.monotonic() - begin,
    )  # fmt: skip


class _Sought:
    """What was found of a constant so far: the last value that was tried, the worst instance, what it needs."""

    def __init__(self, free: Free, pose: Pose) -> None:
        self.free, self.pose = free, pose
        self.value, self.best = 1.0, math.nan
        self.worst: Candidate | None = None
        self.trials: list[Trial] = []
        self.tried = self.accepted = 0

    @property
    def trial(self) -> Trial:
        """The last trial, or the last one that refuted nothing."""
        return next((each for each in reversed(self.trials) if not each.refuted), self.trials[-1])

    @property
    def stands(self) -> bool:
        """Whether the last value that refuted nothing is beyond what the worst instance needs."""
        beyond = self.value >= self.best if self.free.upwards else self.value <= self.best
        known = self.worst is None or (beyond and 1 / ENDLESS < self.best < ENDLESS)
        return known and any(not each.refuted for each in self.trials)

    def values(self, effort: Effort) -> Iterator[tuple[float, float]]:
        """The values to be tried, each with the time at which that is to end."""
        value, share = 1.0, FIND
        for _ in range(TURNS):
            yield value, effort.share(share)
            last = self.trials[-1]
            if last.interrupted:
                return
            if last.worst is not None:
                self._near(last.worst.situation, effort)
            if last.refuted:
                value = self.free.needed(self.best, LEAP)
            elif share == SEARCH or not 0 < last.ratio < CLOSE:
                return
            else:
                value, share = self.free.needed(self.best, NEXT), SEARCH
            if not 1 / ENDLESS < value < ENDLESS or time.monotonic() > effort.share(SEARCH):
                return

    def attack(self, text: str, value: float, effort: Effort) -> None:
        """Try a value, and note what it comes to."""
        trial = attack(text, self.pose(self.free.at(rational(value))), effort, powers=False)
        self.trials.append(trial)
        self.tried, self.accepted = self.tried + trial.tried, self.accepted + trial.accepted
        if not trial.refuted:
            self.value = value
        if trial.worst is not None and trial.ratio > 0:
            self._keep(self.free.needed(value, trial.ratio), trial.worst)

    def _keep(self, needed: float, worst: Candidate) -> None:
        if self.worst is None or (needed > self.best) is self.free.upwards:
            self.worst, self.best = worst, needed

    def _near(self, situation: Situation, effort: Effort) -> None:
        """Look for the worst instance where one was found, which may lie far outside of what is drawn."""
        theorem, needed = self._weakly(self.best)
        end = min(effort.share(SEARCH), time.monotonic() + NEARBY)
        if (worst := worst_at(theorem, situation, end, np.random.default_rng(effort.seed))) is not None:
            needed(worst)

    def below(self) -> Below | None:
        """A value next to what the worst instance needs, which it refutes."""
        for share in BELOW:
            if self.worst and (found := self._refuting(self.worst, self.free.needed(self.best, 1 - share))):
                return found
        return None

    def growth(self, at: Situation, effort: Effort) -> Iterator[Growth]:
        """How it grows with the sizes."""
        theorem, needed = self._weakly(self.best)
        yield from growths(theorem, needed, at, effort.end, np.random.default_rng(effort.seed))

    def drivers(self, farthest: Candidate, effort: Effort) -> Iterator[Growth]:
        """What drives it where nothing bounds it."""
        theorem, needed = self._weakly(1.0)
        yield from drivers(theorem, needed, farthest, effort.end, np.random.default_rng(effort.seed))

    def _weakly(self, near: float) -> tuple[Theorem, Callable[[Candidate], float | None]]:
        """The claim so weak that a search does not end by breaking it, and what an instance found there needs.

        That is kept; None is what needs nothing that is confirmed.
        """
        weak = self.free.needed(near, FARTHEST)

        def needed(worst: Candidate) -> float | None:
            found = self.free.needed(weak, worst.ratio) if worst.ratio > 0 else math.nan
            if not math.isfinite(found) or self._refuting(worst, self.free.needed(found, 1 - BELOW[1])) is None:
                return None
            self._keep(found, worst)
            return found

        return self.pose(self.free.at(rational(weak))), needed

    def _refuting(self, worst: Candidate, value: float) -> Below | None:
        """An instance as evidence against a value of the constant; None if it is not confirmed."""
        number = rational(value)
        theorem = self.pose(self.free.at(number))
        judge = Judge(theorem.claim, theorem.family)
        found = judge(worst.batch).candidate(0, worst.batch, worst.situation, worst.found)
        if not found.ratio > judge.limit:
            return None
        plain, said = shrink(judge, found, plainest=False)
        return Below(f"{float(number):.{DIGITS}g}", plain, said) if said.refutes else None


def rational(value: float) -> sympy.Rational:
    """A number > 0 near the value that takes few digits to write.

    >>> rational(1 / 3), rational(2e30)
    (3333333/10000000, 2000000000000000000000000000000)
    """
    return sympy.Rational(f"{min(max(value, 1 / LARGEST), LARGEST):.{DIGITS}g}")
