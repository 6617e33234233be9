"""Work: the attained maximum of one shape, in whichever process; all that goes there and comes back is plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from flint import ctx

from wnverify.balls.ball import Ball
from wnverify.batch import to_data
from wnverify.catalogue import load
from wnverify.errors import TheoremFileError, UsageError, WnverifyError, expected
from wnverify.evidence import TheoremEvidence
from wnverify.family import Situation
from wnverify.judging.judge import Judge
from wnverify.questions.trial.ask import posed
from wnverify.runs.theorem import verify
from wnverify.suggesting.known import Known
from wnverify.suggesting.maxima import Attained, Effort, attain
from wnverify.suggesting.refine import PRECISION, refine
from wnverify.suggesting.scale import scale
from wnverify.theorem import Theorem

SIGNS = ("<", ">", "=", "≤", "≥")
"""What a typed claim has, and no id."""
VALUES = 3
"""So many values of each size are looked at first."""


@dataclass(frozen=True)
class Subject:
    """What maxima are sought of.

    Args:
        name: the id of a theorem, a path, or a typed claim.
        given: further hypotheses of a typed claim.
        settings: the settings to keep.
        with_: files of one's own, of which a claim may speak, or one of which may be the theorem.
    """

    name: str
    given: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    with_: Sequence[str] = ()

    @property
    def typed(self) -> bool:
        """Whether it is a claim rather than the name of a theorem."""
        return any(sign in self.name for sign in SIGNS)

    @property
    def place(self) -> str:
        """What can be loaded: the file of one's own that bears the name, else the name as it is."""
        own = [path for path in self.with_ if Path(path).stem == self.name.rpartition("/")[2]]
        return self.name if self.typed or not own else own[0]

    def theorem(self) -> Theorem:
        """The theorem, confined to the settings.

        Raises:
            UsageError: for hypotheses of a theorem that has its own, and for settings that it does not have.
        """
        if self.typed:
            return posed(self.name, given=self.given, with_=self.with_, **self.settings)
        if self.given:
            raise UsageError(expected("hypotheses of a typed claim", f"--given for {self.name}", "type the claim"))
        theorem = load(self.place)
        try:
            return replace(theorem, settings={**theorem.settings, **{n: (v,) for n, v in self.settings.items()}})
        except TheoremFileError as error:
            raise UsageError(str(error)) from error


@dataclass(frozen=True)
class Task:
    """The maximum of one shape.

    Args:
        subject: of what.
        shape: the sizes.
        effort: how hard to search.
        seed: of all randomness.
    """

    subject: Subject
    shape: Mapping[str, int]
    effort: Effort
    seed: int


@dataclass(frozen=True)
class Value:
    """What was attained at one shape.

    Args:
        shape: the sizes.
        settings: those at which it was attained.
        value: the left side in known units, a ball.
        digits: to how many digits it is known.
        kind: what the maximiser looks like.
        certified: whether balls enclose what was attained.
        proved: whether there is a strict local maximum for certain, with as many entries held as are flat.
        share: of the bound, by floats.
        again: how many of the rounds ended there.
        rounds: that began from random instances.
        found: how the best instance was found.
        instance: the instance, as records have it.
    """

    shape: Mapping[str, int]
    settings: Mapping[str, str]
    value: Ball
    digits: int
    kind: str
    certified: bool
    proved: bool
    share: float
    again: int
    rounds: int
    found: str
    instance: Mapping[str, Any]

    @property
    def known(self) -> Known:
        """The number, for those who look for closed forms."""
        with ctx.workprec(PRECISION):
            return Known(self.shape, self.value.to_arb(), self.digits)


def situations(theorem: Theorem, shape: Mapping[str, int]) -> list[Situation]:
    """One shape with each setting of a theorem in which its symbols are taken as they stand."""
    family = theorem.family
    settings = {str(each.settings): each.settings for each in theorem.situations()}.values()
    plain = [each for each in settings if not family.rescaling(each)] or list(settings)
    return [Situation(dict(shape), each) for each in plain]


def at_shape(task: Task) -> Value | str:
    """The maximum of one shape; where there is none, why, in words."""
    theorem = task.subject.theorem()
    unit = scale(theorem.claim, theorem.family)
    judge = Judge(theorem.claim.with_bound(unit), theorem.family)
    rng = np.random.default_rng([task.seed, *task.shape.values()])
    try:
        attained = attain(judge, situations(theorem, task.shape), task.effort, rng)
    except WnverifyError as error:
        return str(error)
    if attained is None:
        return "no instance meets the hypotheses"
    if not 0 < attained.best.ratio < np.inf:
        return f"the largest ratio is {attained.best.ratio:g}, which suggests nothing"
    return _value(theorem, judge, attained)


def _value(theorem: Theorem, judge: Judge, attained: Attained) -> Value:
    best, family = attained.best, theorem.family
    refined = refine(judge, attained)
    with ctx.workprec(PRECISION):
        upper = theorem.claim.relation in ("<=", "<")
        value = refined.value if upper else 1 / refined.value
    return Value(
        best.batch.shape,
        best.batch.settings,
        Ball.from_arb(value),
        refined.digits,
        refined.kind,
        refined.certified,
        refined.proved,
        float(Judge(theorem.claim, family)(best.batch).ratio[0]),
        attained.again,
        len(attained.ends),
        best.found,
        to_data(best.batch),
    )


def attacked(path: str, budget: str, seed: int) -> TheoremEvidence:
    """The evidence of the ordinary checks about a conjecture's file."""
    return verify(load(path), budget=budget, seed=seed)


def shapes_of(theorem: Theorem, count: int, most: int) -> list[Mapping[str, int]]:
    """Small shapes of a theorem, so many that every size takes several values: a form in it needs them.

    Args:
        theorem: the theorem.
        count: how many.
        most: numbers of an instance, at most.
    """
    by_shape = {tuple(each.shape.items()): each for each in theorem.situations()}
    sized = [(theorem.family.numbers(each), each.shape) for each in by_shape.values()]
    left = [shape for numbers, shape in sorted(sized, key=lambda each: each[0]) if numbers <= most]
    chosen: list[Mapping[str, int]] = []
    while left and len(chosen) < count:
        seen = {name: {shape[name] for shape in chosen} for name in left[0]}
        wanted = [name for name, values in seen.items() if len(values) < VALUES]
        following = max(left, key=lambda shape: sum(shape[name] not in seen[name] for name in wanted))
        chosen.append(following)
        left.remove(following)
    return sorted(chosen, key=lambda shape: list(shape.values()))
