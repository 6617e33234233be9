"""Prover: a claim for all networks of a shape is refuted, proved, or left open, goal by goal and piece by piece.

Every piece is tried with the bound as it stands first, up to some number of boxes. Only where that neither proves nor
refutes it the bound may be multiplied by the slack; so what is proved without slack is never called proved with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from wnverify.balls.ball import lower_float
from wnverify.claim import Claim
from wnverify.errors import RecordError
from wnverify.families.networks.weight_norm import WeightNorm
from wnverify.proving.branch import OPEN, Grown, Task
from wnverify.proving.certificate import Certificate, box_of
from wnverify.proving.checker import Checked, check, thresholds
from wnverify.proving.domain import Domain
from wnverify.proving.interval import exact
from wnverify.proving.kept import Kept
from wnverify.proving.laws import law
from wnverify.proving.pieces import Piece, open_boxes, pieces, share, whole
from wnverify.proving.witness import Witness, drawn, witness, worst
from wnverify.proving.work import Each, done_from, job_text, one_by_one

FIRST, EAGER, ALL = 1_500, 6_000, 10**9
"""Boxes that a piece may take with the bound as it stands where slack is allowed, at first, and where it does not
touch its threshold; and otherwise."""
SHOWN = 64
"""Open boxes at whose middles the ratio is measured."""
NONE = Fraction(1)


@dataclass(frozen=True)
class Goal:
    """One of the inequalities that make a claim, as far as it got.

    Args:
        name: its name.
        trees: of its pieces.
        boxes: looked at.
        slack: with which all its pieces are proved, or were tried last.
        open: share of the domain's volume that is not proved.
        ratio: the largest ratio of the claim at the middles of boxes that are not proved; 0 if there are none.
    """

    name: str
    trees: Sequence[str]
    boxes: int
    slack: Fraction
    open: float = 0.0
    ratio: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether all pieces are proved."""
        return not any(OPEN in tree for tree in self.trees)


@dataclass(frozen=True)
class Found:
    """What became of a claim.

    Args:
        goals: by name, as far as they got.
        checked: the certificate, accepted; None if there is none.
        witness: a network that breaks the claim; None if none was found.
        why: what keeps the claim open, in words; empty otherwise.
        seconds: processor time for the proof, and for the checker.
    """

    goals: Mapping[str, Goal] = field(default_factory=dict)
    checked: Checked | None = None
    witness: Witness | None = None
    why: str = ""
    seconds: tuple[float, float] = (0.0, 0.0)

    @property
    def slack(self) -> Fraction:
        """The largest slack of the goals."""
        return max((goal.slack for goal in self.goals.values()), default=NONE)


class _Refuted(Exception):
    """A network breaks the claim."""

    def __init__(self, found: Witness) -> None:
        Exception.__init__(self)
        self.found = found


@dataclass
class Prover:
    """What proves one claim.

    Args:
        id: of the theorem.
        claim: it.
        family: measures networks.
        domain: of the networks.
        slack: by which the bound may be multiplied.
        seconds: of processor time that the search may take.
        kept: where pieces are kept.
        only: a share of the pieces; the others are left, unless they are kept.
        each: does jobs, here or elsewhere.
    """

    id: str
    claim: Claim
    family: WeightNorm
    domain: Domain
    slack: Fraction = NONE
    seconds: float = 1e9
    kept: Kept = field(default_factory=Kept)
    only: tuple[int, int] = (1, 1)
    each: Each = one_by_one
    _took: float = 0.0
    _balls: dict[Fraction, dict[str, Any]] = field(default_factory=dict)

    def prove(self) -> Found:
        """Refute the claim, prove it, or say what is left.

        Raises:
            UsageError: if the claim is of no kind that can be proved.
        """
        begin, self._took = time.process_time(), 0.0
        obeyed = law(self.claim, self.domain)
        if found := witness(self.claim, self.family, self.domain, drawn(self.domain)):
            return self._ended(Found(witness=found), begin)
        if obeyed.broken:
            return self._ended(Found(why=f"the bound does not scale as its quantity does: {obeyed.broken}"), begin)
        goals: dict[str, Goal] = {}
        try:
            for name in obeyed.thresholds:
                goals[name] = self._goal(name)
        except _Refuted as error:
            return self._ended(Found(goals, witness=error.found), begin)
        except RecordError as error:
            return self._ended(Found(goals, why=str(error)), begin)
        return self._judged(Found(goals, seconds=(time.process_time() - begin, 0.0)))

    def _ended(self, found: Found, begin: float) -> Found:
        return replace(found, seconds=(time.process_time() - begin, 0.0))

    def _goal(self, name: str) -> Goal:
        """Prove one goal: every piece in one wave after the other, until it is proved."""
        parts, slack, boxes = pieces(self.domain), NONE, 0
        grown = {piece.number: Grown(OPEN, 0) for piece in parts}
        for factor, most in self._waves():
            left = [piece for piece in parts if not grown[piece.number].whole]
            if most == EAGER:
                left = [piece for piece in left if not grown[piece.number].touching]
            found = self._all(self._task(name, factor), left, most)
            grown |= found
            boxes += sum(each.boxes for each in found.values())
            slack = factor if left else slack
            self._refute([each.failing for each in found.values() if each.failing is not None])
        goal = Goal(name, [grown[piece.number].tree for piece in parts], boxes, slack)
        return goal if goal.whole else self._open(goal)

    def _waves(self) -> list[tuple[Fraction, int]]:
        """The slack of each wave, and how many boxes a piece may take."""
        if self.slack == 1:
            return [(NONE, ALL)]
        return [(NONE, FIRST), (NONE, EAGER), (self.slack, ALL)]

    def _task(self, name: str, slack: Fraction) -> Task:
        """A goal with a number that is surely not above its threshold."""
        if slack not in self._balls:
            self._balls[slack] = thresholds(self.claim, self.domain, slack)
        return Task(self.domain, name, exact(lower_float(self._balls[slack][name])))

    def _all(self, task: Task, parts: Sequence[Piece], most: int) -> dict[int, Grown]:
        """What became of pieces: what is kept, and the others of our share."""
        kept = {piece.number: self.kept.get(task, piece, most) for piece in parts}
        found = {number: grown for number, grown in kept.items() if grown is not None}
        rest = [piece for piece in parts if piece.number not in found and share(piece.number, self.only)]
        left = self.seconds - self._took
        for number, text in self.each([job_text(task, piece, most, left) for piece in rest]):
            each = done_from(text, len(self.domain.names))
            self._took += each.seconds
            self.kept.put(task, rest[number], most, each.grown, each.seconds)
            found[rest[number].number] = each.grown
        return dict(sorted(found.items()))

    def _refute(self, points: Sequence[Sequence[float]]) -> None:
        """A point at which a goal fails breaks the claim at some scale.

        Raises:
            _Refuted: with the network, if one is certified.
        """
        if points and (found := witness(self.claim, self.family, self.domain, points)):
            raise _Refuted(found)

    def _open(self, goal: Goal) -> Goal:
        """A goal with what is left of it."""
        volume, points = 0.0, []
        parts = pieces(self.domain)
        for lows, highs in self._boxes(parts, goal.trees):
            volume += float(np.prod(np.array(highs) - np.array(lows)))
            points.append([0.5 * (low + high) for low, high in zip(lows, highs, strict=True)])
        lowest, highest = (np.array(ends) for ends in self.domain.corners)
        total = float(np.prod(highest - lowest))
        ratio, _ = worst(self.claim, self.family, self.domain, points[:: max(len(points) // SHOWN, 1)])
        return replace(goal, open=volume / total, ratio=ratio)

    def _boxes(self, parts: Sequence[Piece], trees: Sequence[str]) -> Iterator[tuple[list[float], list[float]]]:
        for piece, tree in zip(parts, trees, strict=True):
            yield from open_boxes(piece, tree)

    def _judged(self, found: Found) -> Found:
        """The certificate before the checker, if every goal is proved."""
        if not all(goal.whole for goal in found.goals.values()):
            return found
        slack = found.slack
        certificate = Certificate(
            theorem=self.id,
            claim=str(self.claim),
            L=self.domain.L,
            m=self.domain.m,
            d=self.domain.d,
            activation=self.domain.activation,
            slack=f"{slack.numerator}/{slack.denominator}",
            box=box_of(self.domain),
            trees={name: whole(self.domain, goal.trees) for name, goal in found.goals.items()},
        ).sealed()
        begin = time.process_time()
        try:
            checked = check(certificate, self.claim)
        except RecordError as error:
            return replace(found, why=f"the checker refused the certificate: {error}")
        took = time.process_time() - begin
        self.kept.put_whole(certificate, took)
        return replace(found, checked=checked, seconds=(found.seconds[0], took))
