"""What every family must satisfy: where to look, and in words what is wrong there.

Each check is a generator of complaints about one batch, so that a failing test shows all of them at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from wnverify.batch import Batch, from_data, to_data
from wnverify.errors import DomainError, RecordError
from wnverify.families.kit.parts import Stored
from wnverify.families.kit.table import Tabled
from wnverify.family import Family, Situation
from wnverify.quantities import Interval, Quantity, Source

Instances: TypeAlias = Iterable[tuple[str, Batch]]
"""The words that describe a batch, and the batch."""
Check: TypeAlias = Callable[[Family, str, Batch], Iterator[str]]
MOST = 60
"""The most coordinates, or numbers of an array, along which differences are taken."""
STEP, ROUNDING = 1e-8, 1e-8
"""The least step of a difference quotient; what that may make of a quantity that is 0 but for rounding, below
`NOTHING`, beside the quotient of that rounding itself."""
NOTHING = 1e-14
DEAR = 10.0
"""A cost from which on a family is looked at in its smallest shape only, one instance at a time."""

MANY = ("cross_terms",)
"""Families with so many quantities that they are looked at as if they were dear."""


# ---- where to look


def is_dear(family: Family) -> bool:
    """Whether a family is looked at in its smallest shape only."""
    return family.cost >= DEAR or family.name in MANY


def places(family: Family) -> list[Situation]:
    """The first situation, every value of every setting in the smallest shape that has it, and the middle one."""
    everything = family.situations()
    dear = is_dear(family)
    chosen, seen = [], set()
    for situation in everything:
        if (not dear or situation.shape == everything[0].shape) and not set(situation.settings.items()) <= seen:
            chosen.append(situation)
            seen |= set(situation.settings.items())
    chosen = chosen or everything[:1]
    middle = everything[len(everything) // 2]
    return chosen if dear or middle in chosen else [*chosen, middle]


def shapes(family: Family) -> list[Situation]:
    """Every shape once, each with settings of its own."""
    groups: dict[str, list[Situation]] = {}
    for situation in family.situations():
        groups.setdefault(str(situation.shape), []).append(situation)
    return [group[index % len(group)] for index, group in enumerate(groups.values())]


def further(family: Family) -> list[Situation]:
    """The shapes that none of the places has."""
    seen = [place.shape for place in places(family)]
    return [situation for situation in shapes(family) if situation.shape not in seen]


def ends(family: Family) -> list[Situation]:
    """The first of the places, and the last."""
    found = places(family)
    return found if len(found) < 2 else [found[0], found[-1]]


def drawn(family: Family, situations: Iterable[Situation], count: int, regimes: Iterable[str] = ()) -> Instances:
    """Random instances in every regime, or in some of them; one of each where they are dear."""
    for situation in situations:
        for regime in regimes or family.regimes:
            batch = family.draw(situation, regime, 1 if is_dear(family) else count, np.random.default_rng(0))
            yield f"{situation} {regime}", batch


def covering(
    family: Family, count: int, regimes: Iterable[str] = (), at: Iterable[Situation] | None = None
) -> Instances:
    """Random instances of every regime at the first of the places, and of one in turn at each other."""
    first, *others = places(family) if at is None else at
    chosen = list(regimes or family.regimes)
    yield from drawn(family, [first], count, chosen)
    yield from taking_turns(family, others, count, chosen)


def taking_turns(
    family: Family, situations: Iterable[Situation], count: int, regimes: Iterable[str] = ()
) -> Instances:
    """Random instances of one regime at each situation, the last first."""
    chosen = list(regimes or family.regimes)[::-1]
    for number, situation in enumerate(situations):
        yield from drawn(family, [situation], count, [chosen[number % len(chosen)]])


def structured(family: Family, situations: Iterable[Situation]) -> Instances:
    for situation in situations:
        for words, batch in family.structured(situation):
            yield f"{situation} {words}", batch


def in_turn(family: Family) -> Instances:
    """Structured instances of every kind at the first of the places or at the last, in turn where both have it."""
    kinds = [dict(family.structured(place)) for place in ends(family)]
    for number, words in enumerate(dict.fromkeys(chain(*kinds))):
        having = [(place, found[words]) for place, found in zip(ends(family), kinds, strict=True) if words in found]
        place, batch = having[number % len(having)]
        yield f"{place} {words}", batch


def single(instances: Instances) -> Instances:
    for words, batch in instances:
        yield words, batch.one(0)


def wrong(family: Family, check: Check, *instances: Instances) -> list[str]:
    """All complaints of a check."""
    return [complaint for words, batch in chain(*instances) for complaint in check(family, words, batch)]


def value(quantity: Quantity, batch: Batch, route: str = "measure") -> np.ndarray:
    """A quantity by one of its routes; what lies outside of its hypotheses may be infinite."""
    with np.errstate(all="ignore"):
        return np.asarray(getattr(quantity.route, route)(batch))


def measurable(family: Family) -> Iterator[Quantity]:
    yield from (quantity for quantity in family.quantities.values() if quantity.route is not None)


# ---- a: the domain


def outside(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """What of a batch that the family made itself lies outside of its domain."""
    if batch.family != family.name:
        yield f"{words}: calls itself {batch.family!r}"
    for name, array in batch.arrays.items():
        if not np.isfinite(array).all():
            yield f"{words}: {name} is not finite"
        if array.dtype != np.float64 or array.shape[-1] != batch.size:
            yield f"{words}: {name} is {array.dtype} {array.shape}"
    refused = refusal(family, batch)
    if refused:
        yield f"{words}: refused by its own check: {refused}"
    for quantity in measurable(family):
        if quantity.source is Source.MEASURED:
            continue
        found = value(quantity, batch)
        if found.shape != (batch.size,):
            yield f"{words}: {quantity.name} has the shape {found.shape}"
        elif not within(quantity, found, 1e-12) or (quantity.strict and (found <= float(quantity.low)).any()):
            yield f"{words}: {quantity.name} = {found} outside of [{quantity.low}, {quantity.high}]"


def restless(family: Family, situation: Situation) -> Iterator[str]:
    """Structured instances of which an array changes when the next ones are made."""
    kept = [
        (words, batch, {name: array.copy() for name, array in batch.arrays.items()})
        for words, batch in family.structured(situation)
    ]
    for words, batch, arrays in kept:
        for name, array in arrays.items():
            if not np.array_equal(array, batch.arrays[name]):
                yield f"{situation} {words}: {name} has changed"


def within(quantity: Quantity, found: np.ndarray, slack: float) -> bool:
    """Whether values lie in the domain of a quantity; its limit may be attained where it stands for nothing."""
    inside = (found >= float(quantity.low) - slack) & (found <= float(quantity.high) + slack)
    return bool((inside & ((found == np.round(found)) | np.isinf(found) | (not quantity.is_integer))).all())


def refusal(family: Family, batch: Batch) -> str:
    """Why `check` refuses a batch; nothing if it does not."""
    try:
        family.check(batch)
    except RecordError as error:
        return str(error)
    return ""


# ---- c: damage


def damaged(family: Family, batch: Batch) -> Iterator[tuple[str, Batch]]:
    """One instance, damaged in every way that a saved file could be."""
    shape, settings, arrays = batch.shape, batch.settings, batch.arrays
    for words, other in damaged_arrays(family, batch):
        yield words, batch.with_arrays(other)
    yield "another family", Batch("stranger", shape, settings, arrays)
    for name in shape:
        others = {key: size for key, size in shape.items() if key != name}
        yield f"size {name} missing", Batch(batch.family, others, settings, arrays)
        yield f"size {name} renamed", Batch(batch.family, others | {"stranger": shape[name]}, settings, arrays)
    yield "size too many", Batch(batch.family, {**shape, "stranger": 1}, settings, arrays)
    for name in settings:
        others = {key: choice for key, choice in settings.items() if key != name}
        yield f"setting {name} missing", Batch(batch.family, shape, others, arrays)
        yield f"setting {name} unknown", Batch(batch.family, shape, {**settings, name: "stranger"}, arrays)
    yield "setting too many", Batch(batch.family, shape, {**settings, "stranger": "1"}, arrays)


def damaged_arrays(family: Family, batch: Batch) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    arrays = dict(batch.arrays)
    yield "array too many", arrays | {"stranger": np.ones(batch.size)}
    table = family.table(Situation(batch.shape, batch.settings)) if isinstance(family, Tabled) else {}
    for name, array in arrays.items():
        if len(arrays) > 1:
            yield f"{name} missing", {key: other for key, other in arrays.items() if key != name}
        yield f"{name} with one axis more", arrays | {name: array[None]}
        for axis in range(array.ndim - 1):
            longer = np.concatenate([array, array.take([-1], axis)], axis)
            yield f"{name} longer along axis {axis}", arrays | {name: longer}
        for bad in (np.nan, np.inf, -np.inf):
            changed = array.copy()
            changed.flat[-1] = bad
            yield f"{name} with {bad}", arrays | {name: changed}
        if name in table and table[name].positive:
            yield f"{name} negative", arrays | {name: -array}
            yield f"{name} zero", arrays | {name: 0.0 * array}
        if name in table and table[name].vectors:
            changed = array.copy()
            changed[(0,) * (array.ndim - 2)] = 0.0
            yield f"{name} with a vector of length 0", arrays | {name: changed}


def not_refused(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """Which damage `check` lets pass, or answers with another exception."""
    for damage, other in damaged(family, batch):
        try:
            family.check(other)
        except RecordError:
            continue
        except Exception as error:  # the point: a reader of a damaged file must never see this
            yield f"{words}: {damage}: {type(error).__name__}: {error}"
        else:
            yield f"{words}: {damage}: accepted"


# ---- b: two routes


def disagreements(family: Family, words: str, batch: Batch, beyond: Collection[str] = ()) -> Iterator[str]:
    """Quantities outside of their domain, or of which the routes differ by more than the family says.

    Those `beyond` what can be computed at some sizes may have no number there, by either route.
    """
    slack = family.agreement
    for quantity in measurable(family):
        if quantity.route.second is None:
            continue
        try:
            first, second = value(quantity, batch), value(quantity, batch, "second")
        except Exception as error:  # one quantity that cannot be measured must not hide the others
            yield f"{words}: {quantity.name} raises {type(error).__name__}: {error}"
            continue
        random = any(regime in words for regime in family.regimes)
        if batch.settings.get("activation") == "relu" and np.isnan(first).all() and not random:
            continue  # a pre-activation that is 0 on purpose: no derivative, and autograd takes one from the right
        if quantity.name in beyond and np.isnan(first).all() and np.isnan(second).all():
            continue
        if not np.allclose(second, first, rtol=slack, atol=slack):
            yield f"{words}: {quantity.name} is {first} or {second}"
        elif not within(quantity, first, slack * (1 + np.abs(first).max())):
            yield f"{words}: {quantity.name} = {first} outside of [{quantity.low}, {quantity.high}]"


# ---- d: coordinates


def lost_on_the_way(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """What search coordinates do not keep."""
    coordinates = family.coordinates(Situation(batch.shape, batch.settings))
    theta = coordinates.encode(batch)
    if not np.allclose(coordinates.encode(coordinates.decode(theta)), theta, rtol=1e-12, atol=1e-12):
        yield f"{words}: encode, decode, encode is not encode"
    rng = np.random.default_rng(1)
    for size in (0.0, 0.1, 3.0):
        there = coordinates.canonical(theta + size * rng.standard_normal(theta.shape))
        if not np.allclose(coordinates.canonical(there), there, rtol=1e-9, atol=1e-9):
            yield f"{words}: canonical twice is not canonical, {size} away"
        refused = refusal(family, coordinates.decode(there))
        if refused:
            yield f"{words}: canonical does not lead back, {size} away: {refused}"


def wrong_pullback(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """Whether the chain rule agrees with central differences of a random linear function of the arrays."""
    coordinates = family.coordinates(Situation(batch.shape, batch.settings))
    theta = coordinates.encode(batch)
    rng = np.random.default_rng(2)
    here = coordinates.decode(theta)
    weights = {name: rng.standard_normal(array.shape) for name, array in here.arrays.items()}
    along = rng.permutation(theta.shape[0])[:MOST]
    step = 1e-6 * np.eye(theta.shape[0])[:, along]
    there = coordinates.decode(np.concatenate([theta + step, theta - step], axis=1)).arrays
    total = sum((weights[name] * there[name]).reshape(-1, 2 * along.size).sum(axis=0) for name in weights)
    slope = (total[: along.size] - total[along.size :]) / 2e-6
    found = coordinates.pullback(theta, here, weights)[along, 0]
    if not np.allclose(found, slope, rtol=1e-5, atol=1e-6 * (1 + np.abs(slope).max())):
        yield f"{words}: the pullback is {found}, not {slope}"


# ---- e: moves


def wrong_moves(family: Family, words: str, batch: Batch, towards: Iterable[str] = ()) -> Iterator[str]:
    """Which moves do not lead into the interval, or lead out of the family.

    Those of the quantities `towards` lead towards the interval: they must bring more instances nearer than farther.
    """
    for name in family.movable():
        before = value(family.quantities[name], batch)
        for interval in intervals(family.quantities[name], before):
            for way, moved in moved_by(family, name, batch, interval):
                half = name in towards or (way == "move" and name in family.scalings())
                found = wrong_move(family, name, (before, moved), interval, only_towards=half)
                yield from (f"{words}: {name} moved into {interval}{complaint}" for complaint in found)


def wrong_move(
    family: Family, name: str, way: tuple[np.ndarray, Batch], interval: Interval, *, only_towards: bool
) -> Iterator[str]:
    """What is wrong with the instances that a quantity's values before became."""
    before, moved = way
    after = value(family.quantities[name], moved)
    one, other = distance(before, interval), distance(after, interval)
    hair = 1e-12 * (1 + np.abs(after))
    farther, nearer = (other > one + hair).sum(), (other < one - hair).sum()
    stuck = (before == 0.0) & (name in family.scalings())  # no factor helps what is 0
    if farther > nearer if only_towards else ((other > hair) & ~stuck).any():
        yield f" is {after}, was {before}"
    if refused := refusal(family, moved):
        yield f": {refused}"


def moved_by(family: Family, name: str, batch: Batch, interval: Interval) -> Iterator[tuple[str, Batch]]:
    """The instances moved, and moved by what changes their arrays without measuring, where the two differ."""
    yield "moved", family.moved(batch, name, interval)
    if name in family.moves() and name in family.scalings():
        yield "move", batch.with_arrays(family.moves()[name](batch.arrays, interval))


def disturbed(
    family: Family, words: str, batch: Batch, together: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Iterator[str]:
    """Stored numbers that change when another quantity is moved, but for those that are said to go `together`."""
    stored = {q.name: q.route.measure.array for q in measurable(family) if isinstance(q.route.measure, Stored)}
    for name in family.movable():
        if np.isnan(found := value(family.quantities[name], batch)).any():
            continue
        moved = family.moved(batch, name, Interval(low=float(np.median(found))))
        for other, array in stored.items():
            kept = np.array_equal(moved.arrays[array], batch.arrays[array])
            if not kept and stored.get(name) != array and other not in together.get(name, ()):
                yield f"{words}: {other} changes as {name} is moved"


def unmovable(family: Family, fixed: Mapping[str, str]) -> Iterator[str]:
    """Quantities that are read off the arrays, cannot be moved, and of which no reason is told; and idle reasons."""
    movable = set(family.movable())
    read_off = {quantity.name for quantity in measurable(family) if quantity.source is Source.ARRAY}
    yield from (f"{name} is read off and cannot be moved" for name in sorted(read_off - movable - set(fixed)))
    yield from (f"{name} needs no reason: {fixed[name]}" for name in sorted(set(fixed) - (read_off - movable)))


def odd(family: Family) -> Iterator[Situation]:
    """Situations of sizes that the family does not list: one size at a time made odd, all alike, and one large."""
    first = dict(family.shapes()[0])
    settings = family.situations()[-1].settings
    sizes = [first | {name: size} for name in first for size in (1, 5, 13)]
    sizes += [dict.fromkeys(first, size) for size in (1, 3, 5)]
    yield from (Situation(shape, settings) for shape in sizes)


def unready(family: Family, situation: Situation) -> Iterator[str]:
    """What cannot be done at a size, where neither `numbers` nor a draw refuses it in words."""
    try:
        family.numbers(situation)
        batches = [family.draw(situation, regime, 2, np.random.default_rng(0)) for regime in family.regimes]
        family.check(batches[0])
    except (RecordError, DomainError):
        return
    except Exception as error:
        yield f"{situation}: {type(error).__name__}: {error}"
        return
    extreme = [batch for _, batch in chain(family.structured(situation), family.extremes(situation))]
    for batch in (*batches, *extreme):
        refused = refusal(family, batch)
        if refused:
            yield f"{situation}: {refused}"
    coordinates = family.coordinates(situation)
    theta = coordinates.encode(batches[0])
    if not np.allclose(coordinates.encode(coordinates.decode(theta)), theta, rtol=1e-12, atol=1e-12):
        yield f"{situation}: encode, decode, encode is not encode"


def distance(found: np.ndarray, interval: Interval) -> np.ndarray:
    return np.maximum(np.maximum(interval.low - found, found - interval.high), 0.0)


def intervals(quantity: Quantity, found: np.ndarray) -> Iterator[Interval]:
    """Parts of the range in which a quantity was found, on one side, on the other, and a single value."""
    low, high = float(found.min()), float(found.max())
    if quantity.is_integer:
        low, high = math.floor(low), math.ceil(high)
    middle = float(np.median(found)) if quantity.is_integer else (low + high) / 2
    yield from (Interval(middle, middle), Interval(low=middle), Interval(high=middle), Interval(middle, high))


# ---- f: enclosures


def enclosed(family: Family, batch: Batch) -> list[str]:
    """The names of the quantities around which the family offers balls."""
    return [quantity.name for quantity in measurable(family) if family.enclosures(batch, [quantity.name]) is not None]


def not_enclosed(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """Which floats lie farther outside of their ball than the two routes may differ."""
    for name, ball in (family.enclosures(batch, enclosed(family, batch)) or {}).items():
        found = float(value(family.quantities[name], batch)[0])
        if math.isinf(found) and not ball.is_finite():
            continue
        if not abs(found - float(ball.mid())) - float(ball.rad()) <= family.agreement * max(1.0, abs(found)):
            yield f"{words}: {name} is {found!r}, and its ball {ball}"


# ---- g: sources and slopes


def wrong_sources(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """Quantities that are not what they say they are."""
    for quantity in measurable(family):
        name, source, second = quantity.name, quantity.source, quantity.route.second
        if (source is Source.SIZE) != (name in batch.shape):
            yield f"{words}: {name} is {source.value}"
        if source is Source.MEASURED and second in (None, quantity.route.measure):
            yield f"{words}: {name} is measured, and nothing else confirms it"
        if source in (Source.ARRAY, Source.SIZE) and second is not None:
            yield f"{words}: {name} is {source.value}, and is measured twice"
        if source is Source.SIZE and (value(quantity, batch) != batch.shape.get(name)).any():
            yield f"{words}: {name} is {value(quantity, batch)}"


def wrong_constants(family: Family, situation: Situation) -> Iterator[str]:
    """Constants of a situation that differ between its instances, within one draw or between two."""
    batches = [family.draw(situation, family.regimes[-1], 2, np.random.default_rng(seed)) for seed in (0, 1)]
    for quantity in (quantity for quantity in measurable(family) if quantity.source.of_situation):
        found = {float(number) for batch in batches for number in value(quantity, batch)}
        if len(found) > 1:
            yield f"{situation}: {quantity.name} is {quantity.source.value}, and takes the values {sorted(found)}"


def nudged(batch: Batch) -> Batch:
    """Off every kink and tie: all numbers moved by about a hundredth, but for those of arrays of whole numbers."""
    rng = np.random.default_rng(3)
    return batch.with_arrays(
        {
            name: array if (array == np.round(array)).all() else array * (1 + 0.01 * rng.standard_normal(array.shape))
            for name, array in batch.arrays.items()
        }
    )


def wrong_slopes(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """Gradients that are not those of central differences of the measured value, or are of nothing."""
    batch = nudged(batch)
    for quantity in measurable(family):
        if quantity.route.gradient is None:
            continue
        gradient = quantity.route.gradient(batch)
        if not gradient:
            yield f"{words}: {quantity.name} has a derivative with respect to nothing"
        for name, found in gradient.items():
            if found.shape != batch.arrays[name].shape:
                yield f"{words}: the slope of {quantity.name} in {name} has the shape {found.shape}"
                continue
            found, slope = found.reshape(-1), difference(quantity, batch, name)
            here = np.abs(value(quantity, batch)).max()
            least = 1e-5 * (np.abs(slope).max() + here) + (ROUNDING + here / STEP if here < NOTHING else 0.0)
            if not np.allclose(found[: slope.size], slope, rtol=1e-4, atol=least):
                yield f"{words}: the slope of {quantity.name} in {name} is {found}, not {slope}"


def difference(quantity: Quantity, batch: Batch, name: str) -> np.ndarray:
    """The derivative of a quantity of one instance by the first entries of one array, by central differences."""
    array = batch.arrays[name].reshape(-1, 1)
    size = min(array.size, MOST)
    steps = np.maximum(STEP, 1e-6 * np.abs(array)) * np.eye(array.size)[:, :size]
    there = np.concatenate([array + steps, array - steps], axis=1).reshape(*batch.arrays[name].shape[:-1], -1)
    others = {key: np.repeat(other, 2 * size, axis=-1) for key, other in batch.arrays.items()}
    found = value(quantity, batch.with_arrays(others | {name: there}))
    return (found[:size] - found[size:]) / (2 * steps.sum(axis=0))


# ---- h, i: rescaling, saved instances


def strangers(family: Family, situation: Situation) -> Iterator[str]:
    """Symbols that a rescaling brings in although the family does not know them."""
    known = set(family.quantities.values())
    for symbol, replacement in family.rescaling(situation.settings).items():
        unknown = ({symbol} | replacement.free_symbols) - known
        if unknown:
            yield f"{situation}: {unknown}"


def not_saved(family: Family, words: str, batch: Batch) -> Iterator[str]:
    """What is lost when an instance is written and read."""
    back = from_data(to_data(batch))
    one, other = ([part.family, dict(part.shape), dict(part.settings), list(part.arrays)] for part in (batch, back))
    if one != other:
        yield f"{words}: {one} comes back as {other}"
    for name, array in batch.arrays.items():
        if not np.array_equal(back.arrays[name], array):
            yield f"{words}: {name} is another"
    refused = refusal(family, back)
    if refused:
        yield f"{words}: {refused}"
