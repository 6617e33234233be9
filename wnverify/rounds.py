"""Rounds: what was found in round 1, 2, …, k of a sweep, added up; k rounds give the same whenever each was done.

A round of a theorem is each of its checks once; it counts when the last of them is finished, and is added in its
turn, whichever process finished which first, today or a week ago. The first round has all checks; the symbolic one,
which decides about the bound and searches nothing, is no part of the others.

Instances are summed, the worst ratio is that of all rounds, a mutant is dead that died in any, a place of the claim
is needed that was needed in any. A refutation in one round refutes. Whether random instances met the hypotheses often
enough is asked of all rounds together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import structs

from wnverify.evidence import (
    Acceptance,
    CheckEvidence,
    Item,
    Kind,
    Number,
    StepFound,
    Subject,
    TheoremEvidence,
    hardly_tested,
    limit,
    of_mutants,
)
from wnverify.verdict import Verdict

Outcome: TypeAlias = tuple[CheckEvidence, float]
"""What a check found, and its CPU seconds."""
WEIGHT = (
    Verdict.REFUTED,
    Verdict.FLAWED,
    Verdict.ERROR,
    Verdict.UNDECIDED,
    Verdict.HELD,
    Verdict.PROVED,
    Verdict.VACUOUS,
)
"""Which verdict of several rounds is that of all: a round that met no hypothesis says nothing beside one that did."""
SETTLED = frozenset({Verdict.REFUTED, Verdict.FLAWED, Verdict.ERROR})
"""After such a round a theorem needs no other."""
SHARPEST = (Kind.NEEDED, Kind.SLACK, Kind.UNTESTED)
SHARPER = -1, 1
"""The nearest values at which an edited place is refuted: the sharper, the larger below and the smaller above."""


@dataclass
class Sum:
    """What one check found in the rounds so far, in their order.

    Args:
        first: what it found in the first of them.
        rounds: how many there were.
    """

    first: CheckEvidence
    rounds: int = 1
    _total: CheckEvidence = field(init=False)
    _told: CheckEvidence = field(init=False)
    _from: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        self._total = self._told = self.first

    def add(self, found: CheckEvidence) -> None:
        """Add the next round."""
        self.rounds += 1
        if _rank(found) < _rank(self._told):
            self._told, self._from = found, self.rounds
        self._total = _added(self._total, found)

    @property
    def total(self) -> CheckEvidence:
        """What it found in all rounds together; in a single one, just that."""
        if self.rounds == 1:
            return self.first
        whole = structs.replace(self._total, verdict=self._told.verdict, worst=self._told.worst)
        if whole.subject is Subject.MUTANTS:
            verdict, reason = of_mutants(whole.items)
            return structs.replace(whole, verdict=verdict.name, reason=f"{reason}, in {self.rounds} rounds together")
        if whole.independent and whole.outcome in (Verdict.HELD, Verdict.VACUOUS):
            return self._weighed(whole)
        return structs.replace(whole, reason=self._reason(whole))

    def _weighed(self, whole: CheckEvidence) -> CheckEvidence:
        """Whether enough random instances of all rounds put the claim to the test."""
        if why := hardly_tested(whole.tried, whole.accepted, whole.substance):
            return structs.replace(whole, verdict=Verdict.VACUOUS.name, reason=f"{why}, in {self.rounds} rounds")
        reason = f"{self._reason(whole)}; of all rounds: {limit(whole.accepted)}"
        return structs.replace(whole, verdict=Verdict.HELD.name, reason=reason)

    def _reason(self, whole: CheckEvidence) -> str:
        if whole.subject is Subject.BOUND:
            return self._told.reason
        what = f"{self.rounds} rounds with {whole.accepted:,} admissible instances"
        if whole.subject is Subject.PLACES and whole.items:
            needed = sum(item.kind is Kind.NEEDED for item in whole.items)
            what += f", in which {needed} of {len(whole.items)} places are needed"
        return f"{what}; round {self._from}, which says most: {self._told.reason}"


def _rank(found: CheckEvidence) -> tuple[int, float]:
    """The less, the more a round says of all of them."""
    needed = sum(item.kind is Kind.NEEDED for item in found.items)
    ratio = float(found.worst.ratio) if found.worst else float(needed)
    return WEIGHT.index(found.outcome), -ratio


def _added(so_far: CheckEvidence, found: CheckEvidence) -> CheckEvidence:
    """Counts, curves and items of both; verdict and reason are for `Sum` to say."""
    return structs.replace(
        so_far,
        tried=so_far.tried + found.tried,
        accepted=so_far.accepted + found.accepted,
        trivial=so_far.trivial + found.trivial,
        unevaluated=so_far.unevaluated + found.unevaluated,
        uncertified=so_far.uncertified or found.uncertified,
        acceptance=_met(so_far.acceptance, found.acceptance),
        effort=_curve(so_far, found),
        by_situation=_largest(so_far.by_situation, found.by_situation),
        ranges=_wider(so_far.ranges, found.ranges),
        items=_items(so_far.items, found.items),
        random=_summed(so_far.random, found.random),
        searched=_summed(so_far.searched, found.searched),
        by_size=_raised(so_far.by_size, found.by_size),
        powers=so_far.powers or found.powers,
        steps=_steps(so_far.steps, found.steps),
    )


def _met(so_far: Mapping[str, Acceptance], found: Mapping[str, Acceptance]) -> dict[str, Acceptance]:
    none = Acceptance(0, 0)
    pairs = {name: (so_far.get(name, none), found.get(name, none)) for name in {**so_far, **found}}
    return {name: Acceptance(one.met + two.met, one.tried + two.tried) for name, (one, two) in pairs.items()}


def _curve(so_far: CheckEvidence, found: CheckEvidence) -> list[tuple[int, Number]]:
    """The search-effort curve goes on where it was, and shows only what rose above it."""
    best = max((float(ratio) for _, ratio in so_far.effort), default=float("-inf"))
    return so_far.effort + [(so_far.tried + place, ratio) for place, ratio in found.effort if float(ratio) > best]


def _largest(so_far: Mapping[str, Number], found: Mapping[str, Number]) -> dict[str, Number]:
    whole = dict(so_far)
    for name, ratio in found.items():
        whole[name] = max(whole.get(name, ratio), ratio, key=float)
    return dict(sorted(whole.items()))


def _summed(so_far: Sequence[int], found: Sequence[int]) -> list[int]:
    """The counts of both, bin by bin; one of them may have counted nothing."""
    return [one + two for one, two in zip(so_far, found, strict=True)] if so_far and found else [*so_far, *found]


def _raised(
    so_far: Mapping[str, Sequence[tuple[int, Number]]], found: Mapping[str, Sequence[tuple[int, Number]]]
) -> dict[str, list[tuple[int, Number]]]:
    """The best ratio at each value of each size."""
    whole: dict[str, list[tuple[int, Number]]] = {}
    for name in {**so_far, **found}:
        both = sorted([*so_far.get(name, ()), *found.get(name, ())], key=lambda pair: (pair[0], float(pair[1])))
        whole[name] = list(dict(both).items())
    return whole


def _wider(
    so_far: Mapping[str, tuple[Number, Number]], found: Mapping[str, tuple[Number, Number]]
) -> dict[str, tuple[Number, Number]]:
    whole = dict(so_far)
    for name, (low, high) in found.items():
        known = whole.get(name, (low, high))
        whole[name] = min(known[0], low, key=float), max(known[1], high, key=float)
    return dict(sorted(whole.items()))


def _items(so_far: Sequence[Item], found: Sequence[Item]) -> list[Item]:
    """Thing by thing what decides most of it; things that one of two rounds could not ask about stay."""
    whole = {item.name: item for item in so_far}
    for item in found:
        known = whole.setdefault(item.name, item)
        whole[item.name] = min(known, item, key=_weight)
    return list(whole.values())


def _steps(so_far: Sequence[StepFound], found: Sequence[StepFound]) -> list[StepFound]:
    """Step by step the round that says most of it; the losses of that in which the bound was nearest."""
    if not (so_far and found):
        return [*so_far, *found]
    losses = [sum(float(step.loss) for step in steps) for steps in (so_far, found)]
    near = found if losses[1] < losses[0] else so_far
    pairs = zip(so_far, found, near, strict=True)
    told = [(min(one, two, key=_step_weight), book) for one, two, book in pairs]
    return [structs.replace(step, loss=book.loss, typical=book.typical, by_size=book.by_size) for step, book in told]


def _step_weight(step: StepFound) -> tuple[float, float]:
    return WEIGHT.index(step.outcome), -float(step.ratio)


def _weight(item: Item) -> tuple[float, ...]:
    """A mutant that died before one that lives; a place that is needed before one with slack, then the less slack."""
    if item.kind in SHARPEST:
        place = item.place
        found = (place.below, place.above) if place else ()
        ends = [sign * float(end) for end, sign in zip(found, SHARPER, strict=False) if end is not None]
        return SHARPEST.index(item.kind), -len(ends), sum(ends)
    return WEIGHT.index(item.outcome), -float(item.worst.ratio) if item.worst else 0.0


# ---- the rounds of one theorem


@dataclass
class Course:
    """The rounds of one theorem.

    Args:
        before: its evidence before any check.
        once: the checks that are a part of the first round only.
        done: how many rounds are finished, the first of them without a gap.
        ended: whether no other round is needed: the claim is refuted, or a check could not be carried out.
        seconds: CPU time of each check in these rounds.
    """

    before: TheoremEvidence
    once: Sequence[str] = ()
    done: int = 0
    ended: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    _sums: dict[str, Sum] = field(default_factory=dict)
    _waiting: dict[int, dict[str, Outcome]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ended = not self.before.planned

    def missing(self, number: int) -> list[str]:
        """The checks that a round still needs."""
        if self.ended or number <= self.done:
            return []
        found = self._waiting.get(number, {})
        return [check for check in self._checks(number) if check not in found]

    def _checks(self, number: int) -> list[str]:
        return [check for check in self.before.planned if number == 1 or check not in self.once]

    def note(self, number: int, outcome: Outcome) -> None:
        """Note what a check found in a round; what no round waits for is left out."""
        if outcome[0].check not in self.missing(number):
            return
        self._waiting.setdefault(number, {})[outcome[0].check] = outcome
        while not self.ended and not self.missing(self.done + 1):
            self._finish(self._waiting.pop(self.done + 1))

    def _finish(self, found: Mapping[str, Outcome]) -> None:
        self.done += 1
        for check in self._checks(self.done):
            evidence, seconds = found[check]
            self.seconds[check] = self.seconds.get(check, 0.0) + seconds
            if self.done == 1:
                self._sums[check] = Sum(evidence)
            else:
                self._sums[check].add(evidence)
        self.ended = settled([evidence for evidence, _ in found.values()]) or not self._checks(self.done + 1)

    @property
    def _first(self) -> Mapping[str, Outcome]:
        """What the first round found as long as it is not finished."""
        return {} if self.done else self._waiting.get(1, {})

    @property
    def evidence(self) -> TheoremEvidence:
        """What the finished rounds found; before the first is, the checks of it that are."""
        found = {check: each.total for check, each in self._sums.items()}
        found |= {check: evidence for check, (evidence, _) in self._first.items()}
        checks = [found[check] for check in self.before.planned if check in found]
        return structs.replace(self.before, checks=checks, rounds=self.done)

    @property
    def times(self) -> dict[str, float]:
        """CPU seconds of each check."""
        return dict(sorted((self.seconds | {check: each for check, (_, each) in self._first.items()}).items()))


def settled(checks: Sequence[CheckEvidence]) -> bool:
    """Whether a round ends the sweep of its theorem: something refutes the claim, or could not be carried out."""
    return any(check.outcome in SETTLED for check in checks if check.subject is not Subject.MUTANTS)
