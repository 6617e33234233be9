"""Pool: hard instances kept together, on which edited versions of a claim are evaluated at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import sympy
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.batch import Batch
from wnverify.checks.sharpness.edits import Edit, Editable, editable
from wnverify.claim import Claim
from wnverify.family import Situation
from wnverify.judging.comparison import fulfilled, scale_of
from wnverify.judging.formula import Values, function
from wnverify.judging.judge import Judge, Judgement
from wnverify.search import plan
from wnverify.search.ascent import climb
from wnverify.search.ground import ground
from wnverify.search.tally import Tally
from wnverify.theorem import Theorem

STARTS = 8
KEPT = 16
"""Of a draw: so many of the hardest admissible instances, of the others, and of those that a hypothesis keeps out."""

LARGEST = 3000
"""Instances that edits are evaluated on: from every draw and every climb the same number, the hardest of each."""


@dataclass(frozen=True)
class Bench:
    """A claim that can be edited, evaluated on many instances.

    Args:
        claim: the claim.
        parts: its graph and its places.
        base: the values of all nodes where nothing is edited.
        margin: relative excess of a side that counts as a violation; rounding is no reason.
    """

    claim: Claim
    parts: Editable
    base: list[FloatArray]
    margin: float

    def edited(self, edit: Edit, values: FloatArray) -> tuple[BoolArray, BoolArray, FloatArray | None]:
        """For k values of a place: where the hypotheses hold, where the claim fails, and the failure probability.

        Args:
            edit: the place.
            values: (k,).

        Returns:
            Arrays that broadcast to (k, *instances).
        """
        axes = max(1, *(array.ndim for array in self.base))
        with np.errstate(all="ignore"):
            new = self.parts.graph.changed(self.base, edit.leaf, values.reshape(-1, *[1] * axes))
            lhs, rhs = (new.get(node, self.base[node]) for node in (self.parts.lhs, self.parts.rhs))
            failing = breaks(self.claim, lhs, rhs, self.margin)
            met = [
                self._met(name, new) if left in new or right in new else self.met_before[name]
                for name, (left, right) in self.parts.given.items()
            ]
        failure = self.parts.failure
        chance = None if failure is None else new.get(failure, self.base[failure])
        return reduce(np.logical_and, met, np.ones(1, dtype=bool)), failing, chance

    @cached_property
    def met_before(self) -> dict[str, BoolArray]:
        """Where each hypothesis holds unedited."""
        with np.errstate(all="ignore"):
            return {name: self._met(name, {}) for name in self.parts.given}

    def _met(self, name: str, new: Mapping[int, FloatArray]) -> BoolArray:
        left, right = (new.get(node, self.base[node]) for node in self.parts.given[name])
        return fulfilled(self.claim.given[name], left, right)


def breaks(claim: Claim, lhs: FloatArray, rhs: FloatArray, margin: float) -> BoolArray:
    """Where the sides violate the relation by more than a share of the larger one; nan never does."""
    if claim.relation == "=":
        return np.asarray(np.abs(lhs - rhs) > margin * scale_of(lhs, rhs))
    small, large = claim.main.oriented(lhs, rhs)
    return np.asarray(small - large > margin * np.where(np.isinf(large), 0.0, np.abs(large)))


def measured(judge: Judge, parts: Editable, batch: Batch) -> Values:
    """What the claim asks for, in the terms of the family's default settings: β for √m β, say."""
    rescaling = judge.rescaling(batch.settings)
    new = {symbol.name: sympy.sympify(value) for symbol, value in rescaling.items()}
    asked = {name: new.get(name, sympy.Symbol(name)) for name in parts.names}
    names = sorted({symbol.name for expression in asked.values() for symbol in expression.free_symbols})
    values = judge.measured(names, batch)
    if not names:
        return {name: np.full(batch.size, float(expression)) for name, expression in asked.items()}
    return {name: values[name] if name not in new else function(new[name])(values) for name in asked}


class Pool:
    """Instances of a sure claim: the hardest, and those that a single hypothesis keeps out.

    Attributes:
        parts: the claim with its places.
        tally: what was seen while gathering.
        beyond: how many instances each hypothesis alone keeps out.
        broken: instances left out because they break the claim itself.
    """

    def __init__(self, theorem: Theorem) -> None:
        self.judge = Judge(theorem.claim, theorem.family)
        self.tally = Tally(self.judge)
        self.parts = editable(theorem.claim)
        self.beyond: dict[str, int] = dict.fromkeys(theorem.claim.given, 0)
        self.broken = 0
        self._values: list[Values] = []

    def gather(self, situations: Sequence[Situation], climbs: int, steps: int, which: tuple[int, int]) -> None:
        """Look at the ground of every situation, then climb where that came closest; `which` is its seed and turn."""
        seen = [self.glance(situation, which) for situation in situations]
        highest = [float(ratios.max(initial=-np.inf)) for ratios, _ in seen]
        promise = list(zip(situations, highest, strict=True))
        for index in plan.by_turns(promise, climbs):
            if seen[index][0].size:
                last = climb(self.tally, situations[index], seen[index][1], steps)
                self._keep_hardest(last, self.judge(last))

    def _keep_hardest(self, batch: Batch, judgement: Judgement) -> None:
        order = np.argsort(-judgement.ratio, kind="stable")
        self._keep(batch, order[(judgement.accepted & ~self._broken(judgement))[order]])

    def glance(self, situation: Situation, which: tuple[int, int]) -> tuple[FloatArray, Batch]:
        """Look at one situation; the instances to climb from, with their ratios before them, the highest first."""
        pool = ground(self.judge.family, situation, *which)
        batch = pool.batch
        judgement = self.judge(batch)
        self.tally.count(judgement, batch, situation, pool.found)
        usable = judgement.accepted & ~self._broken(judgement)
        ratio = np.where(usable, judgement.ratio, -np.inf)
        order = np.argsort(-ratio, kind="stable")[: usable.sum()]
        # an edit may bite where the claim itself does not
        others = order[KEPT :: max(1, (order.size - KEPT) // KEPT)]
        for chosen in (order[:KEPT], others, self._near_misses(judgement)[:KEPT]):
            self._keep(batch, chosen)
        pool.release()
        return ratio[order[:STARTS]], batch.some(order[:STARTS])

    def _broken(self, judgement: Judgement) -> BoolArray:
        """Those that break the claim unedited: by rounding, or it is false, and other checks decide which."""
        broken = judgement.accepted & (judgement.ratio > judgement.limit)
        self.broken += int(broken.sum())
        return broken

    def _near_misses(self, judgement: Judgement) -> NDArray[np.intp]:
        """Those that a single hypothesis, an inequality, keeps out: weakened, it would admit them."""
        unmet = sum((~flags).astype(int) for flags in judgement.met.values())
        found = [np.zeros(0, dtype=np.intp)]
        for name, flags in judgement.met.items():
            if self.judge.claim.given[name].relation == "=":
                continue
            single = np.flatnonzero(~flags & (unmet == 1))
            self.beyond[name] += single.size
            found.append(single[np.argsort(-judgement.ratio[single], kind="stable")])
        return np.concatenate(found)

    def _keep(self, batch: Batch, chosen: NDArray[np.intp]) -> None:
        if chosen.size:
            values = measured(self.judge, self.parts, batch)
            self._values.append({name: array[chosen] for name, array in values.items()})

    @cached_property
    def bench(self) -> Bench:
        """The claim on what was gathered, of a long search the hardest; ask for it when the gathering is over."""
        most = max(1, LARGEST // max(1, len(self._values)))
        values = {
            name: np.concatenate([kept[name][:most] for kept in self._values] or [np.zeros(0)])
            for name in self.parts.names
        }
        tolerance = self.judge.claim.tolerance
        margin = 10 * tolerance if self.judge.claim.relation == "=" else max(1e-9, 10 * tolerance)
        with np.errstate(all="ignore"):
            base = self.parts.graph.evaluate(values)
        return Bench(self.judge.claim, self.parts, base, margin)

    def refuted(self, edit: Edit, values: FloatArray) -> BoolArray:
        """At which of k values of a place an instance breaks the claim, (k,)."""
        admitted, failing, _ = self.bench.edited(edit, values)
        return np.asarray((admitted & failing).any(axis=1))
