"""Reach: instances taken out of the box that a sampler draws from, along every number that the family can move.

A claim may break only where ρ is 10⁶, ω 10⁻⁷, or both at once, or in a window of ω that its formula opens: a ladder
of 24 decades for each number, and the places where a part of the formula that depends on it alone vanishes or turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from wnverify.arrays import FloatArray
from wnverify.batch import Batch, concatenate
from wnverify.errors import RecordError, WnverifyError
from wnverify.family import Coordinates, Family, Situation
from wnverify.judging.judge import Candidate, Judge
from wnverify.quantities import Interval, Quantity, Source
from wnverify.search.ladder import DECADES, ladder
from wnverify.search.lot import lot
from wnverify.search.tally import UNMEASURED, Tally

CLEARLY = 1.02
"""A ratio at which a search may stop: the violation is plain to see, and survives rounding to few digits."""
MOST_NAMES = 8


@dataclass(frozen=True)
class Effort:
    """How far a widening goes.

    Args:
        passes: how often along all ladders, at most.
        scattered: random places of all quantities at once, in each pass.
        thin: of each ladder only every so-manieth place.
    """

    passes: int
    scattered: int
    thin: int = 1


NEARER = DECADES[np.abs(np.log10(DECADES)) < 4.5]
"""Without balls there is no telling at 10^12 whether a violation is rounding."""
WHOLE = Effort(passes=3, scattered=48)


def movable(judge: Judge) -> list[Quantity]:
    """The quantities along which to leave the box: those of the claim first, then every number an instance stores."""
    if judge.family.boxed:
        return []
    told = {symbol.name for symbol in judge.claim.free_symbols}
    family = judge.family
    names = [name for name in family.movable() if name in told or family.comes_from(name, Source.ARRAY)]
    found = sorted(names, key=lambda name: (name not in told, name))
    return [family.quantities[name] for name in found[:MOST_NAMES]]


def moved(family: Family, batch: Batch, values: Mapping[str, float] | Mapping[str, FloatArray]) -> Batch:
    """The instances with some quantities at given values, one or (B,), as far as typed hypotheses let them."""
    for name, value in values.items():
        batch = family.moved(batch, name, Interval(value, value))
    return family.move(batch)


def widen(
    tally: Tally, situation: Situation, starts: Batch, rng: np.random.Generator, effort: Effort = WHOLE
) -> Batch:
    """Take every start along the ladders for as long as that raises the ratio, and to random places at once.

    Args:
        tally: counts and keeps the best instance.
        situation: the shape and settings of all starts.
        starts: B instances.
        rng: the random places.
        effort: how often, and how many places.

    Returns:
        B instances, each the best of those that came of one start.
    """
    quantities = movable(tally.judge)
    if not quantities:
        return starts
    first = tally.judge.measured([each.name for each in quantities], starts.one(0))
    beside = {name: float(value[0]) for name, value in first.items()} if effort.thin == 1 else {}
    certain = tally.judge.family.enclose(starts.one(0), ()) is not None
    decades = (DECADES if certain else NEARER)[:: effort.thin]
    ladders = {each.name: ladder(tally.judge, situation, each, beside, decades) for each in quantities}
    best, promise = starts, tally.add(starts, situation, "ladder").promise
    for _ in range(effort.passes):
        before = promise.copy()
        for places in (*_rungs(ladders), _scattered(ladders, effort.scattered, rng)):
            best, promise = _raised(tally, situation, (best, promise), places)
            if tally.violated():
                return best
        if not (promise > before + 1e-3 * np.abs(np.where(np.isfinite(before), before, 0.0))).any():
            break
    return best


Raised = tuple[Batch, FloatArray]


def _raised(tally: Tally, situation: Situation, now: Raised, places: Sequence[Mapping[str, float]]) -> Raised:
    """Every start at every place, all at once; each start keeps the best of these and of what it was."""
    starts, promise = now
    found, promises = [starts], [promise]
    reached = list(_places(tally.judge.family, starts, places))
    with suppress(*UNMEASURED):  # none of them can be measured
        if reached:
            promises.append(tally.add_lot(lot([("ladder", batch) for batch in reached]), situation).promise)
            found += reached
    table = np.concatenate(promises).reshape(-1, starts.size)
    top = table.argmax(axis=0)
    return concatenate(found).select(top * starts.size + np.arange(starts.size)), table.max(axis=0)


def _places(family: Family, starts: Batch, places: Sequence[Mapping[str, float]]) -> Iterator[Batch]:
    """All starts at each of the places in turn; those that lie outside of the family's domain are left out."""
    if not places:
        return
    values = {name: np.repeat([place[name] for place in places], starts.size) for name in places[0]}
    try:
        found = moved(family, starts.select(np.tile(np.arange(starts.size), len(places))), values)
        family.check(found)
    except (*UNMEASURED, RecordError):
        half = len(places) // 2
        for part in (places[:half], places[half:]) if half else ():
            yield from _places(family, starts, part)
    else:
        yield found


def _rungs(ladders: Mapping[str, FloatArray]) -> Iterator[list[dict[str, float]]]:
    """One quantity at a time, at all of its places."""
    for name, values in ladders.items():
        yield [{name: float(value)} for value in values]


def _scattered(ladders: Mapping[str, FloatArray], count: int, rng: np.random.Generator) -> list[dict[str, float]]:
    """All quantities at once, each at a random place: what breaks only where two of them are extreme together."""
    if len(ladders) < 2:
        return []
    return [{name: float(rng.choice(values)) for name, values in ladders.items()} for _ in range(count)]


# ---- back towards the box


def tamed(judge: Judge, candidate: Candidate) -> Candidate:
    """The same violation with every movable quantity as near to 1 as still breaks the claim clearly."""
    best = candidate
    for quantity in movable(judge):
        at = float(judge.measured([quantity.name], best.batch)[quantity.name][0])
        for value in _nearer(quantity, at):
            try:
                batch = moved(judge.family, best.batch, {quantity.name: value})
                judge.family.check(batch)
                judgement = judge(batch)
            except WnverifyError:
                continue
            if judgement.accepted[0] and judgement.ratio[0] > CLEARLY:
                best = judgement.candidate(0, batch, candidate.situation, candidate.found)
                break
    return best


def _nearer(quantity: Quantity, at: float) -> list[float]:
    """Plain numbers of the domain that are nearer to 1 than a value is, the nearest first."""
    if at == 0.0 or not np.isfinite(at):
        return []
    sign, far = np.sign(at), abs(np.log10(abs(at)))
    plain = [sign * digit * decade for decade in DECADES for digit in (1.0, 2.0, 5.0)]
    low, high = float(quantity.low), float(quantity.high)
    inside = [value for value in plain if low <= value <= high and abs(np.log10(abs(value))) < far - 1e-9]
    return sorted(inside, key=lambda value: abs(np.log10(abs(value))))


# ---- climbing where the box ends


@dataclass(frozen=True)
class Outside(Coordinates):
    """The family's coordinates outside of the sampler's box, the quantities that were moved staying where they are.

    Args:
        inner: the family's own coordinates, which would bring an instance back into the box.
        family: the family.
        values: the quantities that stay.
    """

    inner: Coordinates
    family: Family
    values: Mapping[str, float]

    def encode(self, batch: Batch) -> FloatArray:
        """As the family does."""
        return self.inner.encode(batch)

    def decode(self, theta: FloatArray) -> Batch:
        """As the family does, then moved."""
        return moved(self.family, self.inner.decode(theta), self.values)

    def canonical(self, theta: FloatArray) -> FloatArray:
        """Gauge first, then moved."""
        return self.inner.encode(self.decode(self.inner.canonical(theta)))

    def pullback(self, theta: FloatArray, batch: Batch, cotangent: Mapping[str, FloatArray]) -> FloatArray:
        """As the family does: a step off the values is undone by `canonical`."""
        return self.inner.pullback(theta, batch, cotangent)


def place_of(judge: Judge, one: Batch) -> dict[str, float]:
    """Where the movable quantities of one instance are."""
    names = [quantity.name for quantity in movable(judge)]
    return {name: float(value[0]) for name, value in judge.measured(names, one).items()}


def outside(judge: Judge, situation: Situation, best: Batch) -> Coordinates:
    """Coordinates for climbing from one instance: the family's own, its movable quantities held where it has them."""
    return Outside(judge.family.coordinates(situation), judge.family, place_of(judge, best))
