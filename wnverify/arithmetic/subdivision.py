"""Bounds on |φ′| and |φ″| over an interval, certified: it is halved until balls know that every piece is below.

On a piece with centre c and radius r, |g| for g = φ⁽ᵏ⁾ is at most each of

    |g|(piece),    |g(c)| + r·|g′|(piece),    |g(c)| + r·|g′(c)| + r²/2·|g″|(piece),

and where g bends towards 0, |g″| ≥ b, at most |g(c)| + g′(c)²/(2b), which is off by O(r³) where |g| is largest. No
finite precision tells a supremum that is attained from a bound that equals it: bounds are proved up to one part in
10⁸. Where a function chooses, the pieces shrink until the
choice is clear, and across the place a difference quotient tells whether g's antiderivative jumps there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from flint import arb, ctx

from wnverify.arithmetic.namespace import Phi
from wnverify.arithmetic.taylor import Answers, Branch, along, branches

SLACK = 1e-8
"""By how much, relatively, a bound may be missed; the radius of a ball has 30 bits."""
ASIDE = 1e-12
"""Relative to the larger of 1 and |z|: how far beside a kink a difference quotient is taken."""
NARROW = 1e-13
"""Relative to the larger of 1 and |z|; pieces are not halved below."""
PRECISION = 113
Interval: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Goal:
    """That |φ⁽ᵏ⁾| ≤ limit.

    Args:
        order: k, 1 or 2.
        limit: what is claimed.
    """

    order: int
    limit: arb

    def met(self, size: arb) -> bool:
        """Whether a ball is certainly below, up to the slack."""
        return bool(abs(size) <= self.limit * (1 + arb(SLACK)))

    def broken(self, size: arb) -> bool:
        """Whether a ball is certainly above."""
        return bool(abs(size) > self.limit)


@dataclass(frozen=True)
class Settled:
    """What came of a goal on an interval.

    Args:
        left: the pieces on which it stayed open.
        above: a point at which the derivative is certainly larger than claimed.
        jump: a place at which the derivative before jumps.
    """

    left: tuple[Interval, ...] = ()
    above: float | None = None
    jump: float | None = None


def settle(phi: Phi, interval: Interval, goals: Sequence[Goal], pieces: int) -> dict[int, Settled]:
    """Whether goals hold on an interval, by order; certainly so where nothing is left and nothing was found.

    Args:
        phi: the activation.
        interval: its ends.
        goals: what is to be shown.
        pieces: how many pieces may be looked at.

    Raises:
        FunctionError: if the activation uses what series of balls do not know.

    >>> sine = lambda xp, z: xp.sin(z)
    >>> settle(sine, (-4.0, 4.0), [Goal(1, arb(1)), Goal(2, arb(0.5))], 500)[1]
    Settled(left=(), above=None, jump=None)
    """
    with ctx.workprec(PRECISION):
        work = _Work(phi, list(goals), pieces)
        work.halve(interval)
        work.cross()
    return {goal.order: work.settled(goal.order) for goal in goals}


@dataclass
class _Work:
    phi: Phi
    goals: list[Goal]
    pieces: int
    done: list[tuple[Interval, tuple[Answers, ...]]] = field(default_factory=list)
    left: dict[int, list[Interval]] = field(default_factory=dict)
    above: dict[int, float] = field(default_factory=dict)
    jump: dict[int, float] = field(default_factory=dict)

    def settled(self, order: int) -> Settled:
        return Settled(tuple(_joined(self.left.get(order, []))), self.above.get(order), self.jump.get(order))

    def halve(self, interval: Interval) -> None:
        waiting = [(interval, self.goals)]
        while waiting:
            piece, goals = waiting.pop()
            goals = [goal for goal in goals if goal.order not in self.above]
            self.pieces -= 1
            if self.pieces < 0:
                self._leave(piece, goals)
                continue
            found = branches(self.phi, arb(piece[0]).union(arb(piece[1])))
            narrow = _narrow(piece, found)
            # a piece with several branches shrinks until the kink in it is located
            rest = goals if len(found) > 1 else self._unmet(piece, found[0], goals)
            rest = [goal for goal in goals if not _nothing(goal, found)] if narrow and len(found) > 1 else rest
            if narrow or not rest:
                self.done.append((piece, tuple(branch.answers for branch in found)))
                self._leave(piece, rest)
            else:
                cut = _middle(*piece)
                parts = [((piece[0], cut), rest), ((cut, piece[1]), rest)]
                waiting += parts if cut < 0.0 else parts[::-1]  # what is nearer to 0 first

    def cross(self) -> None:
        """Look for jumps where the choices of a function change."""
        self.done.sort()
        kinks = [piece for piece, answers in self.done if len(answers) > 1]
        kinks += [(one[1], one[1]) for (one, before), (_, after) in pairwise(self.done) if before != after]
        for kink in _joined(kinks):
            aside = ASIDE * max(1.0, *map(abs, kink))
            ends = kink[0] - aside, kink[1] + aside
            values = [branches(self.phi, arb(end)) for end in ends]
            if any(len(value) > 1 for value in values):
                self._leave(kink, self.goals)
            else:
                self._cross(ends, values[0][0], values[1][0])

    def _cross(self, ends: Interval, low: Branch, high: Branch) -> None:
        for goal in self.goals:
            below = goal.order - 1
            quotient = (high.derivatives[below] - low.derivatives[below]) / (arb(ends[1]) - arb(ends[0]))
            if goal.broken(quotient / (1 + arb(SLACK))):
                self.jump.setdefault(goal.order, (ends[0] + ends[1]) / 2)
            elif not abs(quotient) <= 2 * goal.limit:  # a jump of ASIDE times the limit, at the most, is let pass
                self._leave(ends, [goal])

    def _leave(self, piece: Interval, goals: Sequence[Goal]) -> None:
        for goal in goals:
            self.left.setdefault(goal.order, []).append(piece)

    def _unmet(self, piece: Interval, branch: Branch, goals: list[Goal]) -> list[Goal]:
        """The goals that the only branch on a piece does not meet."""
        every = branch.derivatives
        rest = [goal for goal in goals if not goal.met(every[goal.order])]
        if not rest or not every[rest[0].order].is_finite():
            return rest
        centre = _middle(*piece)
        radius = (arb(piece[1]) - arb(centre)).max(arb(centre) - arb(piece[0]))
        at = along(self.phi, arb(centre), branch.answers)
        for goal in rest:
            if goal.broken(at[goal.order]):
                self.above.setdefault(goal.order, centre)
        return [goal for goal in rest if not _below(goal, at[goal.order :], every[goal.order :], radius)]


def _nothing(goal: Goal, found: Sequence[Branch]) -> bool:
    """Whether φ⁽ᵏ⁻¹⁾ changes on a narrow piece by less than the jump that is let pass, on whatever branch."""
    return all(bool(abs(branch.derivatives[goal.order]) <= ASIDE / NARROW * goal.limit) for branch in found)


def _below(goal: Goal, at: Sequence[arb], every: Sequence[arb], radius: arb) -> bool:
    """Whether |g| is below on a piece, from g, g′, g″ at its centre and on all of it."""
    size, step = abs(at[0]), abs(at[1]) * radius
    if goal.met(size + abs(every[1]) * radius) or goal.met(size + step + abs(every[2]) * radius * radius / 2):
        return True
    sign = 1 if at[0] > 0 else -1
    bend = -sign * every[2]
    top = size + at[1] * at[1] / (2 * bend.lower()) if bend > 0 else arb.nan()
    return goal.met(top) and bool(-sign * every[0] <= goal.limit)


def _narrow(piece: Interval, found: Sequence[Branch]) -> bool:
    """Whether to halve a piece no more: far out also one on which balls know nothing, for they overflow."""
    width, size = piece[1] - piece[0], min(map(abs, piece))
    lost = size > 100.0 and not all(branch.derivatives[1].is_finite() for branch in found)
    return width <= NARROW * max(1.0, size) or (lost and width < size / 16)


def _middle(low: float, high: float) -> float:
    """Where to cut: at 0, at ±1 on the way to large numbers, at the geometric mean among them, else halfway."""
    if low < 0.0 < high:
        return 0.0
    small, large = sorted((abs(low), abs(high)))
    if large > 4.0 * max(small, 0.25):
        return math.copysign(math.sqrt(small) * math.sqrt(large) if small > 0.25 else 1.0, low + high)
    return low + (high - low) / 2


def _joined(pieces: Sequence[Interval]) -> Iterator[Interval]:
    """Pieces that touch as one."""
    last: Interval | None = None
    for low, high in sorted(pieces):
        if last is not None and low <= last[1]:
            last = last[0], max(high, last[1])
            continue
        if last is not None:
            yield last
        last = low, high
    if last is not None:
        yield last
