"""Branch: a box is halved until every part of it is proved, the budget is spent, or a point is found that fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wnverify.arrays import BoolArray, FloatArray
from wnverify.proving.domain import Domain
from wnverify.proving.goals import margins
from wnverify.proving.jet import Boxes
from wnverify.proving.network import Network
from wnverify.proving.tape import Tape
from wnverify.proving.trees import OPEN, Tree, opened

BATCH = 2048
FEW = 16
"""Boxes that are looked at together; fewer where few may be looked at at all, so that some become small."""
DEEPEST = 16, 12
"""Halvings, and halvings a coordinate, after which what is still not proved is taken to touch its threshold."""
TOUCHED = 16
"""So many boxes of that kind are enough."""


@dataclass(frozen=True)
class Looked:
    """What is known of boxes after one look.

    Args:
        proved: (B,).
        failing: whether the centre certainly fails, (B,).
        along: the coordinate in which to halve, (B,).
    """

    proved: BoolArray
    failing: BoolArray
    along: NDArray[np.int8]


@dataclass(frozen=True)
class Task:
    """A goal in a part of a domain.

    Args:
        domain: the networks.
        goal: its name.
        numbers: that the goal needs, the last of which its quantity must not exceed.
    """

    domain: Domain
    goal: str
    numbers: Sequence[Tape]

    def look(self, lo: FloatArray, hi: FloatArray) -> Looked:
        """Judge boxes.

        Args:
            lo: (n, B).
            hi: (n, B).
        """
        with np.errstate(all="ignore"):
            boxes = Boxes.between(lo, hi)
            found = margins(self.goal, Network(self.domain, boxes), self.numbers)
            failed, failing = np.zeros(lo.shape), np.zeros(lo.shape[1], dtype=bool)
            proved, before = np.ones_like(failing), np.ones_like(failing)
            for margin in found:
                good = np.broadcast_to(margin.whole.lo > 0, proved.shape)
                reach = np.nan_to_num(margin.slope.size * boxes.radius, nan=0.0, posinf=0.0)
                failed += np.where(good, 0.0, reach)
                failing |= before & (margin.mid.hi < 0)
                before = before & (margin.mid.lo > 0)
                proved &= good
            along = np.argmax(np.where(failed.max(axis=0) > 0, failed, boxes.radius), axis=0)
        return Looked(proved, failing, along.astype(np.int8))


@dataclass(frozen=True)
class Grown:
    """What became of a box.

    Args:
        tree: in preorder.
        boxes: looked at.
        failing: a point that certainly exceeds the threshold, if one was found.
        touching: whether the threshold is neither kept nor exceeded next to some point.
        stopped: whether the budget was spent before the end.
    """

    tree: str
    boxes: int
    failing: list[float] | None = None
    touching: bool = False
    stopped: bool = False

    @property
    def whole(self) -> bool:
        """Whether every part is proved."""
        return OPEN not in self.tree


@dataclass
class _Waiting:
    """Boxes that are still to be looked at, the next ones last.

    Args:
        nodes: their numbers in the tree, (B,).
        depths: halvings that made them, (B,).
        lo: (n, B).
        hi: (n, B).
    """

    nodes: NDArray[np.int_]
    depths: NDArray[np.int_]
    lo: FloatArray
    hi: FloatArray

    def take(self, number: int) -> _Waiting:
        """Take the last ones away."""
        now, rest = slice(-number, None), slice(0, max(self.nodes.size - number, 0))
        taken = self._at(now)
        self._become(self._at(rest))
        return taken

    def put(self, other: _Waiting) -> None:
        """Add some at the end."""
        mine, theirs = self._parts(), other._parts()
        self._become(_Waiting(*(np.concatenate(pair, axis=-1) for pair in zip(mine, theirs, strict=True))))

    def _parts(self) -> tuple[NDArray[np.int_], NDArray[np.int_], FloatArray, FloatArray]:
        return self.nodes, self.depths, self.lo, self.hi

    def _at(self, chosen: slice | BoolArray) -> _Waiting:
        return _Waiting(self.nodes[chosen], self.depths[chosen], self.lo[:, chosen], self.hi[:, chosen])

    def _become(self, other: _Waiting) -> None:
        self.nodes, self.depths, self.lo, self.hi = other._parts()

    def halves(self, chosen: BoolArray, along: NDArray[np.int_], tree: Tree) -> _Waiting:
        """The halves of some of them, each added to the tree."""
        these = self._at(chosen)
        parts = zip(these.nodes.tolist(), along[chosen].tolist(), strict=True)
        begun = np.array([tree.halve(node, k) for node, k in parts], dtype=int)
        low, first, second, high = halved(these.lo, these.hi, along[chosen])
        depths = np.concatenate([these.depths, these.depths]) + 1
        lows, highs = np.concatenate([second, low], axis=1), np.concatenate([high, first], axis=1)
        return _Waiting(np.concatenate([begun + 1, begun]), depths, lows, highs)


@dataclass(frozen=True)
class Start:
    """Where a search begins.

    Args:
        lo: a corner of the box, (n,).
        hi: the opposite one.
        tree: what an earlier search made of it, in preorder.
        boxes: that it looked at.
    """

    lo: Sequence[float]
    hi: Sequence[float]
    tree: str = OPEN
    boxes: int = 0

    def waiting(self, tree: Tree) -> _Waiting:
        """The boxes that are left, each a node of the tree that is made here; the first ones last."""
        nodes, boxes = tree.follow(self.tree)[::-1], opened(self.lo, self.hi, self.tree)[::-1]
        shape = len(boxes), len(self.lo)
        lows, highs = (np.array([box[end] for box, _ in boxes], dtype=float).reshape(shape).T for end in (0, 1))
        return _Waiting(np.array(nodes, dtype=int), np.array([depth for _, depth in boxes], dtype=int), lows, highs)


def grow(task: Task, start: Start, spent: Callable[[], bool], most: int) -> Grown:
    """Halve a box until it is proved, or something else is known of it.

    Args:
        task: what is to be proved.
        start: the box, and what is known of it.
        spent: whether the budget is, or the search is to end.
        most: so many boxes are looked at, about.
    """
    tree, looked, touched, deepest = Tree(), start.boxes, 0, DEEPEST[0] + DEEPEST[1] * len(start.lo)
    waiting, batch = start.waiting(tree), max(min(BATCH, most // FEW), 1)
    while waiting.nodes.size and looked < most and touched < TOUCHED:
        if spent():
            return Grown(tree.text(), looked, touching=touched > 0, stopped=True)
        now = waiting.take(batch)
        seen = task.look(now.lo, now.hi)
        looked += now.nodes.size
        if seen.failing.any():
            k = int(np.argmax(seen.failing))
            return Grown(tree.text(), looked, (0.5 * (now.lo[:, k] + now.hi[:, k])).tolist())
        for node in now.nodes[seen.proved].tolist():
            tree.proved[node] = True
        stuck = ~seen.proved & (now.depths >= deepest)
        touched += int(stuck.sum())
        left = ~seen.proved & ~stuck
        if left.any():
            waiting.put(now.halves(left, seen.along.astype(int), tree))
    return Grown(tree.text(), looked, touching=touched > 0)


def halved(lo: FloatArray, hi: FloatArray, along: NDArray[np.int_]) -> tuple[FloatArray, ...]:
    """The corners of both halves of boxes: of the first, then of the second.

    Args:
        lo: (n, B).
        hi: (n, B).
        along: the coordinate of each.
    """
    each = np.arange(along.size)
    middle = 0.5 * (lo[along, each] + hi[along, each])
    first, second = hi.copy(), lo.copy()
    first[along, each] = middle
    second[along, each] = middle
    return lo, first, second, hi
