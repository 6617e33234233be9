"""Prover: a claim for all networks of a shape is refuted, proved, or left open, goal by goal and piece by piece.

Every piece is tried with the bound as it stands first, up to some number of boxes. Only where that neither proves nor
refutes it the bound may be multiplied by the slack; so what is proved without slack is never called proved with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import sympy

from wnverify.claim import Claim
from wnverify.errors import RecordError
from wnverify.families.networks.weight_norm import WeightNorm
from wnverify.proving.branch import Grown, Task
from wnverify.proving.certificate import Certificate, box_of
from wnverify.proving.checker import Checked, NotEnded, check
from wnverify.proving.domain import Domain
from wnverify.proving.found import NONE, Found, Goal
from wnverify.proving.kept import Kept
from wnverify.proving.laws import Law, law
from wnverify.proving.left import middles, open_boxes, provable
from wnverify.proving.pieces import Piece, pieces, share, whole
from wnverify.proving.tape import tape
from wnverify.proving.trees import OPEN, open_share
from wnverify.proving.witness import Met, Witness, drawn, witness, worst
from wnverify.proving.work import Each, done_from, here, job_text
from wnverify.stopping import heard

FIRST, EAGER, ALL = 1_500, 6_000, 10**9
"""Boxes that a piece may take with the bound as it stands where slack is allowed, at first, and where it does not
touch its threshold; and otherwise."""
SHOWN = 64
"""Open boxes at whose middles the ratio is measured."""
SPENT, INTERRUPTED = "the budget is spent", "interrupted"


class _Refuted(Exception):
    """A network breaks the claim."""

    def __init__(self, found: Witness) -> None:
        Exception.__init__(self)
        self.found = found


@dataclass
class _Course:
    """A goal in the making.

    Args:
        grown: what became of every piece.
        slack: that was tried last.
        boxes: looked at.
    """

    grown: dict[int, Grown]
    slack: Fraction = NONE
    boxes: int = 0

    def take(self, number: int, found: Grown) -> None:
        """What became of a piece; where it was ended early, what was known before may be more."""
        self.boxes += found.boxes
        before = self.grown[number]
        if not (found.stopped and open_share(found.tree) >= open_share(before.tree)):
            self.grown[number] = found


@dataclass
class Prover:
    """What proves one claim.

    Args:
        id: of the theorem.
        claim: it.
        family: measures networks.
        domain: of the networks.
        slack: by which the bound may be multiplied.
        seconds: of processor time that the search and the checker may take together.
        kept: where pieces are kept.
        only: a share of the pieces; the others are left, unless they are kept.
        each: does jobs, here or elsewhere; by default here.
        stopped: whether the user wants an end; asked between boxes.
    """

    id: str
    claim: Claim
    family: WeightNorm
    domain: Domain
    slack: Fraction = NONE
    seconds: float = 1e9
    kept: Kept = field(default_factory=Kept)
    only: tuple[int, int] = (1, 1)
    each: Each | None = None
    stopped: Callable[[], bool] = lambda: False
    _begin: float = 0.0
    _took: float = 0.0
    _interrupted: bool = False
    _courses: dict[str, _Course] = field(default_factory=dict)
    _law: Law = field(init=False)

    def prove(self) -> Found:
        """Refute the claim, prove it, or say what is left; an interruption ends it with what there is.

        Raises:
            UsageError: if the claim is of no kind that can be proved.
        """
        self._begin, self._took = time.process_time(), 0.0
        self._law = obeyed = law(self.claim, self.domain)
        if broken := witness(self.claim, self.family, self._law.domain, drawn(self._law.domain)):
            return self._timed(Found(witness=broken))
        if obeyed.broken:
            return self._timed(Found(why=f"the bound does not scale as its quantity does: {obeyed.broken}"))
        parts = pieces(obeyed.domain)
        self._courses = {name: _Course({piece.number: Grown(OPEN, 0) for piece in parts}) for name in obeyed.demands}
        try:
            for name, course in self._courses.items():
                self._follow(name, course, parts)
        except _Refuted as error:
            return self._timed(Found(self._goals(), witness=error.found))
        except RecordError as error:
            return self._timed(Found(self._goals(), why=str(error)))
        except KeyboardInterrupt:
            heard()
            self._interrupted = True
        found = self._timed(Found(self._goals()))
        whole = all(goal.whole for goal in found.goals.values())
        return self._judged(found) if whole else self._left(found, parts, self._ended())

    def _timed(self, found: Found) -> Found:
        return replace(found, seconds=(self._spent, 0.0))

    @property
    def _spent(self) -> float:
        """Processor time up to now, of whoever did the pieces."""
        return max(time.process_time() - self._begin, self._took)

    def _goals(self) -> dict[str, Goal]:
        return {
            name: Goal(name, [grown.tree for grown in course.grown.values()], course.boxes, course.slack)
            for name, course in self._courses.items()
        }

    def _follow(self, name: str, course: _Course, parts: Sequence[Piece]) -> None:
        """Prove one goal: every piece in one wave after the other, until it is proved.

        Raises:
            _Refuted: if a network breaks the claim.
        """
        for factor, most in self._waves():
            left = [piece for piece in parts if not course.grown[piece.number].whole]
            if most == EAGER:
                left = [piece for piece in left if not course.grown[piece.number].touching]
            if self._ended() or not left:
                continue
            failing = []
            course.slack = factor
            for number, grown in self._all(self._task(name, factor), left, most):
                course.take(number, grown)
                failing += [grown.failing] if grown.failing is not None else []
            self._refute(failing)

    def _waves(self) -> list[tuple[Fraction, int]]:
        """The slack of each wave, and how many boxes a piece may take."""
        if self.slack == 1:
            return [(NONE, ALL)]
        return [(NONE, FIRST), (NONE, EAGER), (self.slack, ALL)]

    def _ended(self) -> str:
        """What ends the search, in words; empty if nothing does."""
        if self._interrupted or self.stopped():
            return INTERRUPTED
        return SPENT if self._spent >= self.seconds else ""

    def _task(self, name: str, slack: Fraction) -> Task:
        """A goal with the numbers that it needs."""
        demand = self._law.demands[name].eased(sympy.Rational(slack.numerator, slack.denominator))
        return Task(self._law.domain, demand.goal, [tape(each, self.domain.activation) for each in demand.numbers])

    def _all(self, task: Task, parts: Sequence[Piece], most: int) -> Iterator[tuple[int, Grown]]:
        """What became of pieces: what is kept, and the others of our share as they are done."""
        rest = []
        for piece in parts:
            grown = self.kept.get(task, piece, most)
            if grown is not None:
                yield piece.number, grown
            elif share(piece.number, self.only):
                rest.append(piece)
        each = self.each or here(self.stopped)
        for place, text in each(self._job(task, piece, most) for piece in rest):
            done = done_from(text, len(self._law.domain.names))
            self._took += done.seconds
            self.kept.put(task, rest[place], most, done.grown, done.seconds)
            yield rest[place].number, done.grown

    def _job(self, task: Task, piece: Piece, most: int) -> bytes:
        """A piece with the time that is left, and how far it got before."""
        return job_text(task, piece, (most, self.seconds - self._spent), self.kept.begun(task, piece, most))

    def _refute(self, points: Sequence[Sequence[float]]) -> None:
        """A point at which a goal fails breaks the claim at some scale.

        Raises:
            _Refuted: with the network, if one is certified.
        """
        if points and (found := witness(self.claim, self.family, self._law.domain, points)):
            raise _Refuted(found)

    def _left(self, found: Found, parts: Sequence[Piece], ended: str) -> Found:
        """What is open, and what is known of it.

        Args:
            found: what became of the claim.
            parts: the pieces; none where all of them are proved.
            ended: what ended it, in words.
        """
        goals: dict[str, Goal] = {}
        nearest: list[Met] = []
        for name, goal in found.goals.items():
            boxes = open_boxes(parts, goal.trees) if parts else []
            factor = max(float(goal.slack) if goal.slack > 1 else 1.0, provable(self._task(name, NONE), boxes))
            met = worst(self.claim, self.family, self._law.domain, middles(boxes, SHOWN)) if boxes else None
            nearest += [met] if met else []
            goals[name] = replace(goal, ratio=met.ratio if met else 0.0, provable=factor)
        nearest.append(worst(self.claim, self.family, self._law.domain, drawn(self._law.domain)))
        met = max(nearest, key=lambda each: each.ratio)
        interrupted = self._interrupted or self.stopped()
        return replace(found, goals=goals, ended=ended, interrupted=interrupted, met=met)

    def _judged(self, found: Found) -> Found:
        """The certificate before the checker."""
        slack = found.slack
        certificate = Certificate(
            theorem=self.id,
            claim=str(self.claim),
            L=self.domain.L,
            m=self.domain.m,
            d=self.domain.d,
            activation=self.domain.activation,
            slack=f"{slack.numerator}/{slack.denominator}",
            box=box_of(self._law.domain),
            trees={name: whole(self._law.domain, goal.trees) for name, goal in found.goals.items()},
        ).sealed()
        begin, left = time.process_time(), self.seconds - found.seconds[0]
        checked: Checked | None = None
        why = ended = ""
        try:
            checked = check(certificate, self.claim, lambda: self.stopped() or time.process_time() - begin > left)
        except RecordError as error:
            why = f"the checker refused the certificate: {error}"
        except NotEnded as error:
            ended = self._unchecked(error.leaves, certificate)
        except KeyboardInterrupt:
            heard()
            self._interrupted, ended = True, self._unchecked(0, certificate)
        found = replace(found, checked=checked, why=why, seconds=(found.seconds[0], time.process_time() - begin))
        if checked is not None:
            self.kept.put_whole(certificate, found.seconds[1])
        return self._left(found, [], ended) if ended else found

    def _unchecked(self, judged: int, certificate: Certificate) -> str:
        """What ended the checker: what the search found is not proved before all of it was judged."""
        by = INTERRUPTED if self._interrupted or self.stopped() else SPENT
        return f"{by}: the search is done, and the checker had accepted {judged:,} of {certificate.leaves:,} boxes"
