"""Ledger: what each step of a proof loses, where the bound is nearest, typically, and as the sizes grow.

A loss is the logarithm of what a step makes of all that the proof has come to. The losses of all steps add up to the
logarithm of the right side over the left side, so that a step has a share in what the bound gives away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import sympy

from wnverify.arrays import FloatArray, distinct, medians
from wnverify.batch import Batch, concatenate
from wnverify.claim import Relation
from wnverify.errors import UsageError
from wnverify.evidence import Number, number
from wnverify.family import Family, Situation
from wnverify.judging.judge import Judge
from wnverify.quantities import Source
from wnverify.search import plan, sizes
from wnverify.search.ascent import climb
from wnverify.search.ground import raised, stream
from wnverify.search.lot import Lot
from wnverify.search.tally import UNMEASURED, Tally
from wnverify.theorem import Theorem
from wnverify.typed.confined import Confined

NOTHING = 1e-9
"""A bound that is attained but for so little loses nothing, of which nobody has a share."""
LOOKED = 1000
"""Instances of a situation that are looked at, where these are dear and there are so many."""
STARTS, STEPS = 4, 30
"""Of the ascent to where the bound is nearest."""
RUNGS, FEW_RUNGS, DEAR = (1, 2, 4, 8, 12), (1, 2, 4), 10.0
"""Values of a size among which the ends and the middle of those that exist show what grows; fewer, and without an
ascent, in families as dear as that."""
SMALL = 3
"""No size of the foot of a ladder is larger."""
PLAINEST = "identity"
"""The activation with which a ladder is climbed, where there is a choice: it leaves no step anything else to lose."""
NUMBERS, EXTREMES, RANDOM, UPWARDS = 120, 4000, 8, 8
"""Of a rung: numbers of an instance, of all extreme ones; random instances, steps of the ascent from the best."""


@dataclass
class Ledger:
    """The losses that were seen.

    Args:
        theorem: whose proof it is.
        wholes: judges of what each step makes of all that the proof has come to.
        tally: of the theorem itself, on the same instances.
        shares: of the loss at every instance, (steps, B) a batch.
        promise: how near the bound is in each situation.
        rungs: the losses at the nearest instance of each situation of the ladder, where two sizes may meet.
    """

    theorem: Theorem
    wholes: list[Judge]
    tally: Tally
    shares: list[FloatArray] = field(default_factory=list)
    promise: list[tuple[Situation, float]] = field(default_factory=list)
    rungs: dict[str, list[float] | None] = field(default_factory=dict)

    def telling(self) -> list[Situation]:
        """The situations where what the proof comes to after each step has a value, by a random instance a shape."""
        groups = plan.by_shape(self.theorem.situations())
        return [situation for group in groups if self._tells(group[0]) for situation in group]

    def _tells(self, situation: Situation) -> bool:
        family = self.theorem.family
        one = family.draw(situation, family.regimes[0], 1, stream(family, 0, situation, "steps"))
        return bool(np.isfinite(self._ends(one)).all())

    def worth(self, pool: Lot) -> Lot:
        """All instances; where blocks of a Hessian are dear those at which the theorem is nearest, and some others.

        Losses are not negative, so that every step is as near there.
        """
        most = plan.affordable(LOOKED, self.theorem.family.cost)
        if pool.batch.size <= most or not any(judge.is_square for judge in self.wholes):
            return pool
        nearest = np.argsort(-self.tally.judge(pool.batch).promise, kind="stable")[: most // 2]
        spread = np.linspace(0, pool.batch.size - 1, most - nearest.size).astype(int)
        return pool.some(np.union1d(nearest, spread))

    def look(self, pool: Lot, situation: Situation) -> FloatArray:
        """Note the shares at shared instances, and how near the bound is there; the size of the bound, (B,)."""
        judgement = self.tally.judge(pool.batch)
        self.tally.count(judgement, pool.batch, situation, pool.found)
        self.promise.append((situation, float(judgement.promise.max())))
        losses = self.losses(pool.batch)
        total = losses.sum(axis=0)
        self.shares.append(losses[:, total > NOTHING] / total[total > NOTHING])
        return np.abs(judgement.rhs)

    def losses(self, batch: Batch) -> FloatArray:
        """The loss of every step, (steps, B); NaN where a hypothesis fails, or an end of a step is not positive."""
        ends = self._ends(batch)
        with np.errstate(all="ignore"):
            logs = np.where((ends > 0.0) & np.isfinite(ends), np.log(ends), np.nan)
        sign = -1.0 if self.theorem.claim.relation in (">=", ">") else 1.0
        found = sign * np.diff(logs, axis=0)
        return np.where(self.tally.judge(batch).accepted & ~np.isnan(found).any(axis=0), found, np.nan)

    def _ends(self, batch: Batch) -> FloatArray:
        """The left side, and what the proof comes to after each step, (steps + 1, B)."""
        judged = [judge(batch) for judge in self.wholes]
        return np.stack([judged[0].lhs, *(each.rhs for each in judged)])

    def typical(self) -> list[Number]:
        """The median share of each step."""
        found = np.concatenate(self.shares, axis=1) if self.shares else np.empty((len(self.wholes), 0))
        if not found.shape[1]:
            return [number(np.nan)] * len(self.wholes)
        return [number(share) for share in medians(found)]

    def climb(self, starts: Batch, situation: Situation) -> None:
        """Go on to where the bound is nearest, unless it is attained already."""
        best = self.tally.best
        if best is None or best.ratio < 1 - NOTHING:
            climb(self.tally, situation, starts, plan.affordable(STEPS, self.theorem.family.cost, 5))

    def nearest(self) -> list[Number]:
        """The losses at the instance at which the bound is nearest."""
        best = self.tally.best
        if best is None:
            return [number(np.nan)] * len(self.wholes)
        return [number(loss) for loss in self.losses(best.batch)[:, 0]]

    # ---- as the sizes grow

    def ladder(self, seed: int) -> dict[str, list[tuple[int, list[float]]]]:
        """Each size of the bound -> its values, with the losses at the nearest instance found at each.

        One size at a time is changed; what else the bound names and can be moved is kept at 1, or a search would find
        the scale at which a step loses nothing.

        Args:
            seed: of the run.
        """
        foot, level = self._foot(), self._level()
        named = {symbol.name for judge in self.wholes for symbol in judge.claim.rhs.free_symbols}
        told = [name for name in sizes.names(self.theorem.family, foot) if name in named]
        return {name: rungs for name in told if len(rungs := list(self._rungs(level, foot, name, seed))) > 1}

    def _foot(self) -> Situation:
        """Small sizes in the middle of those of the family; its first settings, or linear networks if there are."""
        situations = self.theorem.situations()
        shapes = [situation.shape for situation in situations]
        middle = {name: min(int(medians(np.array([shape[name] for shape in shapes]))), SMALL) for name in shapes[0]}
        linear = [each for each in situations if PLAINEST in each.settings.values()]
        return Situation(middle, (linear or situations)[0].settings)

    def _level(self) -> Family:
        """The family with what the bound names, and can be moved, at 1."""
        family = self.theorem.family
        named = {symbol.name for judge in self.wholes for symbol in judge.claim.rhs.free_symbols}
        found = [family.quantities[name] for name in family.movable() if name in named]
        fixed = [q for q in found if q.source is Source.ARRAY and q.low <= 1 <= q.high]
        relations = {f"{each} = 1": Relation(each, "=", sympy.Integer(1)) for each in sorted(fixed, key=str)}
        try:
            return Confined(family, relations, self.theorem.settings) if relations else family
        except UsageError:
            return family

    def _rungs(self, level: Family, foot: Situation, name: str, seed: int) -> Iterator[tuple[int, list[float]]]:
        """The smallest and the largest value of a size at which there are losses, and the middle one."""
        there = self._there(foot, name)
        first = next(self._found(level, there, seed), None)
        if first is None:
            return
        yield first
        last = next(self._found(level, there[:0:-1], seed), None)
        if last is not None:
            between = [each for each in there if first[0] < each[0] < last[0]]
            yield from self._found(level, between[len(between) // 2 :][:1], seed)
            if last[0] != first[0]:
                yield last

    def _there(self, foot: Situation, name: str) -> list[tuple[int, Situation]]:
        """The values of a size that instances can have, each with the situation there."""
        family = self.theorem.family
        sizes_of = RUNGS if family.cost < DEAR else FEW_RUNGS
        there = [(size, Situation({**foot.shape, name: size}, foot.settings)) for size in sizes_of]
        return [each for each in there if sizes.exists(family, each[1], NUMBERS)]

    def _found(
        self, level: Family, there: Iterable[tuple[int, Situation]], seed: int
    ) -> Iterator[tuple[int, list[float]]]:
        for size, situation in there:
            name = str(situation)
            if name not in self.rungs:
                try:
                    self.rungs[name] = self._nearest_at(level, situation, seed)
                except UNMEASURED:  # nothing can be drawn or measured there
                    self.rungs[name] = None
            if (found := self.rungs[name]) is not None:
                yield size, found

    def _nearest_at(self, level: Family, situation: Situation, seed: int) -> list[float] | None:
        """The losses at the nearest of some instances; None where the proof says nothing of any of them."""
        cost, pool = level.cost, self._drawn_at(level, situation, seed)
        tally = Tally(self.tally.judge)
        starts = pool.best(tally.add_lot(pool, situation).promise, STARTS)
        attained = tally.best is not None and tally.best.ratio >= 1 - NOTHING
        if starts is not None and not attained and cost < DEAR and self.tally.judge.has_slope:
            steps, coordinates = plan.affordable(UPWARDS, cost, 4), level.coordinates(situation)
            climb(tally, situation, starts, steps, coordinates=coordinates)
        if tally.best is None:
            return None
        found = self.losses(tally.best.batch)[:, 0]
        return None if np.isnan(found).any() else [float(loss) for loss in found]

    def _drawn_at(self, level: Family, situation: Situation, seed: int) -> Lot:
        """Random instances and extreme ones, moved to the level all at once."""
        family, fixed = self.theorem.family, level.supposed if isinstance(level, Confined) else ()

        def make() -> Batch:
            rng = stream(level, seed, situation, "ladder")
            pool = [batch for _, batch in plan.draw(family, situation, RANDOM, rng)]
            extreme = [batch for _, batch in family.structured(situation)]
            whole = concatenate([*pool, *([_thinned(concatenate(extreme))] if extreme else [])])
            return level.move(whole) if isinstance(level, Confined) else whole

        return raised(family, situation, seed, fixed, make)


def _thinned(batch: Batch) -> Batch:
    """Some of the extreme instances, evenly spread; all of them where they are small."""
    each = sum(array[..., 0].size for array in batch.arrays.values())
    return batch.select(distinct(np.linspace(0, batch.size - 1, EXTREMES // each).astype(int)))


def ledger(theorem: Theorem) -> Ledger:
    """An empty ledger for the proof of a theorem."""
    wholes = [Judge(link.whole, theorem.family) for link in theorem.proof]
    return Ledger(theorem, wholes, Tally(Judge(theorem.claim, theorem.family)))
