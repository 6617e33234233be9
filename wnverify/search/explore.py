"""Explore: an attack on a claim that nobody has vetted, which leaves the box that the family's sampler draws from.

First a glance at every situation that the family lists; then outwards from the best of them, along every number that
can be moved and along the sizes; then ascents. A violation ends the search only if the second route confirms it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain

import numpy as np

from wnverify.arrays import BoolArray
from wnverify.batch import Batch, concatenate
from wnverify.errors import RecordError
from wnverify.family import Situation
from wnverify.judging.agreement import hollow
from wnverify.judging.certificate import Standing
from wnverify.judging.judge import Candidate, Judge
from wnverify.judging.opinion import NEAR, Opinion, opinion
from wnverify.judging.plain import shrink
from wnverify.judging.shaken import steady
from wnverify.search import plan, sizes
from wnverify.search.ascent import climb
from wnverify.search.polish import polish
from wnverify.search.reach import CLEARLY, moved, outside, place_of, widen
from wnverify.search.tally import UNMEASURED, Tally

BASES, SPOTS, STEPS, RESERVE = 3, 6, 80, 32
"""Situations from which a round goes outwards, starts kept of each, steps of an ascent; so many times as many starts
are at hand, in case that the best of them are rounding."""
ALMOST = 0.9
"""Ratios above this are worth their last digits."""
GROWTH = 10
"""Steps from a shape to a better one beside it, at most."""
WEARY, ASKED, AT_LEAST = 16, 16, 4
"""So many violations that balls deny, and those that rounding explains are passed over; of so many shapes the largest
that was passed over is asked of balls at the end, and of a few also where the time is over."""
UNCONFIRMED, TELLING = 96, 8
"""So many violations that the second route denies end a search, or an eighth as many that it cannot tell.

Of those that it cannot tell, one whose sides are no more than rounding says as little as a denied one.
"""


class Exploration:
    """One search over a family, its situations grouped by shape, the smallest first.

    Args:
        judge: the claim.
        groups: the situations by shape.
        rng: randomness of the starts.
        end: when to start nothing more, as `time.monotonic` counts.

    Attributes:
        tally: what was seen.
        doubtful: violations by the closed form that the second route can neither confirm nor deny.
        denied: how many it denied, or could not tell from rounding.
        unconfirmed: what both come to, against `UNCONFIRMED`.
        promise: the best ratio of each situation that was looked at, below 0 where a sign must turn first.
        watch: is told the tally after every step.
    """

    def __init__(
        self, judge: Judge, groups: Sequence[Sequence[Situation]], rng: np.random.Generator, end: float
    ) -> None:
        self.tally, self.groups, self.rng, self.end = Tally(judge, lenient=True), groups, rng, end
        self.doubtful: list[Candidate] = []
        self.denied = self.unconfirmed = 0
        self.promise: dict[str, float] = {}
        self.watch: Callable[[Tally], None] = _unwatched
        self._looked: dict[str, Situation] = {}
        self._sight: dict[str, float] = {}  # the promise of each when it was first looked at
        self._starts: dict[str, Batch] = {}
        self._far: set[str] = set()
        if judge.claim.relation != "=":
            self.tally.steady = partial(steady, judge)
        self._glanced: dict[str, Batch] = {}  # before they are taken so far out that a formula shows one term only

    # ---- when it ends

    @property
    def missed(self) -> int:
        """How many of the listed situations were not reached."""
        return sum(str(situation) not in self.promise for group in self.groups for situation in group)

    @property
    def planned(self) -> int:
        """How many situations are listed."""
        return sum(map(len, self.groups))

    def broken(self) -> bool:
        """Whether the best instance, or another one, breaks the claim by the second route too; if not, all go."""
        while (best := self.tally.best) is not None and self.tally.violated():
            if self._confirmed(best):
                return True
            self.tally.dismiss()
            self._forget(best)
        return False

    def _confirmed(self, best: Candidate) -> bool:
        first = opinion(self.tally.judge, best.batch, nearby=False)
        if first.refutes or (not first.denies and shrink(self.tally.judge, best, plainest=False)[1].refutes):
            return True
        for other in self.tally.others:  # what the largest ratio, which rounding has made, would hide
            if opinion(self.tally.judge, other.batch, nearby=False).refutes:
                self.tally.best = other
                return True
        self.unconfirmed += 1 if self._denied(best, first) or self._hollow(best.batch)[0] else TELLING
        self.tally.weary |= first.certified and self.denied >= WEARY
        return False

    def _denied(self, candidate: Candidate, found: Opinion) -> bool:
        """Whether a violation is no more than rounding; it is counted then, and else it is doubtful.

        Balls find none, or none that is wider than they are where changes of the last digits change it as much.
        """
        wide = found.certificate is not None and found.certificate.main.standing is Standing.OPEN
        denied = found.denies or (wide and not steady(self.tally.judge, candidate.batch)[0])
        self.denied += denied
        if not denied:
            self.doubtful.append(candidate)
        return denied

    def over(self) -> bool:
        """Whether to stop: the claim is broken, the time spent, or rounding makes violation after violation."""
        self.watch(self.tally)
        return self.broken() or time.monotonic() > self.end or self.unconfirmed >= UNCONFIRMED

    # ---- what it does

    def run(self, rounds: Iterable[int]) -> None:
        """Round after round until it is over: glances, outwards, larger shapes, ascents."""
        for number in rounds:
            steps = (self._glances, self._outwards, self._sizes, self._ascents, self._polished)
            for _ in chain.from_iterable(step(number) for step in steps):
                if self.over():
                    return self._look_aside()
        self._look_aside()

    def _look_aside(self) -> None:
        """Ask the second route of what was passed over, the largest of each shape; what it confirms is the best."""
        for place, each in enumerate(sorted(self.tally.aside.values(), key=lambda each: -each.ratio)[:ASKED]):
            if self.tally.violated() or (place >= AT_LEAST and time.monotonic() > self.end):
                return
            found = opinion(self.tally.judge, each.batch, nearby=False)
            if found.refutes:
                self.tally.best = each
            else:
                self._denied(each, found)

    def harder(self, ascents: int) -> None:
        """Every listed situation: a glance, outwards from the best ones, and as many ascents in each shape."""
        for _ in self._glances(0):
            if self.over():
                return
        for situation in self.leading(ascents):
            self.outwards(situation)
            if not self.over():
                self.ascend(situation)
            if self.over():
                return

    def _glances(self, number: int) -> Iterator[None]:
        """Every listed situation, smallest shape first."""
        for group in self.groups:
            for situation in group:
                self.look(situation)
                yield

    def _outwards(self, number: int) -> Iterator[None]:
        """Along every number that can be moved, from the most promising situations."""
        for situation in self.leading(BASES + number):
            self.outwards(situation)
            yield
        for situation in self.leading(1):
            yield from self._follow(situation)

    def _follow(self, leader: Situation) -> Iterator[None]:
        """Take the starts of every other situation to where the best instance of the leading one has gone."""
        best = self._best_in(leader)
        place = {} if best is None else place_of(self.tally.judge, best.batch)
        for key, begin in list(self._starts.items()) if place and str(leader) in self._far else ():
            situation = self._looked[key]
            with suppress(*UNMEASURED, RecordError):
                there = moved(self.tally.judge.family, begin, place)
                self.tally.judge.family.check(there)
                if self.tally.add(there, situation, "ladder").promise.max() > self.promise[key]:
                    self._far.add(key)
                    self._keep(situation, there)
            yield

    def _sizes(self, number: int) -> Iterator[None]:
        """Shapes that nobody lists: along the sizes from the most promising situations, then uphill.

        Where the best instance has gone far, no other shape may look as good at first sight; so the way also goes
        from the situation that looked best before any was left.
        """
        leaders = [*self.leading(1 + number), *self._ranked(self._looked.values(), self._sight)[:1]]
        for leader in {str(each): each for each in leaders}.values():
            for situation in self._along(leader):
                if self._look_beyond(situation):
                    yield
        tops: dict[str, Situation] = {}
        for ranks in (self._sight, self.promise):
            yield from self._uphill(ranks, tops)
        for situation in tops.values():
            self.outwards(situation)
            yield

    def _uphill(self, ranks: Mapping[str, float], tops: dict[str, Situation]) -> Iterator[None]:
        """From shape to shape for as long as one beside it ranks higher; the last of them is added to the tops."""
        top = self._ranked(self._looked.values(), ranks)[:1]
        for _ in range(GROWTH):
            for situation in sizes.near(top[0], self.tally.judge.family) if top else ():
                if self._look_beyond(situation):
                    yield
            higher = self._ranked(self._looked.values(), ranks)[:1]
            if higher == top:
                break
            top = higher
        tops.update((str(each), each) for each in top)

    def _along(self, leader: Situation) -> Iterator[Situation]:
        key, judge = str(leader), self.tally.judge
        seen = [batch for batch in (self._glanced.get(key), self._starts.get(key)) if batch is not None]
        if seen:
            yield from sizes.together(judge, leader, concatenate(seen))
        for name in sizes.names(judge.family, leader) if seen else ():
            yield from sizes.along(judge, leader, concatenate(seen), name)

    def _ascents(self, number: int) -> Iterator[None]:
        """Ascents in the most promising settings of each shape, and in the best shapes that nobody lists."""
        listed = {str(situation) for group in self.groups for situation in group}
        groups = [*self.groups, [each for key, each in self._looked.items() if key not in listed]]
        for group in groups:
            for situation in self._ranked(group, self.promise)[: 2 + 2 * number]:
                self.ascend(situation)
                yield

    def _polished(self, number: int) -> Iterator[None]:
        """The last digits of the best instances, where they are near to breaking the claim."""
        for situation in self.leading(BASES + number):
            best = self._best_in(situation)
            if best is not None and ALMOST < best.ratio < 1 - NEAR:
                with suppress(*UNMEASURED):
                    polish(self.tally, situation, best.batch)
                yield

    def look(self, situation: Situation) -> None:
        """Random, structured and extreme instances; the best are kept as starts."""
        with suppress(*UNMEASURED):  # nothing can be drawn or measured: the situation is not reached
            begin = plan.starts(self.tally, situation, SPOTS, self.rng, extremes=True, most=RESERVE * SPOTS)
            self._keep(situation, begin)
            key = str(situation)
            self._sight[key] = self.promise[key]
            if key in self._starts:
                self._glanced[key] = self._starts[key]

    def outwards(self, situation: Situation) -> None:
        """Leave the box from the starts of a situation, and climb from where that leads."""
        begin = self._starts.get(str(situation))
        if begin is None:
            return
        reached = widen(self.tally, situation, begin, self.rng)
        self._far.add(str(situation))
        self._keep(situation, reached)
        if not self.tally.violated():
            self._climb(situation, reached)

    def ascend(self, situation: Situation) -> None:
        """Climb from the starts of a situation."""
        if (begin := self._starts.get(str(situation))) is not None:
            self._climb(situation, begin)

    def attaining(self) -> Iterator[Candidate]:
        """The best start of each situation whose sides agree up to rounding, that of the fewest numbers first."""
        family = self.tally.judge.family
        for situation in sorted([self._looked[key] for key in self._starts], key=family.numbers):
            best = self._best_in(situation)
            if best is not None and 1 - NEAR < best.ratio <= self.tally.judge.limit:
                yield best

    def leading(self, count: int) -> list[Situation]:
        """The most promising situations so far."""
        return self._ranked(self._looked.values(), self.promise)[:count]

    def _ranked(self, situations: Iterable[Situation], ranks: Mapping[str, float]) -> list[Situation]:
        return sorted(situations, key=lambda each: -ranks.get(str(each), -np.inf))

    def _look_beyond(self, situation: Situation) -> bool:
        """Look at a situation that is new and exists."""
        if str(situation) in self.promise or not sizes.exists(self.tally.judge.family, situation):
            return False
        self.look(situation)
        return True

    def _keep(self, situation: Situation, begin: Batch | None) -> None:
        key = str(situation)
        self._looked[key] = situation
        begin = None if begin is None else self._solid(begin)
        if begin is None:
            self.promise.setdefault(key, -np.inf)
            return
        self._starts[key] = begin
        promise = float(self.tally.judge(begin).promise.max())
        self.promise[key] = max(promise, self.promise.get(key, -np.inf))

    def _solid(self, begin: Batch) -> Batch | None:
        """The first few instances whose sides are more than rounding: a ratio of rounding may be anything."""
        found: list[Batch] = []
        count = 0
        for part in _doubling(begin):
            kept = np.flatnonzero(~self._hollow(part))
            found += [part.select(kept)] if kept.size else []
            count += kept.size
            if count >= SPOTS:
                break
        return concatenate(found).select(np.arange(min(count, SPOTS))) if found else None

    def _hollow(self, batch: Batch) -> BoolArray:
        """Where the sides of an inequality are rounding, (B,); of an equation their difference is what counts."""
        if self.tally.judge.claim.relation != "=":
            with suppress(*UNMEASURED):  # beside an instance that can be measured nothing can
                return hollow(self.tally.judge, batch)
        return np.zeros(batch.size, dtype=bool)

    def _forget(self, dismissed: Candidate) -> None:
        """Keep no start that looks as good as an instance that was dismissed; what is kept is looked at again."""
        key = str(dismissed.situation)
        self.promise[key] = -np.inf
        if (begin := self._starts.pop(key, None)) is not None:
            kept = np.flatnonzero(self.tally.judge(begin).promise < dismissed.ratio)
            self._keep(dismissed.situation, begin.select(kept) if kept.size else None)
            if key in self._starts:
                self.tally.add(self._starts[key], dismissed.situation, dismissed.found)

    def _best_in(self, situation: Situation) -> Candidate | None:
        begin = self._starts.get(str(situation))
        if begin is None:
            return None
        judgement = self.tally.judge(begin)
        top = int(np.argmax(judgement.promise))
        return judgement.candidate(top, begin.one(top), situation, "start")

    def _climb(self, situation: Situation, begin: Batch) -> None:
        """Climb from some starts; those that have left the box stay where they are in what was moved."""
        judge, coordinates = self.tally.judge, None
        if str(situation) in self._far:
            coordinates = outside(judge, situation, begin.one(int(np.argmax(judge(begin).promise))))
        steps = plan.affordable(STEPS, self.tally.judge.family.cost, 10)
        with suppress(*UNMEASURED):  # a step so far out that nothing can be measured there
            climb(self.tally, situation, begin, steps, stop_at=CLEARLY, coordinates=coordinates)


def _unwatched(_: Tally) -> None:
    """Nobody watches."""


def _doubling(batch: Batch) -> Iterator[Batch]:
    """A few instances, then twice as many of those that follow, and so on."""
    first, count = 0, SPOTS
    while first < batch.size:
        yield batch.select(np.arange(first, min(first + count, batch.size)))
        first, count = first + count, 2 * count
